// What the controller sees and what it decides: verdicts, ids and ranges, never playlists or bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/health/verdict.h"
#include "core/status/document.h"
#include "understudy/config.h"
#include "understudy/event.h"

namespace understudy::failover {

/// A monitor's combined answer about one source.
struct Assessment {
  health::Verdict verdict = health::Verdict::ok;
  Reason reason = Reason::none;
  std::optional<Error> error;
  bool hard = false;    // an error, not mere lateness
  Instant since{};      // of the first evidence
  Instant media_due{};  // when the media was due whose absence is the evidence; since where unknown

  bool broken() const { return hard && verdict == health::Verdict::failed; }
};

struct MemberView {
  SourceId id{};
  bool eligible = false;  // enabled, present in the group, alias active, of a playable type, with a URL, not stopped
  bool says_playing = false;  // what the status calls it; true without a status service
  int priority = 0;
  bool loading = false;     // media is being loaded
  bool delivering = false;  // good, decodable media of the present loading is here
  Assessment assessment;
  std::optional<Duration> buffer;     // good media ahead of the playhead
  std::optional<Duration> splice_in;  // candidate: time until the planned splice
  bool slow = false;                  // its bodies come in slower than they play, or the last one did
  bool crawls = false;                // the body under way would take so long that a new request is better
  bool whole_segment = false;         // of the present loading, at least one came in whole
  Instant comes_in_until{};           // until then its media counts as coming in: a body flows, or the next one was asked for just now
  Instant expected_by{};              // all that it lists is here: by then it should have published the next and brought it
  bool splice_ready = false;
  bool aligned = true;                // how its content lies against the active one's was measured, or can't be
  Duration to_prepare = from_ms(1500);  // how long before the splice its preparation must begin
  Duration out_of_reach{};            // from the playhead on: what will have left its window before it can be loaded
  bool keeps_up = true;               // as far as is known: at the live offset as it is, what follows comes before what is there has ended
  bool stale = false;                 // it is loaded and its playlist stands still
  bool polls_well = true;             // enough of its last playlist reloads brought something new
  std::optional<Instant> healthy_since;  // watched at playlist level or above, fresh and free of trouble since then
};

struct View {
  Instant now{};
  std::vector<MemberView> members;      // by SourceId; [0] is the primary
  bool has_status = false;              // a valid document is known, or there is no service
  bool status_reachable = true;         // the last poll succeeded, or there is no service
  bool primary_playing = false;
  bool stopping = false;                // the root channel is `stopping`: plays out, nothing falls back
  std::optional<Reason> stop;           // a valid document says: stop
  bool stop_by_timeout = false;
  bool stalled = false;                 // the playhead should advance and does not
  bool paused = false;
  bool network_down = false;            // nothing of anybody answers
  bool hedge_affordable = true;         // the budget of extra bytes allows another hedge
  Duration output_latency{};
};

// ---- decisions ----------------------------------------------------------------------------------------------------------------

/// Load this source from the live edge and show it as soon as it can be; what was on air ends. `keep_loading`: it is being
/// loaded already (a probe or hedge that delivered).
struct GoOnAir { SourceId source; Reason reason; bool keep_loading = false; };
/// Prepare this candidate beside the active source (or, with nothing on air, beside the one that is starting).
struct Hedge { SourceId source; Reason reason; };
struct CancelHedge { SourceId source; };
/// The shown frames change source at the planned splice. Irrevocable.
struct Commit { SourceId from; SourceId to; Reason reason; };
/// Nothing is left to show: take the picture down; the pre-live card of the requested id is shown.
struct ShowPrelive { Reason reason; };
/// Load this source to find out whether it delivers; nothing is shown.
struct Probe { SourceId source; };
struct EndProbe { SourceId source; };
/// How ready this member waits in the wings (FAILOVER.md 6). `watched`: its playlist is followed in its own rhythm, because a
/// failback is considered.
struct Stand { SourceId source; Standby level = Standby::cold; bool watched = false; };
/// The player stops: everything is released.
struct StopPlaying { Reason reason; };
/// One status poll at once: evidence may be an ordinary stop.
struct AskStatus {};
struct Tell {
  EventType type;
  Reason reason = Reason::none;
  std::optional<SourceId> source;
  std::optional<SourceId> from;
  std::optional<Error> error;
};

using Decision = std::variant<GoOnAir, Hedge, CancelHedge, Commit, ShowPrelive, Probe, EndProbe, Stand, StopPlaying, AskStatus, Tell>;

}  // namespace understudy::failover
