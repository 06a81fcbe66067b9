// The sound of one source as the matching wants it: mono, 8 kHz, by content time.
//
// Bound: what lies more than kBehind before the playhead is dropped, and nobody adds what lies more than kAhead after
// it, so 40 s, 1.3 MB.
#pragma once

#include <deque>
#include <optional>
#include <span>

#include "media/sound_match.h"

namespace understudy::media {

class SoundRing {
 public:
  static constexpr Duration kBehind = std::chrono::seconds(20);
  static constexpr Duration kAhead = std::chrono::seconds(20);

  /// Joined to what is there where it follows within rounding; sound that is there already is left out.
  void add(std::int64_t discontinuity_sequence, MediaTime begin, std::span<const float> samples);
  void drop_before(MediaTime time);
  void drop_from(MediaTime time);
  /// A discontinuity, or all, was placed anew.
  void shift(std::int64_t discontinuity_sequence, Duration by);
  void shift_all(Duration by);

  bool empty() const { return stretches_.empty(); }
  /// How much is held.
  Duration length() const;
  std::optional<MediaTime> end() const;
  std::vector<SoundPiece> pieces() const;
  /// What is held of [from, from + length), from its first sample on without a gap.
  SoundPiece piece(MediaTime from, Duration length) const;
  /// The first time at or after `time` that is held.
  std::optional<MediaTime> next(MediaTime time) const;

 private:
  struct Stretch {
    std::int64_t discontinuity_sequence = 0;
    SoundPiece piece;
  };
  std::deque<Stretch> stretches_;
};

}  // namespace understudy::media
