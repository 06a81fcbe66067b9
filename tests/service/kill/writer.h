// One client of the management API: writes to channels that are its own, one request at a time, and knows after each
// death of the service what must be there. Its thread lives from one start of the service to the next death.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "channel_model.h"

namespace understudy::test {

/// What all writers report to. Thread-safe.
struct Tally {
  std::atomic<std::int64_t> acknowledged{0};
  std::atomic<std::int64_t> sent{0};
  std::atomic<std::int64_t> unknown_applied{0};  // not acknowledged, and there after the restart
  std::atomic<std::int64_t> unknown_lost{0};     // not acknowledged, and not there
  std::atomic<std::int64_t> observed{0};
  void violate(const std::string& what);
  std::vector<std::string> violations();

 private:
  std::mutex mutex_;
  std::vector<std::string> violations_;
};

class Writer {
 public:
  /// `on_sent`: called after each write has been sent and before its answer is read: the moment to kill within a write.
  Writer(int number, std::uint64_t seed, Tally& tally, std::function<void()> on_sent);

  /// Looks at all it wrote, then writes until `enough` or the service is gone. Returns whether it looked at everything.
  bool run(std::uint16_t port, const std::function<bool()>& enough);

 private:
  bool verify(Client& client);
  void judge(const std::string& id, const Observation& seen);
  bool check_revision(Client& client, const std::string& id);
  Write draw();
  Write draw_for(const std::string& id, const ChannelModel& channel);
  int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }

  std::string prefix_;
  std::mt19937_64 random_;
  Tally& tally_;
  std::function<void()> on_sent_;
  std::map<std::string, ChannelModel> channels_;  // as acknowledged; deleted ones stay: their ids go on answering
  std::vector<std::string> live_;
  std::optional<Write> unknown_;  // sent, and no answer came
  struct Seen {
    std::int64_t revision = 0;
    Json document;
  };
  std::map<std::string, Seen> revisions_;
  std::int64_t value_ = 0;
  int made_ = 0;
};

}  // namespace understudy::test
