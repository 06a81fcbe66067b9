// How far a time may lie from the zero of its line. Whatever comes from outside is brought within, or refused, where it enters:
// then the difference of any two times fits a Duration, with years to spare for what is added to it.
#pragma once

#include <algorithm>
#include <chrono>

#include "understudy/time.h"

namespace understudy {

/// 136 years: for what is dated, up to 2106.
inline constexpr Duration kFarthest = std::chrono::seconds(std::int64_t{1} << 32);
/// A wait, a measured time, a gap.
inline constexpr Duration kLongestWait = std::chrono::hours(24 * 366);

constexpr void bring_into_reach(Duration& d) { d = std::clamp(d, -kLongestWait, kLongestWait); }
template <class Clock>
constexpr void bring_into_reach(std::chrono::time_point<Clock, Duration>& t) {
  using Time = std::chrono::time_point<Clock, Duration>;
  t = std::clamp(t, Time(-kFarthest), Time(kFarthest));
}

}  // namespace understudy
