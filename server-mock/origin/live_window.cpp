#include "origin/live_window.h"

#include <algorithm>

namespace understudy::server {
namespace {

constexpr Duration kRetained = std::chrono::seconds(60);  // a slow viewer may still ask for what has left the playlist

}  // namespace

LiveWindow::LiveWindow(const ChannelSettings& settings) : settings_(settings), next_number_(settings.media_sequence) {}

void LiveWindow::add(Segment segment) { ready_.push_back(std::move(segment)); }

void LiveWindow::publish(WallTime now, const PublishFaults& faults) {
  while (!ready_.empty()) {
    const WallTime due = ready_.front().end + from_ms(settings_.lag_ms);
    if (due > now) break;
    Segment segment = std::move(ready_.front());
    ready_.pop_front();
    // An encoder that died lost all of the segment that it was making.
    const WallTime begun = segment.begin + from_ms(settings_.lag_ms);
    const auto hits = [&](const Interval& drop) { return drop.begin < due && drop.end > begun; };
    if (std::any_of(faults.drops.begin(), faults.drops.end(), hits)) {
      interrupted_ = true;
    } else {
      list(std::move(segment), due, faults);
    }
    last_due_ = due;
  }
  const auto dying = [&](const Interval& drop) { return last_due_ && drop.begin <= now && drop.end > *last_due_; };
  if (std::any_of(faults.drops.begin(), faults.drops.end(), dying)) interrupted_ = true;

  const auto window = Duration(static_cast<std::int64_t>(settings_.window * settings_.segment_s * 1e9));
  // The last window stays while nothing new comes, however long that takes.
  while (listed_.size() > static_cast<std::size_t>(settings_.window) &&
         listed_.front().due < now - window - kRetained) {
    listed_.pop_front();
  }
}

void LiveWindow::list(Segment segment, WallTime due, const PublishFaults& faults) {
  ListedSegment entry;
  if (!listed_.empty() && listed_.back().segment.end_frame != segment.first_frame) interrupted_ = true;
  const auto restarted = [&](WallTime t) { return t <= due && last_due_ && t > *last_due_; };
  if (std::any_of(faults.sequence_restarts.begin(), faults.sequence_restarts.end(), restarted)) {
    ++generation_;
    next_number_ = 0;
    discontinuities_ = 0;
  } else if (interrupted_) {
    entry.discontinuity = true;
    ++discontinuities_;
    fresh_from_ = due;
  }
  interrupted_ = false;
  for (const auto& [interval, skew] : faults.date_skews) {
    if (interval.contains(due)) entry.date_skew += skew;
  }
  entry.segment = std::move(segment);
  entry.due = due;
  entry.media_sequence = next_number_++;
  entry.generation = generation_;
  entry.discontinuities = discontinuities_;
  listed_.push_back(std::move(entry));
}

std::optional<std::int64_t> LiveWindow::roll_back() {
  if (ready_.empty()) return std::nullopt;
  const std::int64_t frame = ready_.front().first_frame;
  ready_.clear();
  return frame;
}

std::vector<const ListedSegment*> LiveWindow::listed(WallTime as_of) const {
  std::vector<const ListedSegment*> out;
  for (auto it = listed_.rbegin(); it != listed_.rend() && out.size() < static_cast<std::size_t>(settings_.window);
       ++it) {
    if (it->due > as_of) continue;
    if (!out.empty() && it->generation != out.front()->generation) break;
    if (!out.empty() && it->due < fresh_from_ && out.front()->due >= fresh_from_) break;
    out.push_back(&*it);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

const ListedSegment* LiveWindow::find(int generation, std::int64_t media_sequence) const {
  for (const ListedSegment& s : listed_) {
    if (s.generation == generation && s.media_sequence == media_sequence) return &s;
  }
  return nullptr;
}

std::int64_t LiveWindow::position_since(const ListedSegment& segment, WallTime t) const {
  return std::count_if(listed_.begin(), listed_.end(),
                       [&](const ListedSegment& s) { return s.due >= t && s.due < segment.due; });
}

}  // namespace understudy::server
