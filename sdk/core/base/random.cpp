#include "core/base/random.h"

#include <algorithm>

namespace understudy {
namespace {

std::uint64_t splitmix(std::uint64_t& x) {
  x += 0x9e3779b97f4a7c15u;
  std::uint64_t z = x;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

constexpr std::uint64_t rotate_left(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

}  // namespace

Random::Random(std::uint64_t seed) {
  for (std::uint64_t& word : state_) word = splitmix(seed);
}

std::uint64_t Random::next() {
  const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = rotate_left(state_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t n) {
  const std::uint64_t biased = (0 - n) % n;  // 2^64 mod n: the values below it would favour small results
  std::uint64_t value = next();
  while (value < biased) value = next();
  return value % n;
}

Duration Random::between(Duration lo, Duration hi) {
  if (hi <= lo) return lo;
  const auto span = static_cast<std::uint64_t>((hi - lo).count());
  return lo + Duration(static_cast<std::int64_t>(below(span + 1)));
}

Duration Random::jitter(Duration base, int percent) {
  const Duration spread = base / 100 * percent;
  return between(base - spread, base + spread);
}

Duration Random::decorrelated(Duration previous, Duration min, Duration max) {
  const Duration widest = std::min(previous, max) * 3;
  return std::min(between(min, std::max(min, widest)), max);
}

Random Random::fork(std::uint64_t salt) const {
  std::uint64_t mixed = state_[0] ^ rotate_left(state_[3], 17) ^ salt;
  return Random(splitmix(mixed));
}

}  // namespace understudy
