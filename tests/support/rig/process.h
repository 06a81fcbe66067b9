// Child processes of the tests: started without a shell, always reaped, killed when the test leaves.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace understudy::test {

class Process {
 public:
  /// Standard output and error go to this file.
  Process(const std::vector<std::string>& command, const std::string& output_file);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  Process(Process&& other) noexcept;

  /// The exit code (128 + signal), or nothing when it still runs at the deadline.
  std::optional<int> wait(std::chrono::milliseconds deadline);
  void signal(int number);
  bool running();
  pid_t pid() const { return pid_; }
  std::string output() const;

 private:
  pid_t pid_ = -1;
  std::optional<int> exit_;
  std::string output_file_;
};

}  // namespace understudy::test
