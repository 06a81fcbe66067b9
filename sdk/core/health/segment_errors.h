// Segments fail, k of the last n.
//
// Intuition. One 404 or one truncated body is a cache that missed; several among the last few are an origin that is
// going. Counting segments, not requests: a segment that a retry saved is here.
//
// Model. A ring of the last 10 segments, each good or bad (failed after its retry, missing, truncated, undecodable, or
// marked as a gap). The newest one bad is suspect, 3 bad ones are failed. One bad segment among nine good ones is
// forgiven as soon as the next is good.
//
// Constants. 10 segments are 20 to 60 s, the time within which one still takes errors to have one cause. 3 and not 2: a
// splice in a packager often costs two neighbours.
//
// Rejected. A rate per minute (means something else for every segment duration); consecutive errors only (an origin
// behind two balanced servers, one of them dead, alternates).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/health/verdict.h"
#include "understudy/time.h"

namespace understudy::health {

class SegmentErrors {
 public:
  static constexpr std::size_t kWindow = 10;
  static constexpr int kFailed = 3;

  struct SegmentDone {
    bool good = false;
  };

  void observe(SegmentDone datum, Instant now);

  Verdict verdict(Instant now) const;
  /// Bad segments among the last kWindow.
  std::int64_t value(Instant now) const;
  /// Never: only segments change the answer.
  std::optional<Instant> next_deadline(Instant now) const;
  void reset(Instant now);

 private:
  std::array<bool, kWindow> bad_{};
  std::size_t next_ = 0;
  int count_ = 0;
  bool newest_bad_ = false;
};

}  // namespace understudy::health
