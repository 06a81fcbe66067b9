// What the engine tells the app (FAILOVER.md 8). Events are values; the last ones are kept in a bounded log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/error.h"
#include "understudy/ids.h"
#include "understudy/time.h"

namespace understudy {

enum class EventType {
  status_changed,
  pre_live,             // nothing is on: announcement and poster are to be shown
  started,              // the first frame of a viewing is on screen
  source_ready,         // a source delivers decodable media: at the start and after every switch
  health_changed,
  intent_to_fallback,   // the active source is lost or suspected; also when no fallback is configured
  hedge_started,
  hedge_cancelled,
  committed,
  switched,             // the first frame of the new source is on screen
  recovered,            // a lost source delivers again
  stalled,              // the playhead should advance and does not
  resumed,
  offline,              // neither any source nor the status service answers: the viewer's own network
  stopped,
  error,
};

/// Why. A closed enum: reports and notifications carry its name.
enum class Reason {
  none,
  // of a loss or switch
  connect_failed, reset, http_error, first_byte_timeout, body_stalled, trickle, playlist_stale, playlist_error, missing_segment,
  truncated_segment, corrupt_segment, sequence_restart, discontinuity_jump, window_emptied, end_of_list, input_loss, health_metric, decode_error, start_timeout,
  access_denied, status_not_playing, source_removed,
  // of a return or a request
  failback, manual, primary_stopped, alias_deactivated, channel_deleted, start, restart, end_of_stream, app,
  network_down,
};

enum class SourceState { active, hot, warm, cold, unhealthy, disabled };

enum class Alignment { none, program_date_time, audio, live_edge };

std::string_view to_string(EventType type);
std::string_view to_string(Reason reason);
std::string_view to_string(SourceState state);
std::string_view to_string(Alignment alignment);

struct SourceInfo {
  SourceId id{};
  std::string name;  // channel or alias id, or the plain source's name
  SourceState state = SourceState::cold;
  /// Against the source on the air, where known: how much later it publishes the same content, and how far its dates are wrong
  /// (positive: dated too late; corrected at a switch).
  std::optional<std::int64_t> lag_ms;
  std::optional<std::int64_t> skew_ms;
  friend bool operator==(const SourceInfo&, const SourceInfo&) = default;
};

/// Measured at the switch; frames and gap as the viewer got them.
struct SwitchFacts {
  MediaTime content_time{};     // of the splice
  std::int64_t detect_ms = 0;   // last media due → first evidence
  std::int64_t prepare_ms = 0;  // hedge started → candidate decoded
  std::int64_t commit_ms = 0;   // first evidence → commit
  std::int64_t buffer_ms = 0;   // good media of the old source that was left at the commit
  std::int64_t gap_ms = 0;      // added to the distance between the last old and the first new picture
  std::int64_t frames_lost = 0;
  std::int64_t frames_repeated = 0;
  Alignment alignment = Alignment::none;
  std::int64_t error_bound_ms = 0;
  friend bool operator==(const SwitchFacts&, const SwitchFacts&) = default;
};

struct Event {
  std::uint64_t sequence = 0;  // 1, 2, … within a session
  EventType type = EventType::status_changed;
  Instant at{};
  WallTime wall{};
  Reason reason = Reason::none;
  std::optional<SourceId> source;  // whom it is about; of a switch: the new one
  std::optional<SourceId> from;    // of a switch or an intent: the old one
  std::vector<SourceInfo> sources; // every member of the group at that moment
  std::optional<SwitchFacts> switch_facts;  // switched only
  std::optional<Error> error;               // error, and where a loss has one
  std::string detail;  // one line for a person: the status code, the announcement, …
  friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace understudy
