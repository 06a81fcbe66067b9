// How a candidate's content time lies against that of the source on the air: when it is measured, and what of the
// measured offset is wrong dates and what is sound that is late against its own picture.
#pragma once

#include <optional>

#include "media/sound_match.h"
#include "media/sound_ring.h"

namespace understudy::media {

/// The places of a track's pictures: one of them, and how far they are apart. Zero interval: no pictures.
struct PictureGrid {
  MediaTime at{};
  Duration interval{};
};

struct OffsetSplit {
  Duration skew{};   // of the whole source: wrong dates
  Duration sound{};  // of its sound against its picture: an encoder's delay that is not signalled
};

/// Small offsets leave the pictures where they are. Larger ones are split so that the picture grids coincide and the
/// sound is at most a quarter of a frame early or three quarters late.
OffsetSplit split_offset(Duration offset, const PictureGrid& candidate, const PictureGrid& on_air);

/// One candidate's measuring. Times of the candidate follow its placing: moved() keeps what is known in step.
class Alignment {
 public:
  struct Heard {
    const SoundRing& sound;
    bool complete = false;  // all that has arrived was listened to
  };

  /// Whether step() would do something.
  bool due(const Heard& candidate, const Heard& on_air, Instant now) const;
  /// One bounded piece of work. True when a measurement ended: see result().
  bool step(const Heard& candidate, const Heard& on_air, const std::shared_ptr<SoundMatch::Transform>& transform,
            Instant now);
  struct Result {
    bool clear = false;
    Duration offset{};
  };
  /// Of the last measurement that said something; a refusal says something once enough was compared.
  const std::optional<Result>& result() const { return result_; }
  /// The candidate's sound was placed anew, by this much later.
  void moved(Duration by);

  // What was told of it last; kept here for whoever tells.
  std::optional<OffsetSplit> told;
  bool refusal_told = false;

 private:
  bool begin(const Heard& candidate, const Heard& on_air, const std::shared_ptr<SoundMatch::Transform>& transform);
  void finish(const SoundMatch::Result& result, Instant now);

  std::unique_ptr<SoundMatch> match_;
  MediaTime block_{};               // of the candidate's sound where the next query begins
  bool tried_ = false;              // block_ is valid: a measurement is under way
  Duration compared_{};             // of the candidate's sound in this measurement
  std::optional<Instant> next_at_;  // not before
  Duration backoff_{};
  std::optional<MediaTime> candidate_end_;  // when the last measurement began
  std::optional<MediaTime> on_air_end_;
  std::optional<Result> result_;
};

}  // namespace understudy::media
