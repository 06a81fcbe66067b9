// Where the segments of one media playlist lie in content time, and how the source's PTS map onto it (FAILOVER.md 7).
//
// Content time of a segment comes from the playlist's program date times. A packager writes them with millisecond text and
// jitter, so one date is not trusted alone: the anchor of a discontinuity (content time − PTS) is the median, over all dated
// segments of that discontinuity, of date − (first PTS + the durations between). It is then frozen: a timeline that is being
// shown must not move under the viewer. Without any date the newest segment is taken to end at the live edge that the owner
// expects, and content time runs on from there by durations.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "core/hls/playlist.h"
#include "understudy/time.h"

namespace understudy::timeline {

class LiveTimeline {
 public:
  /// Takes over a (merged) playlist. `live_edge_hint` is where the end of the newest segment is expected in content time; used
  /// only for a playlist without dates, and only until a first placement exists. `continues`: segments keep the places that
  /// they had (a reload); else the timeline starts anew (first load, sequence restart).
  void update(const hls::MediaPlaylist& playlist, MediaTime live_edge_hint, bool continues);

  /// Its content time was found to be too late by this much: everything moves back, now and, where there are dates, later.
  void correct(Duration too_late);

  bool empty() const { return ranges_.empty(); }
  /// True where content time comes from the playlist's dates, those of the last list that was not empty.
  bool dated() const { return dated_; }
  /// The nominal range of a segment; unset when it is not in the window and is none of the last kMaxLeft that left it: what was asked
  /// for while it was listed may still be coming in.
  std::optional<MediaRange> range(MediaSequenceNumber msn) const;
  std::optional<std::int64_t> discontinuity_of(MediaSequenceNumber msn) const;
  /// All that the playlist offers, gaps included.
  MediaRange window() const;
  /// The segment to begin with so that `t` is covered: the one whose range contains t; the oldest when t is older than the
  /// window; unset when t lies at or beyond the live edge (it is not published yet).
  std::optional<MediaSequenceNumber> covering(MediaTime t) const;

  /// The first PTS of a segment is known: the discontinuity's offset (content time = PTS + offset), newly computed when this is
  /// the first of its discontinuity. Unset when the segment is unknown.
  std::optional<Duration> anchor(MediaSequenceNumber msn, MediaTime first_pts);
  /// The offset that was computed for this discontinuity, as corrected since.
  std::optional<Duration> anchor_of(std::int64_t discontinuity_sequence) const;

 private:
  struct Placed {
    MediaRange range;
    std::int64_t discontinuity_sequence = 0;
    std::optional<MediaTime> date;
    Duration step{};  // by which the dates of its discontinuity had jumped there
    bool listed = true;
  };
  void replace(std::map<std::int64_t, Placed> listed);
  Duration step_across(const Placed& before, MediaTime date) const;
  Duration step_at(const hls::Segment& segment, const Placed* before, MediaTime date) const;
  void place_by_dates(const hls::MediaPlaylist& playlist);
  void place_by_durations(const hls::MediaPlaylist& playlist, MediaTime live_edge_hint);

  std::map<std::int64_t, Placed> ranges_;              // by media sequence number; bounded by kMaxSegments + kMaxLeft
  std::map<std::int64_t, Duration> anchors_;           // by discontinuity sequence number; the last kMaxAnchors
  bool dated_ = false;
  Duration skew_{};  // the sum of what was corrected

  static constexpr std::size_t kMaxAnchors = 64;
  static constexpr std::size_t kMaxLeft = 16;
};

/// Program date times are UTC; on the content time line the same number of nanoseconds since the epoch.
constexpr MediaTime content_time(WallTime t) { return MediaTime(t.time_since_epoch()); }
constexpr WallTime wall_time(MediaTime t) { return WallTime(t.time_since_epoch()); }

}  // namespace understudy::timeline
