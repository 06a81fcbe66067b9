// The engine's randomness: splitmix64 from a seed, and distributions of our own. The standard library's distributions differ
// between implementations, and one trace must give the same outputs natively and in the browser.
#pragma once

#include <algorithm>
#include <cstdint>

#include "understudy/time.h"

namespace understudy {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  /// Uniform in [0, n). REQUIRES: n > 0. The bias of the remainder is below n / 2^64.
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  /// Uniform in [lo, hi]; lo where hi <= lo.
  Duration between(Duration lo, Duration hi) {
    if (hi <= lo) return lo;
    return lo + Duration(static_cast<std::int64_t>(below(static_cast<std::uint64_t>((hi - lo).count()) + 1)));
  }
  /// base ± percent.
  Duration jitter(Duration base, int percent) {
    const Duration spread = base / 100 * percent;
    return between(base - spread, base + spread);
  }
  /// The next wait of a back-off with decorrelated jitter: uniform between min and three times the previous, at most max.
  Duration decorrelated(Duration previous, Duration min, Duration max) {
    return std::min(max, between(min, std::max(min, previous * 3)));
  }
  /// An independent generator for one user of randomness, so that one user's draws don't shift another's.
  Random fork(std::uint64_t salt) const { return Random(Random(state_ ^ (salt * 0xD6E8FEB86659FD93u)).next()); }

 private:
  std::uint64_t state_;
};

}  // namespace understudy
