// The three time lines of Understudy, as types that cannot be mixed.
//
//   Instant    the host's monotonic clock, only meaningful as a difference; what timers and deadlines use
//   WallTime   UTC since the Unix epoch; what EXT-X-PROGRAM-DATE-TIME and event logs use
//   MediaTime  presentation time; either a source's own unwrapped PTS or, where a name says `content`, the
//              content time line that all aligned sources of a group share (FAILOVER.md 7)
//
// None of the clocks has a now(): reading a clock inside the engine is a compile error. The shells read the real clocks
// and hand the value in. All resolutions are integer nanoseconds, so decisions are exact on every platform.
#pragma once

#include <chrono>
#include <cstdint>

namespace understudy {

using Duration = std::chrono::nanoseconds;

struct MonotonicClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = Duration;
  using time_point = std::chrono::time_point<MonotonicClock, Duration>;
  static constexpr bool is_steady = true;
};

struct UtcClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = Duration;
  using time_point = std::chrono::time_point<UtcClock, Duration>;
  static constexpr bool is_steady = false;
};

struct PresentationClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = Duration;
  using time_point = std::chrono::time_point<PresentationClock, Duration>;
  static constexpr bool is_steady = false;
};

using Instant = MonotonicClock::time_point;
using WallTime = UtcClock::time_point;
using MediaTime = PresentationClock::time_point;

/// A half-open range [begin, end) of media time. Empty when end <= begin.
struct MediaRange {
  MediaTime begin{};
  MediaTime end{};
  constexpr bool empty() const { return end <= begin; }
  constexpr bool contains(MediaTime t) const { return begin <= t && t < end; }
  constexpr Duration length() const { return empty() ? Duration::zero() : end - begin; }
  friend constexpr bool operator==(const MediaRange&, const MediaRange&) = default;
};

constexpr std::int64_t to_ms(Duration d) { return std::chrono::duration_cast<std::chrono::milliseconds>(d).count(); }
constexpr Duration from_ms(std::int64_t ms) { return std::chrono::milliseconds(ms); }

/// Ticks of a clock with `timescale` ticks per second, as a Duration, rounded to the nearest nanosecond.
/// REQUIRES: timescale > 0. Exact for |ticks| < 2^53 and any timescale below 2^31.
constexpr Duration from_ticks(std::int64_t ticks, std::uint32_t timescale) {
  const std::int64_t whole = ticks / timescale;
  const std::int64_t rest = ticks % timescale;  // same sign as ticks
  const std::int64_t half = timescale / 2;
  const std::int64_t fraction = (rest * 1'000'000'000 + (rest < 0 ? -half : half)) / timescale;
  return Duration(whole * 1'000'000'000 + fraction);
}

}  // namespace understudy
