#include "pipe.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <vector>

namespace understudy::soak {
namespace {

constexpr int kPipeBytes = 1 << 20;  // five seconds of sound: this program may be late, the player must not wait for it
constexpr int kLookMs = 100;

}  // namespace

std::int64_t monotonic_ns() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

Pipe::Pipe(std::string path) : path_(std::move(path)) {
  // Open for both, so that neither side waits for the other to open it.
  if (::mkfifo(path_.c_str(), 0600) == 0) fd_ = ::open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd_ < 0) throw std::runtime_error("no pipe " + path_);
  ::fcntl(fd_, F_SETPIPE_SZ, kPipeBytes);
}

Pipe::~Pipe() { ::close(fd_); }

void Pipe::start() {
  thread_ = std::thread([this] { read_on(); });
}

void Pipe::stop() {
  ending_ = true;
  if (thread_.joinable()) thread_.join();
}

void Pipe::read_on() {
  std::vector<char> bytes(256 << 10);
  while (!ending_) {
    pollfd waiting{fd_, POLLIN, 0};
    if (::poll(&waiting, 1, kLookMs) <= 0) continue;
    const ssize_t n = ::read(fd_, bytes.data(), bytes.size());
    if (n > 0) take(bytes.data(), static_cast<std::size_t>(n), monotonic_ns());
  }
}

}  // namespace understudy::soak
