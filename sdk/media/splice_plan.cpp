#include "media/splice_plan.h"

#include <algorithm>

#include "media/track_timeline.h"

namespace understudy::media {

SplicePlan plan_splice(const SplicePlanInput& in) {
  const TrackTimeline& candidate = *in.candidate;
  if (const auto point =
          candidate.random_access_between(in.playhead + kSpliceLead + Duration(1), in.good_end - kSpliceMargin)) {
    return {*point, *point, true};
  }
  // Content time never runs backwards: where the sound played on over a damaged picture, what was heard is not
  // repeated.
  const MediaTime leave = std::max(in.good_end, in.playhead);
  const Duration tolerance = in.frame / 2;
  const auto before = candidate.random_access_between(MediaTime::min(), leave + tolerance);
  if (before) {
    const auto until = candidate.good_until(std::max(*before, leave));
    if (until && *until > leave + tolerance) return {leave, leave, true};
  }
  // Its oldest content is later, or a hole of its own lies at the good end.
  if (const auto later = candidate.random_access_from(leave + tolerance)) return {leave, *later, true};
  return {leave, leave, false};
}

}  // namespace understudy::media
