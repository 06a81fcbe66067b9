#include "crowd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace understudy::test {
namespace {

constexpr std::size_t kJoinAtOnce = 500;  // below any listen queue
constexpr std::size_t kMaxAnswer = 64u << 10;

std::string field_of(const std::string& answer, const std::string& name) {
  const std::size_t at = answer.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 4;
  return answer.substr(begin, answer.find('\r', begin) - begin);
}

/// Of the answer that begins here; nothing while its head is not complete.
std::size_t length_of(const std::string& in) {
  const std::size_t head = in.find("\r\n\r\n");
  if (head == std::string::npos) return std::string::npos;
  const std::string length = field_of(in, "Content-Length");
  return head + 4 + (length.empty() ? 0 : std::stoul(length));
}

double at_share(std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

}  // namespace

std::size_t allow_descriptors(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, wanted);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur;
}

int Crowd::connect_one() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    return -1;
  }
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  return fd;
}

std::size_t Crowd::join(std::size_t connections, std::chrono::milliseconds deadline) {
  const auto until = Clock::now() + deadline;
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  pollers_.reserve(connections);
  while (pollers_.size() < connections && Clock::now() < until) {
    for (std::size_t i = 0; i < kJoinAtOnce && pollers_.size() < connections; ++i) {
      const int fd = connect_one();
      if (fd < 0) return pollers_.size();
      epoll_event event{};
      event.events = EPOLLIN | EPOLLRDHUP;
      event.data.u64 = pollers_.size();
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
      pollers_.emplace_back().fd = fd;
    }
  }
  return pollers_.size();
}

void Crowd::ask(Poller& p, const std::string& path) {
  std::string request = "GET " + path + " HTTP/1.1\r\nHost: test\r\n";
  if (p.conditional) request += "If-None-Match: " + p.etag + "\r\n";
  request += "\r\n";
  p.waiting = true;
  // A request of a hundred bytes fits into the buffer of a socket that waits for nothing else.
  if (::send(p.fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) return;
  ++figures_.wrong;
  p.waiting = false;
  p.left = 0;
}

bool Crowd::read_from(Poller& p) {
  char chunk[8192];
  while (true) {
    const ssize_t n = ::recv(p.fd, chunk, sizeof chunk, 0);
    if (n < 0 && errno == EAGAIN) break;
    if (n <= 0 || p.in.size() > kMaxAnswer) {
      ++figures_.wrong;
      ::epoll_ctl(epoll_, EPOLL_CTL_DEL, p.fd, nullptr);
      p.waiting = false;
      p.left = 0;
      return false;
    }
    p.in.append(chunk, static_cast<std::size_t>(n));
  }
  const std::size_t length = length_of(p.in);
  return length != std::string::npos && p.in.size() >= length;
}

void Crowd::take_answer(Poller& p) {
  const int status = std::atoi(p.in.c_str() + std::min<std::size_t>(9, p.in.size()));
  const bool right =
      p.in.size() == length_of(p.in) && status == (p.conditional ? 304 : 200) && !field_of(p.in, "ETag").empty();
  ++(right ? figures_.answers : figures_.wrong);
  figures_.not_modified += right && status == 304;
  latencies_ms_.push_back(std::chrono::duration<double, std::milli>(Clock::now() - p.due).count());
  p.etag = field_of(p.in, "ETag");
  p.conditional = !p.conditional && !p.etag.empty();
  p.in = {};
  p.waiting = false;
  --p.left;
}

PollFigures Crowd::poll(const std::string& path, int rounds, std::chrono::milliseconds interval,
                        std::chrono::milliseconds deadline) {
  figures_ = {};
  latencies_ms_.clear();
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < pollers_.size(); ++i) {
    pollers_[i].left = rounds;
    pollers_[i].due = begin + std::chrono::duration_cast<Clock::duration>(interval) * i / pollers_.size();
  }
  std::vector<epoll_event> ready(1024);
  std::size_t busy = pollers_.size();
  while (busy > 0 && Clock::now() - begin < deadline) {
    busy = 0;
    const auto now = Clock::now();
    for (Poller& p : pollers_) {
      if (!p.waiting && p.left > 0 && p.due <= now) ask(p, path);
      busy += p.left > 0;
    }
    const int n = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 5);
    for (int i = 0; i < n; ++i) {
      Poller& p = pollers_[ready[static_cast<std::size_t>(i)].data.u64];
      if (!read_from(p) || !p.waiting) continue;
      take_answer(p);
      p.due += interval;
    }
  }
  for (const Poller& p : pollers_) figures_.missing += p.left;
  std::sort(latencies_ms_.begin(), latencies_ms_.end());
  figures_.p50_ms = at_share(latencies_ms_, 0.5);
  figures_.p99_ms = at_share(latencies_ms_, 0.99);
  figures_.max_ms = latencies_ms_.empty() ? 0 : latencies_ms_.back();
  return figures_;
}

void Crowd::leave() {
  for (const Poller& p : pollers_) ::close(p.fd);
  pollers_.clear();
  if (epoll_ >= 0) ::close(epoll_);
  epoll_ = -1;
}

}  // namespace understudy::test
