// The faults of one channel, as data and time: which are on at a moment, and which of them hit this request. Pure and
// deterministic by seed; who asks gives the time. README.md of ../origin has the table of kinds and parameters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/result.h"
#include "understudy/time.h"

namespace understudy::server {

enum class FaultKind {
  refuse,            // connections are refused
  reset,             // TCP reset in the body
  black_hole,        // accepted, never answered
  trickle,           // bytes_per_second
  slow_first_byte,   // delay_ms
  segment_404,       // every media segment
  http_503,          // everything
  stale_playlist,    // the media playlist stays as it is
  missing_segment,   // listed, but 404: the first `count` segments published from the start on
  truncated,         // the body ends before its Content-Length
  corrupt,           // bytes of the body flipped
  sequence_restart,  // media sequence numbers begin again at 0, as after an encoder restart
  pdt_skew,          // program date time wrong by skew_ms
  endlist,           // the playlist ends without a stop
  black,             // black picture
  frozen,            // the picture stands still
  silence,
  drop,  // the encoder dies: nothing new appears, segments are gone, the channel is no longer playing
};

std::string_view to_string(FaultKind kind);
std::optional<FaultKind> fault_kind(std::string_view name);

enum class FaultScope { all, playlists, segments };

struct Fault {
  int id = 0;
  FaultKind kind = FaultKind::refuse;
  WallTime begin{};
  std::optional<WallTime> end;  // none: until cleared
  double probability = 1.0;
  std::uint64_t seed = 1;
  FaultScope scope = FaultScope::all;
  std::int64_t bytes_per_second = 1000;
  std::int64_t delay_ms = 5000;
  std::optional<std::int64_t> after_bytes;  // none: half of the body
  std::int64_t skew_ms = 1000;
  std::int64_t count = 1;
  bool happens = true;  // drawn once, for kinds that are a state of the channel rather than of a request

  bool active_at(WallTime t) const { return happens && begin <= t && (!end || t < *end); }
};

class FaultSchedule {
 public:
  /// Adds the fault (object) or faults (array) of a JSON text; `start_s` counts from `now`. All or nothing.
  /// Error: invalid_config naming the member.
  Result<void> add(const std::string& json, WallTime now);
  /// Ends what is active and cancels what is pending.
  void clear(WallTime now);

  const Fault* active(FaultKind kind, WallTime now) const;
  /// As active(), for one request in the fault's scope: draws by its probability, deterministic in the order of
  /// requests.
  const Fault* strikes(FaultKind kind, bool segment_request, WallTime now);
  /// The next time after `now` at which a fault begins or ends.
  std::optional<WallTime> next_change(WallTime now) const;
  const std::vector<Fault>& all() const { return faults_; }
  /// JSON array of all faults with id, parameters and state (pending, active, ended), times relative to `now`.
  std::string to_json(WallTime now) const;

 private:
  std::vector<Fault> faults_;         // bound: kMaxFaults, the oldest ended ones go first
  std::vector<std::uint64_t> draws_;  // per fault: requests asked so far
  int next_id_ = 1;
};

}  // namespace understudy::server
