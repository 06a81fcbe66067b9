// The simulator's own randomness: every draw of a script comes from one seed. Not the engine's generator, so that a change there
// does not change which troubles are met.
#pragma once

#include <cstdint>
#include <vector>

namespace understudy::simulation {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  /// splitmix64.
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// Uniform in [lo, hi].
  std::int64_t between(std::int64_t lo, std::int64_t hi) {
    return lo + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(hi - lo + 1));
  }
  /// Uniform in the logarithm: small values as often as great ones. REQUIRES: 0 < lo <= hi.
  std::int64_t magnitude(std::int64_t lo, std::int64_t hi) {
    int doublings = 0;
    while (lo << doublings <= hi / 2) ++doublings;
    const std::int64_t from = lo << between(0, doublings);
    return between(from, from < hi / 2 ? from * 2 : hi);
  }
  bool chance(int percent) { return between(1, 100) <= percent; }
  template <class T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(choices.size()) - 1))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace understudy::simulation
