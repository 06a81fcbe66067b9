#include "media/track_timeline.h"

#include <algorithm>
#include <limits>

namespace understudy::media {

void TrackTimeline::begin_segment(bool broken) {
  merged_ = false;
  fresh_ = true;
  if (!broken) return;
  pending_.clear();
  waiting_ = true;
}

void TrackTimeline::note_begin(MediaTime unit_begin) {
  if (!fresh_) {
    const bool first_shown = segments_.size() < 2 || unit_begin > segments_[segments_.size() - 2];
    if (!segments_.empty() && first_shown) segments_.back() = std::min(segments_.back(), unit_begin);
    return;
  }
  fresh_ = false;
  // Where time stamps go back, what lies there was placed anew.
  while (!segments_.empty() && segments_.back() >= unit_begin) segments_.pop_back();
  segments_.push_back(unit_begin);
  if (segments_.size() > kMaxSegments) segments_.pop_front();
}

void TrackTimeline::note_damage(MediaTime at) {
  const auto after = std::upper_bound(segments_.begin(), segments_.end(), at);
  if (after == segments_.begin()) return;
  damages_.push_back({*std::prev(after), at});
  if (damages_.size() > kMaxDamages) damages_.pop_front();
}

void TrackTimeline::open_run(const Unit& unit) {
  pending_.clear();
  runs_.push_back({unit.begin, unit.begin + unit.duration});
  add_access_point(unit);
  waiting_ = false;
  merged_ = true;
}

void TrackTimeline::add_access_point(const Unit& unit) {
  if (!unit.key || (!access_points_.empty() && unit.begin <= access_points_.back())) return;
  access_points_.push_back(unit.begin);
}

void TrackTimeline::add(const Unit& unit) {
  const MediaTime unit_end = unit.begin + unit.duration;
  end_ = end_ ? std::max(*end_, unit_end) : unit_end;
  note_begin(unit.begin);
  if (unit.damaged) return damage(unit.begin);
  if (waiting_) {
    if (unit.key || !needs_random_access_) return open_run(unit);
    // A picture after a damaged one, shown before it: it refers to the damage.
    if (!runs_.empty() && unit.begin < runs_.back().end) runs_.back().end = std::max(runs_.back().begin, unit.begin);
    return;
  }
  Run& run = runs_.back();
  if (unit.begin < run.begin) return;  // a leading picture of the run's first access point
  add_access_point(unit);
  if (unit_end <= run.end) return;
  pending_[unit.begin] = {unit_end, unit.key};
  merge(unit.duration / 2);
  if (pending_.size() > kMaxReorder) settle();
}

void TrackTimeline::merge(Duration tolerance) {
  Run& run = runs_.back();
  while (!pending_.empty() && pending_.begin()->first <= run.end + tolerance) {
    run.end = std::max(run.end, pending_.begin()->second.end);
    pending_.erase(pending_.begin());
    merged_ = true;
  }
}

/// What is pending will not be preceded by anything any more.
void TrackTimeline::settle() {
  if (pending_.empty() || runs_.empty()) return;
  if (!merged_) {
    // Nothing of this segment joined: a hole lies before it.
    const auto first = std::find_if(pending_.begin(), pending_.end(),
                                    [this](const auto& p) { return p.second.key || !needs_random_access_; });
    if (first == pending_.end()) return;
    runs_.push_back({first->first, first->second.end});
    pending_.erase(pending_.begin(), std::next(first));
    merged_ = true;
  }
  merge(Duration(std::numeric_limits<std::int32_t>::max()) * 1000);
}

void TrackTimeline::end_segment(bool intact) {
  if (intact) settle();
}

void TrackTimeline::distrust_segment() {
  if (!fresh_ && !segments_.empty() && end_) damages_.push_back({segments_.back(), *end_});
  if (damages_.size() > kMaxDamages) damages_.pop_front();
}

void TrackTimeline::damage(MediaTime from) {
  note_damage(from);
  const auto resume = random_access_from(from + Duration(1));
  const MediaTime until = resume.value_or(MediaTime::max());
  if (!resume) {
    waiting_ = true;
    pending_.clear();
  }
  std::deque<Run> kept;
  for (const Run& run : runs_) {
    const Run before{run.begin, std::min(run.end, from)};
    const Run after{std::max(run.begin, until), run.end};
    if (before.end > before.begin) kept.push_back(before);
    if (after.end > after.begin) kept.push_back(after);
  }
  runs_.swap(kept);
  const auto lost = [&](MediaTime t) { return t >= from && t < until; };
  access_points_.erase(std::remove_if(access_points_.begin(), access_points_.end(), lost), access_points_.end());
  if (resume) resume_at(*resume);
}

/// Where good media goes on after damage. A random access point that waited for the pictures before it does so no more.
void TrackTimeline::resume_at(MediaTime point) {
  const auto covers = [&](const Run& run) { return run.begin <= point && point < run.end; };
  if (std::any_of(runs_.begin(), runs_.end(), covers)) return;
  const auto found = pending_.find(point);
  if (found == pending_.end()) {
    pending_.clear();
    waiting_ = true;
    return;
  }
  const Duration length = found->second.end - point;
  runs_.push_back({point, found->second.end});
  pending_.erase(pending_.begin(), std::next(found));
  merged_ = true;
  merge(length / 2);
}

void TrackTimeline::shift(MediaTime from, MediaTime to, Duration by) {
  const auto moved = [&](MediaTime t) { return t >= from && t < to ? t + by : t; };
  const bool tears = by > kRounding || by < -kRounding;
  std::deque<Run> placed;
  for (const Run& run : runs_) {
    const MediaTime cut_begin = std::clamp(from, run.begin, run.end);
    const MediaTime cut_end = std::clamp(to, run.begin, run.end);
    const Run parts[] = {{run.begin, cut_begin}, {cut_begin + by, cut_end + by}, {cut_end, run.end}};
    if (!tears && cut_end > cut_begin) {
      placed.push_back({moved(run.begin), cut_end == run.end ? run.end + by : run.end});
      continue;
    }
    for (const Run& part : parts) {
      if (part.end > part.begin) placed.push_back(part);
    }
  }
  runs_.swap(placed);
  std::map<MediaTime, Pending> pending;
  for (const auto& [begin, unit] : pending_) pending[moved(begin)] = {unit.end + (moved(begin) - begin), unit.key};
  pending_.swap(pending);
  for (MediaTime& point : access_points_) point = moved(point);
  std::sort(access_points_.begin(), access_points_.end());
  for (MediaTime& begin : segments_) begin = moved(begin);
  std::sort(segments_.begin(), segments_.end());
  for (Damage& d : damages_) d = {moved(d.segment), d.at + (moved(d.segment) - d.segment)};
  if (end_ && *end_ <= to) end_ = *end_ + by;
}

void TrackTimeline::drop_before(MediaTime time) {
  while (runs_.size() > 1 && runs_.front().end <= time) runs_.pop_front();
  while (!access_points_.empty() && access_points_.front() < time) access_points_.pop_front();
  while (segments_.size() > 1 && segments_[1] <= time) segments_.pop_front();
  while (!damages_.empty() && damages_.front().at < time) damages_.pop_front();
}

std::optional<MediaTime> TrackTimeline::good_until(MediaTime from) const {
  std::optional<MediaTime> end;
  for (const Run& run : runs_) {
    if (end && run.begin > from) break;
    if (run.end > run.begin) end = run.end;
    if (run.end > from) break;
  }
  return end;
}

std::optional<MediaTime> TrackTimeline::trusted_until(MediaTime from) const {
  auto end = good_until(from);
  if (!end) return end;
  const MediaTime good = *end;
  for (const Damage& d : damages_) {
    if (d.segment < good && good <= d.at) end = std::min(*end, d.segment);
  }
  return end;
}

std::optional<MediaTime> TrackTimeline::segment_begin_near(MediaTime time) const {
  std::optional<MediaTime> best;
  const auto distance = [&](MediaTime t) { return t < time ? time - t : t - time; };
  for (const MediaTime begin : segments_) {
    if (distance(begin) < kSameCut && (!best || distance(begin) < distance(*best))) best = begin;
  }
  return best;
}

std::optional<MediaTime> TrackTimeline::first_random_access() const {
  if (access_points_.empty()) return std::nullopt;
  return access_points_.front();
}

std::optional<MediaTime> TrackTimeline::random_access_between(MediaTime first, MediaTime last) const {
  const auto after = std::upper_bound(access_points_.begin(), access_points_.end(), last);
  if (after == access_points_.begin() || *std::prev(after) < first) return std::nullopt;
  return *std::prev(after);
}

std::optional<MediaTime> TrackTimeline::random_access_from(MediaTime first) const {
  const auto at = std::lower_bound(access_points_.begin(), access_points_.end(), first);
  if (at == access_points_.end()) return std::nullopt;
  return *at;
}

}  // namespace understudy::media
