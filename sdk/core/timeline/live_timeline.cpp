#include "core/timeline/live_timeline.h"

#include <algorithm>
#include <vector>

namespace understudy::timeline {

namespace {
// Less is jitter, drift, or an encoder that missed some of its input.
constexpr Duration kClockStep = std::chrono::seconds(5);
}  // namespace

void LiveTimeline::update(const hls::MediaPlaylist& playlist, MediaTime live_edge_hint, bool continues) {
  if (!continues) {
    ranges_.clear();
    anchors_.clear();
  }
  if (playlist.segments.empty()) return ranges_.clear();  // whether it was dated stays known
  dated_ = std::any_of(playlist.segments.begin(), playlist.segments.end(),
                       [](const hls::Segment& s) { return s.program_date_time.has_value(); });
  if (dated_)
    place_by_dates(playlist);
  else
    place_by_durations(playlist, live_edge_hint);
}

void LiveTimeline::correct(Duration too_late) {
  skew_ += too_late;
  for (auto& [msn, placed] : ranges_) {
    placed.range = {placed.range.begin - too_late, placed.range.end - too_late};
    if (placed.date) *placed.date -= too_late;
  }
  for (auto& [discontinuity, offset] : anchors_) offset -= too_late;
}

/// What left the window is kept for a while, behind those that are listed.
void LiveTimeline::replace(std::map<std::int64_t, Placed> listed) {
  const std::int64_t first = listed.begin()->first;
  std::size_t left = 0;
  for (auto it = ranges_.rbegin(); it != ranges_.rend() && left < kMaxLeft; ++it) {
    if (it->first >= first) continue;
    it->second.listed = false;
    listed.insert(*it);
    ++left;
  }
  ranges_ = std::move(listed);
}

/// At a discontinuity the dates may be right again, or tell of a time without media. But what follows is never older.
Duration LiveTimeline::step_across(const Placed& before, MediaTime date) const {
  const Duration off = date - before.range.end;
  const auto fits = [&](Duration step) { return off - step <= kClockStep && step - off <= kClockStep; };
  if (fits(Duration::zero())) return Duration::zero();
  return fits(before.step) ? before.step : std::min(off, Duration::zero());
}

/// How much of its date is not content time: within a discontinuity PTS run on, so a date that is far from where the segment was, or
/// from the end of the one before, is a step of the clock that dates. What is being shown does not follow it.
Duration LiveTimeline::step_at(const hls::Segment& segment, const Placed* before, MediaTime date) const {
  const auto known = ranges_.find(segment.msn.value);
  const bool same_place = known != ranges_.end() && known->second.discontinuity_sequence == segment.discontinuity_sequence;
  if (!same_place && before == nullptr) return Duration::zero();
  if (!same_place && before->discontinuity_sequence != segment.discontinuity_sequence) return step_across(*before, date);
  const Duration step = same_place ? known->second.step : before->step;
  const Duration off = date - step - (same_place ? known->second.range.begin : before->range.end);
  return off > kClockStep || off < -kClockStep ? step + off : step;
}

// Each dated segment begins at its date. The others follow the one before, or, at the head of the window, precede the first
// dated one; 4.4.4.6 lets a client extrapolate in both directions.
void LiveTimeline::place_by_dates(const hls::MediaPlaylist& playlist) {
  std::map<std::int64_t, Placed> placed;
  const auto& segments = playlist.segments;
  const auto first_dated = std::find_if(segments.begin(), segments.end(),
                                        [](const hls::Segment& s) { return s.program_date_time.has_value(); });
  const auto date_of = [&](const hls::Segment& s) { return content_time(*s.program_date_time) - skew_; };
  const auto last_known = ranges_.find(segments.front().msn.value - 1);
  const Placed* before = last_known == ranges_.end() ? nullptr : &last_known->second;
  MediaTime at = date_of(*first_dated);
  at -= step_at(*first_dated, first_dated == segments.begin() ? before : nullptr, at);
  for (auto s = segments.begin(); s != first_dated; ++s) at -= s->duration;
  for (const hls::Segment& s : segments) {
    Placed p;
    p.discontinuity_sequence = s.discontinuity_sequence;
    if (before != nullptr && before->discontinuity_sequence == s.discontinuity_sequence) p.step = before->step;
    if (s.program_date_time) {
      p.step = step_at(s, before, date_of(s));
      p.date = date_of(s) - p.step;
      at = *p.date;
    }
    p.range = {at, at + s.duration};
    at = p.range.end;
    before = &placed.emplace(s.msn.value, p).first->second;
  }
  replace(std::move(placed));
}

void LiveTimeline::place_by_durations(const hls::MediaPlaylist& playlist, MediaTime live_edge_hint) {
  const auto& segments = playlist.segments;
  const auto known = std::find_if(segments.begin(), segments.end(),
                                  [this](const hls::Segment& s) { return ranges_.count(s.msn.value) != 0; });
  MediaTime at{};
  if (known != segments.end()) {
    at = ranges_.at(known->msn.value).range.begin;
    for (auto s = segments.begin(); s != known; ++s) at -= s->duration;
  } else if (!ranges_.empty() && ranges_.rbegin()->first < segments.front().msn.value) {
    // The window moved past all that we knew: what lies between is estimated by target durations.
    const auto missed = segments.front().msn.value - ranges_.rbegin()->first - 1;
    at = ranges_.rbegin()->second.range.end + missed * playlist.target_duration;
  } else {
    at = live_edge_hint;
    for (const hls::Segment& s : segments) at -= s.duration;
  }
  std::map<std::int64_t, Placed> placed;
  for (const hls::Segment& s : segments) {
    placed.emplace(s.msn.value, Placed{{at, at + s.duration}, s.discontinuity_sequence, std::nullopt});
    at += s.duration;
  }
  replace(std::move(placed));
}

std::optional<MediaRange> LiveTimeline::range(MediaSequenceNumber msn) const {
  const auto it = ranges_.find(msn.value);
  if (it == ranges_.end()) return std::nullopt;
  return it->second.range;
}

std::optional<std::int64_t> LiveTimeline::discontinuity_of(MediaSequenceNumber msn) const {
  const auto it = ranges_.find(msn.value);
  if (it == ranges_.end()) return std::nullopt;
  return it->second.discontinuity_sequence;
}

MediaRange LiveTimeline::window() const {
  const auto first = std::find_if(ranges_.begin(), ranges_.end(), [](const auto& known) { return known.second.listed; });
  if (first == ranges_.end()) return {};
  return {first->second.range.begin, ranges_.rbegin()->second.range.end};
}

std::optional<MediaSequenceNumber> LiveTimeline::covering(MediaTime t) const {
  for (const auto& [msn, placed] : ranges_)
    if (placed.listed && t < placed.range.end) return MediaSequenceNumber{msn};
  return std::nullopt;
}

std::optional<Duration> LiveTimeline::anchor_of(std::int64_t discontinuity_sequence) const {
  const auto known = anchors_.find(discontinuity_sequence);
  if (known == anchors_.end()) return std::nullopt;
  return known->second;
}

std::optional<Duration> LiveTimeline::anchor(MediaSequenceNumber msn, MediaTime first_pts) {
  const auto segment = ranges_.find(msn.value);
  if (segment == ranges_.end()) return std::nullopt;
  const std::int64_t discontinuity = segment->second.discontinuity_sequence;
  if (const auto known = anchors_.find(discontinuity); known != anchors_.end()) return known->second;

  // Elapsed media since this segment, by durations, against the dates: every dated segment of the discontinuity votes.
  std::vector<Duration> votes;
  const Duration here = segment->second.range.begin - first_pts;
  Duration elapsed{};
  std::int64_t number = segment->first;
  for (auto it = segment; it != ranges_.end() && it->first == number && it->second.discontinuity_sequence == discontinuity; ++it, ++number) {
    if (it->second.date) votes.push_back(*it->second.date - (first_pts + elapsed));
    elapsed += it->second.range.length();
  }
  elapsed = Duration::zero();
  number = segment->first;
  for (auto it = segment; it != ranges_.begin();) {
    --it;
    if (it->first != --number || it->second.discontinuity_sequence != discontinuity) break;
    elapsed += it->second.range.length();
    if (it->second.date) votes.push_back(*it->second.date - (first_pts - elapsed));
  }
  Duration offset = here;
  if (!votes.empty()) {
    const auto middle = votes.begin() + static_cast<std::ptrdiff_t>(votes.size() / 2);
    std::nth_element(votes.begin(), middle, votes.end());
    offset = *middle;
  }
  anchors_.emplace(discontinuity, offset);
  while (anchors_.size() > kMaxAnchors) anchors_.erase(anchors_.begin());
  return offset;
}

}  // namespace understudy::timeline
