// Which segments of a channel exist for the world at a given time, and under which numbers. Pure: the encoder adds what
// it made, publish(now) gives numbers to what is due, and everything else reads. Faults that concern publishing (an
// encoder that dies or restarts, a wrong date) are applied here.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "origin/segment.h"
#include "origin/settings.h"

namespace understudy::server {

struct Interval {
  WallTime begin{};
  WallTime end{};
  bool contains(WallTime t) const { return begin <= t && t < end; }
};

struct PublishFaults {
  std::vector<WallTime> sequence_restarts;
  std::vector<Interval> drops;  // the encoder is dead: what it would have made in here never appears
  std::vector<std::pair<Interval, Duration>> date_skews;
};

struct ListedSegment {
  Segment segment;
  WallTime due{};
  std::int64_t media_sequence = 0;
  int generation = 0;  // counts sequence restarts; part of the URI, so that a number is never used twice
  bool discontinuity = false;
  std::int64_t discontinuities = 0;  // of this generation, up to and including this segment
  Duration date_skew{};
};

class LiveWindow {
 public:
  explicit LiveWindow(const ChannelSettings& settings);

  void add(Segment segment);
  /// Gives numbers to all that is due, forgets what is older than the window and a minute.
  void publish(WallTime now, const PublishFaults& faults);
  /// Forgets what is not published yet. Returns the frame at which the encoder has to begin again.
  std::optional<std::int64_t> roll_back();

  /// What a playlist of that moment lists, oldest first.
  std::vector<const ListedSegment*> listed(WallTime as_of) const;
  const ListedSegment* find(int generation, std::int64_t media_sequence) const;
  /// The encoder is gone, or was, and has not published anything since.
  bool interrupted() const { return interrupted_; }
  /// How many segments were published from `t` on, before this one.
  std::int64_t position_since(const ListedSegment& segment, WallTime t) const;

 private:
  void list(Segment segment, WallTime due, const PublishFaults& faults);

  const ChannelSettings settings_;
  std::deque<Segment> ready_;  // bound: what the encoder may run ahead
  std::deque<ListedSegment> listed_;
  std::int64_t next_number_;
  int generation_ = 0;
  std::int64_t discontinuities_ = 0;
  std::optional<WallTime> last_due_;
  bool interrupted_ = false;
  WallTime fresh_from_{};  // segments due before are no longer listed: the encoder came back after a gap
};

}  // namespace understudy::server
