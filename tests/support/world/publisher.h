// One live encoder and its packager. Content time is the wall clock at the encoder: frame n of every aligned source shows the
// content of [n, n + 1) × 40 ms. Segment i covers [i, i + 1) × `segment` + `phase` and is published when it is complete.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "understudy/time.h"

namespace understudy::world {

inline constexpr Duration kFrame = from_ms(40);

struct PublisherSettings {
  Duration segment = from_ms(2000);
  Duration phase{};                      // whole frames
  bool dated = true;                     // EXT-X-PROGRAM-DATE-TIME
  bool multivariant = true;
  bool fmp4 = true;
  int window = 6;                        // segments in the playlist
  std::int64_t first_msn = 0;
  Duration publish_delay = from_ms(100); // from the last frame to the playlist that lists the segment
  Duration jitter{};                     // on top, uniform per segment
  Duration date_skew{};                  // the dates are wrong by this
  int drift_ppm = 0;                     // its clock is too fast by this: PTS run away from the dates
  int gop = 25;                          // frames between random access points
  std::int64_t bitrate = 2'000'000;      // bit/s
};

/// What is inside one media segment.
struct SegmentContent {
  std::int64_t first_frame = 0;
  int frames = 0;
  int gop = 25;
  Duration first_pts{};
  std::int64_t bytes = 0;
  bool corrupt = false;  // the second half cannot be decoded
};

/// What is at a path: 200 with text, a segment, or 404.
struct Resource {
  int status = 404;
  std::string text;
  std::optional<SegmentContent> segment;
  std::int64_t bytes() const { return segment ? segment->bytes : static_cast<std::int64_t>(text.size()); }
};

class Publisher {
 public:
  Publisher(std::string name, PublisherSettings settings, WallTime born);

  /// What the encoder is set to; change it before anything is asked of it.
  PublisherSettings& settings() { return settings_; }
  std::string url() const { return "http://" + name_ + ".test/live/index.m3u8"; }
  Resource get(const std::string& path, WallTime now) const;

  // -- what an encoder does wrong
  /// Nothing new is published; what is there stays.
  void freeze(WallTime now) { frozen_at_ = now; }
  void thaw() { frozen_at_.reset(); }
  void end(WallTime now);
  /// The encoder begins anew: media sequence numbers, names and PTS start over. What it published before stays there as
  /// it was.
  void restart(WallTime now);
  /// The next segment to be published breaks the PTS with an EXT-X-DISCONTINUITY.
  void discontinuity(WallTime now) { discontinuities_.insert(newest(now) + 1); }
  /// The next `count` segments are listed and not there; are damaged.
  void lose_segments(int count, WallTime now);
  void corrupt_segments(int count, WallTime now);
  /// … are listed with EXT-X-GAP, and not there.
  void leave_gaps(int count, WallTime now);
  bool is_gap(const std::string& path) const;
  /// From the next segment on the dates are wrong by so much more.
  void jump_dates(Duration by, WallTime now) { date_jumps_[newest(now) + 1] += by; }

  /// Playlists differ from each other at every request (a comment, white space, the ETag), also where they list the same.
  void rewrite(bool on) { rewrites_ = on; }
  std::string etag(WallTime now) const;
  /// What is listed is older by so many segments.
  void go_back(int segments) { back_ = segments; }
  void list_nothing(bool on) { lists_nothing_ = on; }
  void jump_discontinuity_sequence() { discontinuity_jump_ += 1000; }

  /// The newest published segment's end, in content time.
  Duration live_edge(WallTime now) const { return begin_of(newest(now) + 1); }
  /// The begin of the oldest segment in the playlist.
  Duration window_begin(WallTime now) const { return begin_of(oldest(now)); }

 private:
  std::int64_t oldest(WallTime now) const;
  std::int64_t newest(WallTime now) const;
  Duration begin_of(std::int64_t index) const { return index * settings_.segment + settings_.phase; }
  Duration available_at(std::int64_t index) const;
  std::int64_t first_index() const { return first_index(generation()); }
  std::int64_t first_index(int generation) const;
  int generation() const { return static_cast<int>(restarts_.size()); }
  std::int64_t msn_of(std::int64_t index) const {
    return index - first_index() + (generation() == 0 ? settings_.first_msn : 0);
  }
  std::string media_playlist(WallTime now) const;
  std::string multivariant_playlist() const;
  SegmentContent content_of(int generation, std::int64_t index) const;
  int discontinuities_before(int generation, std::int64_t index) const;
  Duration date_error(std::int64_t index) const;

  std::string name_;
  PublisherSettings settings_;
  WallTime born_;
  std::vector<std::int64_t> restarts_;  // the first segment of every generation but the first
  std::optional<WallTime> frozen_at_;
  bool ended_ = false;
  bool rewrites_ = false;
  int back_ = 0;
  bool lists_nothing_ = false;
  std::int64_t discontinuity_jump_ = 0;
  std::set<std::int64_t> discontinuities_;
  std::set<std::int64_t> lost_;
  std::set<std::int64_t> corrupt_;
  std::set<std::int64_t> gaps_;
  std::map<std::int64_t, Duration> date_jumps_;
};

}  // namespace understudy::world
