// A service under attack, and pollers that mean well: whatever the attackers do, these must go on being served.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "../client.h"
#include "../server.h"
#include "support/proc.h"

namespace understudy::test {

/// Four keep-alive connections that poll the channel "ch-a", each twenty times a second.
class GoodPollers {
 public:
  explicit GoodPollers(std::uint16_t port);
  ~GoodPollers() { finish(); }
  struct Served {
    std::int64_t answers = 0;
    std::int64_t failures = 0;
    double slowest_ms = 0;
  };
  Served finish();

 private:
  void poll(std::uint16_t port);
  std::atomic<bool> ending_{false};
  std::atomic<std::int64_t> answers_{0};
  std::atomic<std::int64_t> failures_{0};
  std::atomic<double> slowest_ms_{0};
  std::vector<std::thread> threads_;
};

/// A started service with the channels "ch-a" and "ch-b" and the alias "ch-a1".
class Stage {
 public:
  Stage();
  std::uint16_t port() const { return server_.port(); }
  std::int64_t rss() const { return rss_kb(server_.pid()); }
  int descriptors() const { return process_figures(server_.pid()).descriptors; }
  /// Waits until the service has closed what was opened since; false at the deadline.
  bool wait_for_descriptors(int at_most, std::chrono::seconds deadline) const;
  bool alive() { return !server_.ended(); }
  /// Everything that the management API shows: to be the same afterwards.
  std::string state();

 private:
  Folder folder_;
  Server server_;
};

struct Ending {
  int status = 0;       // of the first answer; 0: none
  int answers = 0;      // how many began
  bool closed = false;  // in order or by a reset
  double seconds = 0;
  std::string bytes;
};

/// Sends these bytes on a connection of their own and reads until it is closed, or nothing has come for `quiet_ms`.
Ending send_raw(std::uint16_t port, const std::string& bytes, int quiet_ms = 20'000);

/// A request with the usual fields, the key included where `authorised`.
std::string request(const std::string& line, const std::string& fields = "", bool authorised = false);

}  // namespace understudy::test
