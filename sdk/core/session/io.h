// Everything the world can tell a Session, and everything it wants of the world.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/loading/commands.h"
#include "understudy/event.h"

namespace understudy::session {

// ---- inputs -------------------------------------------------------------------------------------------------------------------

/// Time passed.
struct Tick {
  friend bool operator==(const Tick&, const Tick&) = default;
};

/// What the media pipeline holds; handed in whenever the loop turns.
struct SourceBuffer {
  SourceId source{};
  std::optional<MediaTime> good_until;
  std::optional<MediaTime> planned_splice;
  bool splice_ready = false;
  std::optional<std::int64_t> decode_permille;  // media decoded per time it took, in thousandths
  friend bool operator==(const SourceBuffer&, const SourceBuffer&) = default;
};
struct MediaState {
  bool playing = false;
  bool stalled = false;
  MediaTime playhead{};
  Duration output_latency{};
  std::vector<SourceBuffer> sources;
  friend bool operator==(const MediaState&, const MediaState&) = default;
};

struct MediaDamaged {
  SourceId source{};
  MediaTime content_time{};
  Error error;
  friend bool operator==(const MediaDamaged&, const MediaDamaged&) = default;
};
struct FirstFrame {
  SourceId source{};
  MediaTime content_time{};
  friend bool operator==(const FirstFrame&, const FirstFrame&) = default;
};
struct Switched {
  SourceId from{};
  SourceId to{};
  MediaTime content_time{};
  Duration gap{};
  std::int64_t frames_lost = 0;
  std::int64_t frames_repeated = 0;
  friend bool operator==(const Switched&, const Switched&) = default;
};
/// Measured on the sound: where a candidate's content lies against what is shown. See media/pipeline.h.
struct Aligned {
  SourceId source{};
  SourceId against{};
  bool clear = false;
  Duration skew{};
  Duration error_bound{};
  friend bool operator==(const Aligned&, const Aligned&) = default;
};
struct Stalled {
  friend bool operator==(const Stalled&, const Stalled&) = default;
};
struct Resumed {
  Duration gap{};
  friend bool operator==(const Resumed&, const Resumed&) = default;
};
struct PlayedOut {
  SourceId source{};
  friend bool operator==(const PlayedOut&, const PlayedOut&) = default;
};

// Commands of the app.
struct SetPaused {
  bool paused = false;
  friend bool operator==(const SetPaused&, const SetPaused&) = default;
};
struct SwitchTo {
  std::optional<SourceId> to;  // unset: the next able member
  friend bool operator==(const SwitchTo&, const SwitchTo&) = default;
};
struct EndSession {
  friend bool operator==(const EndSession&, const EndSession&) = default;
};

using Input = std::variant<Tick, loading::FetchDone, loading::FetchProgress, loading::SegmentOpened, loading::SegmentClosed,
                           MediaState, MediaDamaged, FirstFrame, Switched, Aligned, Stalled, Resumed, PlayedOut, SetPaused, SwitchTo,
                           EndSession>;

// ---- outputs ------------------------------------------------------------------------------------------------------------------

/// Orders to the media pipeline, see media/pipeline.h.
struct StartPlayback {
  SourceId source{};
  MediaTime from{};
  friend bool operator==(const StartPlayback&, const StartPlayback&) = default;
};
struct Prepare {
  SourceId source{};
  friend bool operator==(const Prepare&, const Prepare&) = default;
};
struct StandBy {
  SourceId source{};
  friend bool operator==(const StandBy&, const StandBy&) = default;
};
struct CancelPrepare {
  SourceId source{};
  friend bool operator==(const CancelPrepare&, const CancelPrepare&) = default;
};
struct Splice {
  SourceId to{};
  friend bool operator==(const Splice&, const Splice&) = default;
};
struct StopMedia {
  friend bool operator==(const StopMedia&, const StopMedia&) = default;
};
struct PauseMedia {
  bool paused = false;
  friend bool operator==(const PauseMedia&, const PauseMedia&) = default;
};
struct SetRate {
  int ppm = 0;
  friend bool operator==(const SetRate&, const SetRate&) = default;
};
/// The poster's encoded bytes, for the front end's card.
struct PosterLoaded {
  std::string body;
  friend bool operator==(const PosterLoaded&, const PosterLoaded&) = default;
};

enum class DeadlineReason { idle, status_poll, loading, monitor, controller };

/// Always the last output: call handle() with a Tick at this time if nothing happens before.
struct Deadline {
  Instant at = Instant::max();
  DeadlineReason reason = DeadlineReason::idle;
  friend bool operator==(const Deadline&, const Deadline&) = default;
};

using Output = std::variant<loading::Fetch, loading::CancelFetch, loading::OpenSource, loading::CloseSource, loading::OpenDirect,
                            loading::Anchor, loading::AbandonSegment, loading::EndOfStream, StartPlayback, Prepare, StandBy,
                            CancelPrepare, Splice, StopMedia, PauseMedia, SetRate, PosterLoaded, Event, Deadline>;

}  // namespace understudy::session
