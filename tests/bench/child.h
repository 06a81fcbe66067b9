// A measured child process: what it says is stamped when it arrives, what it used is known when it is reaped.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace understudy::bench {

using Clock = std::chrono::steady_clock;

class Child {
 public:
  /// `command[0]` is looked up in PATH. `environment`: NAME=value, on top of ours.
  Child(const std::vector<std::string>& command, const std::vector<std::string>& environment);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  Clock::time_point spawned() const { return spawned_; }
  /// Reads what it prints (both streams) until a line holds `text`. When that arrived; nothing at the deadline or its
  /// end.
  std::optional<Clock::time_point> wait_for_line(const std::string& text, Clock::time_point deadline);
  /// Looks every 2 ms; nothing at the deadline or the child's end.
  std::optional<Clock::time_point> wait_until(const std::function<bool()>& seen, Clock::time_point deadline);
  /// Reads on until then.
  void run_until(Clock::time_point deadline);
  /// SIGTERM, then SIGKILL after two seconds. What it used in all.
  rusage finish();
  const std::string& output() const { return output_; }

 private:
  /// Reads what is there, waiting at most this long; false when the child has closed its end.
  bool read_some(std::chrono::milliseconds timeout);

  pid_t pid_ = -1;
  int pipe_ = -1;
  Clock::time_point spawned_;
  std::string output_;  // the last kMaxOutput bytes
};

}  // namespace understudy::bench
