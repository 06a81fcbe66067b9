// The content clock: which picture and which sound belong to which moment of UTC. All channels share it, so frame n of
// one channel shows the same instant as frame n of another with the same frame rate, whatever their encoders do.
#pragma once

#include <cstdint>

#include "understudy/time.h"

namespace understudy::server {

/// Content counts from 2024-01-01T00:00:00Z, so that a frame number fits the 36 bits of the strip for decades.
inline constexpr std::int64_t kContentEpochS = 1'704'067'200;
inline constexpr WallTime kContentEpoch{std::chrono::seconds(kContentEpochS)};

struct FrameRate {
  std::int64_t num = 25;
  std::int64_t den = 1;
  friend constexpr bool operator==(const FrameRate&, const FrameRate&) = default;
};

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}
constexpr std::int64_t floor_mod(std::int64_t a, std::int64_t b) { return a - floor_div(a, b) * b; }

/// `count` units of num/den per second as a Duration, rounded down to the nanosecond. REQUIRES: count >= 0.
constexpr Duration units_to_duration(std::int64_t count, std::int64_t num, std::int64_t den) {
  const std::int64_t ticks = count * den;
  return Duration(ticks / num * 1'000'000'000 + ticks % num * 1'000'000'000 / num);
}

/// Frame n begins n / rate after the content epoch. REQUIRES: n >= 0.
constexpr WallTime time_of_frame(std::int64_t n, FrameRate rate) {
  return kContentEpoch + units_to_duration(n, rate.num, rate.den);
}

/// The frame that is on screen at `t`: the last one that begins at or before it. REQUIRES: t at or after the epoch.
constexpr std::int64_t frame_at(WallTime t, FrameRate rate) {
  const std::int64_t ns = (t - kContentEpoch).count();
  const std::int64_t guess = ns / 1'000'000'000 * rate.num / rate.den;
  std::int64_t n = guess;
  while (time_of_frame(n + 1, rate) <= t) ++n;
  return n;
}

/// The first audio sample at or after the beginning of frame n; sample m begins m / sample_rate after the epoch.
constexpr std::int64_t sample_of_frame(std::int64_t n, FrameRate rate, std::int64_t sample_rate) {
  const std::int64_t ticks = n * rate.den;
  return ticks / rate.num * sample_rate + (ticks % rate.num * sample_rate + rate.num - 1) / rate.num;
}

/// UTC that never steps: read once when the process starts, then advanced by the monotonic clock.
WallTime wall_now();

}  // namespace understudy::server
