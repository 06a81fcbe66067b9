// A relay in front of the status service that can be shut: the service and its origins are one process, and here only
// the status has to vanish. TCP in, TCP out, nothing read into it.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace understudy::soak {

class Gate {
 public:
  Gate();
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  std::uint16_t port() const { return port_; }
  void lead_to(std::uint16_t service_port) { target_ = service_port; }
  /// Open connections are reset, new ones refused, until open().
  void shut() { open_ = false; }
  void open() { open_ = true; }

 private:
  struct Pair {
    int client = -1;
    int service = -1;
  };
  void serve();
  void follow_orders();
  void accept_one();
  /// False: this pair is over.
  bool relay(int from, int to);
  void close_all();

  std::atomic<bool> open_{true};
  std::atomic<bool> ending_{false};
  std::atomic<std::uint16_t> target_{0};
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::vector<Pair> pairs_;  // bound: the viewers of one soak, some connections each
  std::thread thread_;
};

}  // namespace understudy::soak
