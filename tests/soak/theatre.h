// The service with its origins, the gate in front of its status, and two players: one whose picture and sound are
// recorded into pipes and judged while they come, and a cheap one that records nothing. Sampled every second by a
// thread of its own.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "gate.h"
#include "outage.h"
#include "pictures.h"
#include "rig.h"
#include "samples.h"
#include "sound.h"

namespace understudy::soak {

inline constexpr const char* kPrimary = "a";
inline constexpr const char* kFallback = "b";

struct Watched {
  std::string name;
  std::unique_ptr<test::Viewer> viewer;
  std::unique_ptr<EventLog> log;
  EventJudge judge;
  bool has_stopped = false;  // the last of `started`, `stopped` was the latter
  std::vector<std::string> wrong;
};

class Theatre {
 public:
  explicit Theatre(const std::string& csv_path);
  ~Theatre();

  void begin_outage(const Outage& outage);
  /// Takes back what begin_outage did.
  void end_outage(const Outage& outage);
  /// All channels are playing; false at the deadline.
  bool wait_for_channels(std::chrono::seconds deadline);
  /// New pictures have come for two seconds without a gap of one. Seconds until the first of them; nothing at the
  /// deadline.
  std::optional<double> wait_for_pictures(std::chrono::seconds deadline);
  /// Both players said that they stopped; false at the deadline.
  bool wait_for_stop(std::chrono::seconds deadline);
  void set_quiet(bool quiet) { quiet_ = quiet; }
  Pictures& pictures() { return *pictures_; }
  double seconds() const;
  /// Of both players, by name: what ended, what an event broke. Each is told once.
  std::vector<std::string> wrong();
  std::int64_t count(const std::string& event_type);
  /// Ends the players in order and the sampling with them.
  void finish();
  /// Of the ends of the players; after finish().
  std::vector<std::string> wrong_at_end() const;
  /// Copies each player's event log into `folder`, as NAME.log: what a violation is understood by.
  void keep_logs(const std::filesystem::path& folder) const;
  const Samples& samples() const { return samples_; }
  const std::vector<Watched>& players() const { return players_; }

 private:
  void add_player(const std::string& name, const std::vector<std::string>& arguments);
  void on_heard(const Heard& heard);
  void read_logs();
  void sample_on();
  void sample();

  test::Service service_;
  Gate gate_;
  std::int64_t begun_ns_;
  std::unique_ptr<Pictures> pictures_;
  std::unique_ptr<Sound> sound_;
  std::mutex mutex_;  // players_, samples_, av_offset_ms_
  std::vector<Watched> players_;
  Samples samples_;
  std::optional<double> av_offset_ms_;
  std::atomic<bool> quiet_{false};
  std::atomic<bool> ending_{false};
  std::atomic<pid_t> service_pid_{0};
  std::thread sampler_;
};

}  // namespace understudy::soak
