#include "container/track_output.h"

#include <algorithm>

namespace understudy::container {

void GoodRange::add(const AccessUnit& unit) {
  if (stopped_) return;
  const MediaTime end = unit.pts + unit.duration;
  recent_[count_ % kRecent] = {unit.pts, end};
  latest_end_ = count_ == 0 ? end : std::max(latest_end_, end);
  last_dts_end_ = unit.dts + unit.duration;
  ++count_;
}

std::optional<MediaTime> GoodRange::end() const {
  if (count_ == 0) return std::nullopt;
  if (!stopped_) return latest_end_;
  // No PTS is before its DTS, so everything that is shown before the next DTS is here. From there on, picture by
  // picture.
  const std::size_t held = std::min(count_, kRecent);
  MediaTime good = last_dts_end_;
  std::array<Picture, kRecent> pictures = recent_;
  std::sort(pictures.begin(), pictures.begin() + static_cast<std::ptrdiff_t>(held),
            [](const Picture& a, const Picture& b) { return a.pts < b.pts; });
  for (std::size_t i = 0; i < held; ++i) {
    const Duration tolerance = (pictures[i].end - pictures[i].pts) / 2;
    if (pictures[i].pts <= good + tolerance) good = std::max(good, pictures[i].end);
  }
  return std::min(good, latest_end_);
}

void TrackOutput::set_info(TrackInfo info) {
  if (info == info_) return;
  info_ = std::move(info);
  announced_ = false;
}

void TrackOutput::announce(Sink& sink) {
  if (announced_) return;
  announced_ = true;
  sink.on_track(info_);
}

void TrackOutput::begin_segment(const SegmentStart& start) {
  units_ = 0;
  first_pts_.reset();
  good_ = {};
  discontinuity_ = discontinuity_ || start.discontinuity;
}

void TrackOutput::emit(AccessUnit&& unit, Sink& sink) {
  announce(sink);
  unit.track = info_.id;
  unit.discontinuity = discontinuity_;
  discontinuity_ = false;
  ++units_;
  if (!first_pts_ || unit.pts < *first_pts_) first_pts_ = unit.pts;
  if (unit.corrupt) {
    ++log_->damaged_units;
    good_.stop();
  } else {
    good_.add(unit);
  }
  sink.on_access_unit(std::move(unit));
}

TrackReport TrackOutput::report() const { return {info_.id, units_, first_pts_, good_.end()}; }

}  // namespace understudy::container
