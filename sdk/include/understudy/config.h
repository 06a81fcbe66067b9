// What an app may set: the failover policy and the session's configuration. The comments are the manual; every field has a
// default that suits a live channel with two- to six-second segments. Times are milliseconds, as in FAILOVER.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "understudy/result.h"

namespace understudy {

enum class Recovery {
  current_preferred,  // stay on the fallback until it fails (default)
  primary_preferred,  // return once the primary was healthy for clear_ms
};

enum class GroupMode {
  prioritized,  // the able member with the lowest priority number
  flat,         // an able member drawn at random, per viewer, from the session's seed
};

/// How ready a fallback waits; the first suspicion raises the next one from cold to warm (FAILOVER.md 6).
enum class Standby {
  cold,  // nothing is fetched from it before a hedge (default)
  warm,  // its playlist is refreshed every few target durations: at most 2 % of the media bytes
  hot,   // its media is loaded in step and its key pictures decoded: about twice the bytes, and a switch needs no request
};

/// The failover policy (FAILOVER.md). Arrives in the status document (camelCase of the same names: `pollMs`,
/// `lossThresholdMs`, …), and what the app sets in SessionConfig::policy_override wins over the document.
struct Policy {
  // Polling, section 2
  std::int64_t poll_ms = 2000;            // 250–60000; interval of status polls, jittered by ±20 %
  // Starting, section 2
  std::int64_t startup_timeout_ms = 8000; // 500–60000; no first frame of the primary within this commits to a fallback
  std::int64_t startup_hedge_ms = 2000;   // 100–60000; silence of a starting primary for this long prepares the fallback
  bool start_on_fallback = false;         // primary not playing at the start: play a playing fallback instead of pre-live
  std::int64_t target_live_offset_ms = 0; // 0 = from the playlist (HOLD-BACK, else three target durations); 1000–120000
  std::int64_t max_live_offset_ms = 60000;// 3000–600000; cap of whatever raises the live offset
  // Losing the active source, section 3
  std::int64_t loss_threshold_ms = 3000;  // 1000–86400000; when a loss is declared
  std::int64_t hedge_budget_percent = 5;  // 0–100; extra bytes over ten minutes for hedges on mere suspicion, in % of media bytes
  std::int64_t penalty_ms = 120000;       // 1000–3600000; a member that denied access is not tried for this long
  // Afterwards, section 4
  std::int64_t max_hold_ms = 2000;        // 0–60000; how long the last picture is held when nothing is left to show
  std::int64_t probe_min_ms = 500;        // 100–60000; probing while all are unavailable: decorrelated jitter between
  std::int64_t probe_max_ms = 8000;       // 500–600000;   these two
  Recovery recovery = Recovery::current_preferred;
  std::int64_t clear_ms = 30000;          // 1000–3600000; how long the primary must be healthy before a failback
  std::int64_t max_clear_ms = 300000;     // cap of the doubling of clear_ms by repeated failures
  std::int64_t voluntary_switches = 4;    // 0–100; voluntary switches within ten minutes at most
  std::int64_t failback_spread_ms = 10000;// 0–600000; a failback starts at a random point of this
  bool auto_restart = true;               // a stopped primary that plays again starts the player again
  bool keep_fallback_on_timeout = false;  // a stop with reason `timeout` does not end a healthy fallback
  // Standby, section 6
  Standby standby = Standby::cold;
  std::int64_t hot_members = 1;           // 0–16; how many members are hot where standby is hot; the rest are warm
  GroupMode mode = GroupMode::prioritized;

  friend bool operator==(const Policy&, const Policy&) = default;
};

/// Checks every range above. Error: invalid_config, naming the field, its value and its range.
Result<void> validate(const Policy& policy);

/// A source given by URL instead of by a status document. HLS where the URL's path ends in .m3u8 or `hls` is set.
struct PlainSource {
  std::string name;  // shown in events and reports, e.g. "primary"; unique within the group
  std::string url;
  friend bool operator==(const PlainSource&, const PlainSource&) = default;
};

struct SessionConfig {
  /// `GET /playout/{id}` of the companion service. Empty: plain sources only, no status is polled.
  std::string status_url;
  /// First the primary, then the fallbacks by priority. Used without a service, or to start while the service is unreachable.
  std::vector<PlainSource> plain_sources;
  /// A status document kept from an earlier session; used to start while the service is unreachable.
  std::string last_known_document;
  /// Replaces the document's policy as a whole.
  std::optional<Policy> policy_override;
  /// Seeds all randomness of the session. Viewers of one channel should differ in it (spreading), tests fix it.
  std::uint64_t seed = 1;
  /// Shown before the stream starts where the document has no announcement.
  std::string default_announcement = "The live stream has not started yet.";
  /// Upper bound on a variant stream's BANDWIDTH in bit/s; 0 = no bound.
  std::uint64_t max_bandwidth = 0;
  /// Bound of the event log, in events; the oldest go first.
  std::size_t event_log_capacity = 4096;
};

Result<void> validate(const SessionConfig& config);

}  // namespace understudy
