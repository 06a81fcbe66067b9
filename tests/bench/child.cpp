#include "child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

extern char** environ;

namespace understudy::bench {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxOutput = 4u << 20;

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> all;
  for (const std::string& word : words) all.push_back(const_cast<char*>(word.c_str()));
  all.push_back(nullptr);
  return all;
}

}  // namespace

Child::Child(const std::vector<std::string>& command, const std::vector<std::string>& environment) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  std::vector<std::string> variables = environment;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
  const auto argv = pointers(command);
  const auto envp = pointers(variables);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  spawned_ = Clock::now();
  const int error = ::posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  pipe_ = ends[0];
  if (error != 0) {
    ::close(pipe_);
    throw std::runtime_error("cannot start " + command[0]);
  }
}

Child::~Child() {
  if (pid_ > 0) finish();
  ::close(pipe_);
}

bool Child::read_some(milliseconds timeout) {
  pollfd waiting{pipe_, POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(timeout.count())) <= 0) return true;
  char buffer[16384];
  const ssize_t n = ::read(pipe_, buffer, sizeof buffer);
  if (n <= 0) return false;
  output_.append(buffer, static_cast<std::size_t>(n));
  if (output_.size() > kMaxOutput) output_.erase(0, output_.size() - kMaxOutput);
  return true;
}

std::optional<Clock::time_point> Child::wait_for_line(const std::string& text, Clock::time_point deadline) {
  while (output_.find(text) == std::string::npos) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left <= milliseconds::zero() || !read_some(left)) return std::nullopt;
  }
  return Clock::now();
}

std::optional<Clock::time_point> Child::wait_until(const std::function<bool()>& seen, Clock::time_point deadline) {
  while (!seen()) {
    if (Clock::now() >= deadline || !read_some(milliseconds(2))) return std::nullopt;
  }
  return Clock::now();
}

void Child::run_until(Clock::time_point deadline) {
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left <= milliseconds::zero() || !read_some(left)) return;
  }
}

rusage Child::finish() {
  rusage usage{};
  ::kill(pid_, SIGTERM);
  const auto deadline = Clock::now() + std::chrono::seconds(2);
  while (Clock::now() < deadline && read_some(milliseconds(20))) {
  }
  if (::wait4(pid_, nullptr, WNOHANG, &usage) != pid_) {
    // Its end of the pipe is closed, or it ignores us: in both cases this returns.
    if (Clock::now() >= deadline) ::kill(pid_, SIGKILL);
    ::wait4(pid_, nullptr, 0, &usage);
  }
  pid_ = -1;
  return usage;
}

}  // namespace understudy::bench
