// 33-bit time stamps on one continuous line (ISO 13818-1 2.4.3.7): each is the one nearest to the one before.
#pragma once

#include <cstdint>
#include <optional>

#include "understudy/time.h"

namespace understudy::container {

inline constexpr std::uint32_t kTsClock = 90'000;

class TimeUnwrapper {
 public:
  MediaTime unwrap(std::uint64_t stamp) {
    last_ = nearest(stamp);
    return MediaTime(from_ticks(*last_, kTsClock));
  }
  /// The same without making it the new reference: for clocks that only accompany the time stamps (PCR).
  MediaTime peek(std::uint64_t stamp) const { return MediaTime(from_ticks(nearest(stamp), kTsClock)); }
  void reset() { last_.reset(); }

 private:
  std::int64_t nearest(std::uint64_t stamp) const {
    constexpr std::int64_t kPeriod = std::int64_t{1} << 33;
    const auto raw = static_cast<std::int64_t>(stamp);
    if (!last_) return raw;
    std::int64_t step = (raw - *last_) % kPeriod;
    if (step < -kPeriod / 2) step += kPeriod;
    if (step >= kPeriod / 2) step -= kPeriod;
    return *last_ + step;
  }

  std::optional<std::int64_t> last_;
};

}  // namespace understudy::container
