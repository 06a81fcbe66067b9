// Many keep-alive pollers in one thread: connections over epoll, each with one request at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace understudy::test {

/// Raises the soft limit of descriptors as far as `wanted` needs. What is allowed then.
std::size_t allow_descriptors(std::size_t wanted);

struct PollFigures {
  std::int64_t answers = 0;
  std::int64_t not_modified = 0;  // of these
  std::int64_t wrong = 0;         // another status, a document of somebody else, or the connection gone
  std::int64_t missing = 0;       // no answer until the deadline
  double p50_ms = 0, p99_ms = 0, max_ms = 0;
};

class Crowd {
 public:
  explicit Crowd(std::uint16_t port) : port_(port) {}
  ~Crowd() { leave(); }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  /// Opens connections, some hundred at a time. How many there are.
  std::size_t join(std::size_t connections, std::chrono::milliseconds deadline);
  /// Every connection asks `rounds` times for `path`, each at a moment of its own within `interval`, every second time
  /// with the ETag of the answer before.
  PollFigures poll(const std::string& path, int rounds, std::chrono::milliseconds interval,
                   std::chrono::milliseconds deadline);
  void leave();

 private:
  using Clock = std::chrono::steady_clock;
  struct Poller {
    int fd = -1;
    bool waiting = false;
    bool conditional = false;
    Clock::time_point due{};
    int left = 0;
    std::string in;
    std::string etag;
  };
  int connect_one();
  void ask(Poller& poller, const std::string& path);
  bool read_from(Poller& poller);  // true: a whole answer is in
  void take_answer(Poller& poller);

  std::uint16_t port_;
  int epoll_ = -1;
  std::vector<Poller> pollers_;
  PollFigures figures_;
  std::vector<double> latencies_ms_;
};

}  // namespace understudy::test
