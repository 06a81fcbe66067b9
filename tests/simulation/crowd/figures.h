// What a tally says, for the whole crowd: rates and their peaks, arrivals, stalls.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulation/crowd/tally.h"

namespace understudy::crowd {

struct Load {
  std::int64_t before = 0;        // requests per second before the act's first change
  std::int64_t after = 0;         // and in its last ten seconds
  std::int64_t peak = 0;          // most in any second from the mark on
  std::int64_t peak_tenth = 0;    // most in any tenth of a second from the mark on, per second
  std::int64_t early_peak = 0;    // most in any second of the first 1.5 s after the mark
  std::int64_t early_tenth = 0;   // most in any tenth of a second of those, per second
  std::int64_t peak_bytes = 0;    // per second, most in any second from the mark on
  std::int64_t bytes_after = 0;
};

struct Figures {
  Load load[kPlaces];
  Place busiest = Place::fallback;
  std::int64_t steady = 0;        // of the busiest host: the larger of before and after
  std::int64_t ratio_permille = 0;       // early_peak of the busiest host over that
  std::int64_t tenth_permille = 0;       // early_tenth over that
  std::int64_t whole_permille = 0;       // peak over that, whenever it is
  std::int64_t viewers = 0;
  std::int64_t stalled_per_100k = 0;     // viewers that stalled, from the mark on
  std::int64_t stalled_ms_mean = 0;      // of those that did
  std::int64_t early_stalls_per_100k = 0;
  std::int64_t reached_per_100k = 0;
  std::int64_t reached_ms[3] = {-1, -1, -1};  // after the mark: 50, 99, 99.9 % of all viewers; -1: not so many
  std::int64_t switches = 0;
  std::int64_t frames_lost = 0;
  std::int64_t frames_repeated = 0;
  std::int64_t idle_hedges_per_1k_hours = 0;  // hedges with nothing lost, per thousand viewer-hours
};

/// Requests per second in each bin, for all viewers.
Series rate(const Tally& tally, Place place, std::int64_t viewers);
Figures figures_of(const Act& act, const Tally& tally, std::int64_t viewers);

}  // namespace understudy::crowd
