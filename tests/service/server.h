// The real understudy-server as a child process that may die at any moment and be started again on the same database.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace understudy::test {

using std::chrono::milliseconds;

/// A fresh folder below the temporary one; removed at the end unless UNDERSTUDY_KEEP is set.
class Folder {
 public:
  explicit Folder(const std::string& name);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// Key "key", secret "secret". One thread; kill() may be called by any.
class Server {
 public:
  /// `database`: a file, or ":memory:". What it prints is appended to `log`.
  Server(std::string database, std::string log, std::vector<std::string> arguments = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Begins a process; it may not be ready yet.
  void spawn();
  /// True once it listens; false where it ended instead, or at the deadline.
  bool wait_ready(milliseconds deadline);
  /// Sends SIGKILL and returns at once.
  void kill();
  /// Sends this signal and waits for the end; the exit code, or 128 + signal.
  int stop(int signal_number);
  /// The process ended by itself.
  bool ended();

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return pid_; }
  std::string log() const;

 private:
  std::string database_;
  std::string log_;
  std::vector<std::string> arguments_;
  pid_t pid_ = -1;
  int ready_ = -1;
  std::uint16_t port_ = 0;
  std::optional<int> exit_;
};

}  // namespace understudy::test
