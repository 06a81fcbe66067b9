#include "core/health/segment_errors.h"

namespace understudy::health {

void SegmentErrors::observe(SegmentDone datum, Instant) {
  newest_bad_ = !datum.good;
  count_ += static_cast<int>(newest_bad_) - static_cast<int>(bad_[next_]);
  bad_[next_] = newest_bad_;
  next_ = (next_ + 1) % kWindow;
}

Verdict SegmentErrors::verdict(Instant) const {
  if (count_ >= kFailed) return Verdict::failed;
  return newest_bad_ ? Verdict::suspect : Verdict::ok;
}

std::int64_t SegmentErrors::value(Instant) const { return count_; }

std::optional<Instant> SegmentErrors::next_deadline(Instant) const { return std::nullopt; }

void SegmentErrors::reset(Instant) { *this = SegmentErrors(); }

}  // namespace understudy::health
