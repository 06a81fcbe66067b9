// What a track holds, as runs of good media on the content time line. Fed with access units in decode order; knows
// nothing of bytes or decoders.
//
// Pictures arrive in decode order, so a run's end advances only as far as no picture before it is outstanding: of "I0
// P3 B1" the good end is behind B1's predecessor, and a body that breaks off there ends where the viewer would see a
// hole. A run of a video track begins at a random access point and ends before the first damaged or missing picture.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "understudy/time.h"

namespace understudy::media {

class TrackTimeline {
 public:
  struct Unit {
    MediaTime begin{};
    Duration duration{};  // > 0
    bool key = true;
    bool damaged = false;
  };

  /// `needs_random_access`: a video track.
  explicit TrackTimeline(bool needs_random_access) : needs_random_access_(needs_random_access) {}

  /// `broken`: media is missing between the last segment and this one.
  void begin_segment(bool broken);
  void add(const Unit& unit);
  /// `intact`: it is complete and undamaged, so that what it holds is contiguous whatever its intervals.
  void end_segment(bool intact);
  /// The container of the current segment is damaged: good media that ends in it is not to be trusted.
  void distrust_segment();
  /// Decoding found the media from `from` on damaged, up to the next random access point.
  void damage(MediaTime from);
  /// What lies in [from, to) was placed anew: it moves. Where it tears or overlaps by more than rounding, a run ends
  /// there.
  void shift(MediaTime from, MediaTime to, Duration by);
  /// Forgets runs and random access points that end before.
  void drop_before(MediaTime time);

  /// The end of the good media that is contiguous from `from`, or from the first random access point where that is
  /// later.
  std::optional<MediaTime> good_until(MediaTime from) const;
  /// The same, but where damage ends it, the beginning of the segment that the damage lies in: bytes that were turned
  /// over often decode without an error, so what comes before the place where it shows may be garbage too.
  std::optional<MediaTime> trusted_until(MediaTime from) const;
  /// The beginning of the segment that begins next to `time`, as near as the tracks of a stream begin to each other.
  std::optional<MediaTime> segment_begin_near(MediaTime time) const;
  std::optional<MediaTime> first_random_access() const;
  /// The last one in [first, last]; first one at or after.
  std::optional<MediaTime> random_access_between(MediaTime first, MediaTime last) const;
  std::optional<MediaTime> random_access_from(MediaTime first) const;
  /// The end of all that has arrived, damaged or not.
  std::optional<MediaTime> end() const { return end_; }

 private:
  struct Run {
    MediaTime begin{};
    MediaTime end{};
  };
  struct Pending {
    MediaTime end{};
    bool key = false;
  };

  struct Damage {
    MediaTime segment{};  // where the segment that it lies in begins
    MediaTime at{};
  };

  void note_begin(MediaTime unit_begin);
  void note_damage(MediaTime at);
  void open_run(const Unit& unit);
  void add_access_point(const Unit& unit);
  void resume_at(MediaTime point);
  void merge(Duration tolerance);
  void settle();

  // More pictures than any codec reorders: beyond it the interval is uneven, not a picture outstanding.
  static constexpr std::size_t kMaxReorder = 17;

  // Dates are text in milliseconds: an anchor that becomes more exact moves media by a few of them.
  static constexpr Duration kRounding = std::chrono::milliseconds(20);

  // A muxer cuts its tracks at one place, but for a packet of sound and what pictures are reordered by.
  static constexpr Duration kSameCut = std::chrono::milliseconds(250);
  static constexpr std::size_t kMaxSegments = 256;
  static constexpr std::size_t kMaxDamages = 64;

  bool needs_random_access_;
  bool waiting_ = true;  // for a unit that can begin a run
  bool merged_ = false;  // something of this segment joined the run
  std::deque<Run> runs_;  // not empty, but where it waits for a unit that can begin one
  std::map<MediaTime, Pending> pending_;  // beyond the last run's end
  std::deque<MediaTime> access_points_;   // ascending, inside runs or pending
  std::deque<MediaTime> segments_;        // where they begin, ascending
  bool fresh_ = true;                     // nothing of the current segment has come
  std::deque<Damage> damages_;
  std::optional<MediaTime> end_;
};

}  // namespace understudy::media
