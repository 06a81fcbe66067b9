// The only randomness of the engine: xoshiro256** seeded through splitmix64, with integer distributions of our own,
// because the standard library's distributions differ between implementations and a trace must replay bit for bit
// everywhere.
#pragma once

#include <array>
#include <cstdint>

#include "understudy/time.h"

namespace understudy {

class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();
  /// Uniform in [0, n). REQUIRES: n > 0.
  std::uint64_t below(std::uint64_t n);
  /// Uniform in [lo, hi]; lo where hi < lo.
  Duration between(Duration lo, Duration hi);
  /// Uniform within `base` ± percent. REQUIRES: base >= 0, 0 <= percent <= 100.
  Duration jitter(Duration base, int percent);
  /// Decorrelated jitter (AWS "Exponential Backoff and Jitter"): uniform in [min, 3 × previous], at most max. Viewers
  /// that failed together drift apart, which equal or full jitter does only slowly.
  Duration decorrelated(Duration previous, Duration min, Duration max);
  /// An independent generator; forks with different salts give different streams and do not advance this one.
  Random fork(std::uint64_t salt) const;

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace understudy
