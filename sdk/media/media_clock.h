// The programme clock: how far the playing has come, in play time.
//
// Play time starts at zero with a viewing and is continuous over every splice, unlike content time, which may jump
// where a source begins later than the last one ended. The clock runs on the monotonic time it is handed and leans
// towards the sound device: steps of the device's queue (20 ms and more on real devices) must not make the picture
// judder, while its drift must be followed. It never runs backwards; where the sound is behind, it waits.
#pragma once

#include "understudy/time.h"

namespace understudy::media {

using PlayTime = Duration;

class MediaClock {
 public:
  /// Sets the position. The clock stands until run().
  void set(PlayTime position, Instant now);
  void run(Instant now);
  void hold(Instant now);
  bool running() const { return running_; }
  void set_rate_ppm(int ppm, Instant now);

  PlayTime position(Instant now) const;
  /// What the sound device plays at this moment. Deviations of up to kJump are leant into, larger ones taken at once
  /// (forward) or waited for (backward).
  void follow(PlayTime heard, Instant now);
  /// The position must not be beyond `end`: nothing is there.
  void limit(PlayTime end, Instant now);
  /// When position() reaches `target`, if nothing intervenes; `now` where it has.
  Instant reaches(PlayTime target, Instant now) const;

  static constexpr Duration kJump = std::chrono::milliseconds(80);
  /// The time in which a deviation shrinks to a third: slow against the device's steps, fast against its drift.
  static constexpr Duration kLean = std::chrono::milliseconds(400);

 private:
  void rebase(PlayTime position, Instant now);

  PlayTime base_{};
  Instant since_{};
  Instant followed_{};
  bool running_ = false;
  int ppm_ = 0;
};

}  // namespace understudy::media
