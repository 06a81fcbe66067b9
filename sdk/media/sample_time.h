// Content time as an index of samples: the place of every sample on one grid, so that two sources join to the sample.
#pragma once

#include <cstdint>

#include "understudy/time.h"

namespace understudy::media {

/// The sample nearest to `d` after the origin. Exact for |d| of centuries: UTC content times are large.
constexpr std::int64_t sample_index(Duration d, int rate) {
  std::int64_t seconds = d.count() / 1'000'000'000;
  std::int64_t rest = d.count() % 1'000'000'000;
  if (rest < 0) {
    rest += 1'000'000'000;
    --seconds;
  }
  return seconds * rate + (rest * rate + 500'000'000) / 1'000'000'000;
}
constexpr std::int64_t sample_index(MediaTime t, int rate) { return sample_index(t.time_since_epoch(), rate); }
constexpr Duration sample_duration(std::int64_t samples, int rate) {
  return from_ticks(samples, static_cast<std::uint32_t>(rate));
}

}  // namespace understudy::media
