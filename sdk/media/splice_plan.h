// Where the programme changes from one source to another (FAILOVER.md 7). Pure.
#pragma once

#include <optional>

#include "understudy/time.h"

namespace understudy::media {

class TrackTimeline;

struct SplicePlanInput {
  MediaTime playhead{};  // content time on screen
  MediaTime good_end{};  // of the active source
  /// The candidate's track that decides: video, else audio. REQUIRES: not null.
  const TrackTimeline* candidate = nullptr;
  Duration frame{};  // one frame of the candidate
};

struct SplicePlan {
  MediaTime leave{};     // the active source's frames before this are shown
  MediaTime enter{};     // the candidate's frames from this on; later than `leave` where its media begins later
  bool covered = false;  // the candidate has media at `enter`
  friend bool operator==(const SplicePlan&, const SplicePlan&) = default;
};

/// A random access point nearer than this can't be reached any more; the sound for it is on its way to the device.
constexpr Duration kSpliceLead = std::chrono::milliseconds(100);
/// Splices this near to the active source's end would leave no room for the error of alignment.
constexpr Duration kSpliceMargin = std::chrono::milliseconds(10);

SplicePlan plan_splice(const SplicePlanInput& in);

}  // namespace understudy::media
