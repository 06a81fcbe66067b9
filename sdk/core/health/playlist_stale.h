// The playlist stopped moving.
//
// Intuition. An encoder that died leaves its last playlist on the server: every request succeeds, and nothing new is in
// it. Only the age of the newest segment tells.
//
// Model. S is the segments' duration. A healthy playlist gains a segment every S; 1.5 S after the last one it is
// suspect, 2 S after it has failed (FAILOVER.md 11).
//
// Constants. RFC 8216 6.2.1 lets a server be late by half a target duration, which gives the 1.5; at 2 S a whole
// segment is missing, and at the usual offset of 3 S one segment is left to play while a candidate is prepared. S
// counts as at least 500 ms, below which the reload interval and the network are longer than the rhythm that is
// measured. A playlist that is looked at more seldom, as that of a member that waits, can only show something new when it
// is looked at: then S is the time between two looks.
//
// Rejected. Counting unchanged reloads (depends on how often we ask); the age of Last-Modified or of the program date
// time (both are clocks of somebody else); 3.5 target durations, as older players wait (the buffer is empty by then).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "core/health/verdict.h"
#include "understudy/time.h"

namespace understudy::health {

class PlaylistStale {
 public:
  /// The playlist is new, or has gained a segment. `segment`: the target duration or, better, the duration that the
  /// segments really have.
  struct Updated {
    Duration segment{};
  };
  /// It is looked at no more often than this; zero: in its own rhythm.
  struct LookedAt {
    Duration every{};
  };
  /// No further update is expected: EXT-X-ENDLIST, paused, not loaded.
  struct NotExpected {};

  void observe(Updated datum, Instant now);
  void observe(LookedAt datum, Instant now);
  void observe(NotExpected datum, Instant now);

  Verdict verdict(Instant now) const;
  /// Milliseconds past the expected update; 0 before it.
  std::int64_t value(Instant now) const;
  std::optional<Instant> next_deadline(Instant now) const;
  /// The playlist counts as updated now.
  void reset(Instant now);

 private:
  Duration rhythm() const { return std::max(segment_, looked_at_every_); }
  Instant suspect_at() const { return *updated_ + rhythm() + rhythm() / 2; }
  Instant failed_at() const { return *updated_ + 2 * rhythm(); }

  std::optional<Instant> updated_;
  Duration segment_{};
  Duration looked_at_every_{};
  Instant now_{};
};

}  // namespace understudy::health
