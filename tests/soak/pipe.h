// A named pipe that a player records into: nothing grows on the disk, however long it plays.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <thread>

namespace understudy::soak {

class Pipe {
 public:
  explicit Pipe(std::string path);
  virtual ~Pipe();
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  const std::string& path() const { return path_; }

 protected:
  void start();
  /// To be called by the destructor of whoever implements take(): no call comes after it.
  void stop();
  /// On the pipe's own thread, with what has just come.
  virtual void take(const char* bytes, std::size_t size, std::int64_t arrived_ns) = 0;

 private:
  void read_on();
  std::string path_;
  int fd_ = -1;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

/// Of the monotonic clock, as the recordings' stamps are.
std::int64_t monotonic_ns();

}  // namespace understudy::soak
