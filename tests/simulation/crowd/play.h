// Plays an act to a crowd, on several threads.
#pragma once

#include <cstdint>

#include "simulation/crowd/tally.h"

namespace understudy::crowd {

struct Crowd {
  std::int64_t controllers = 0;
  std::uint64_t seed = 1;
  int jobs = 1;
  Duration segment = from_ms(2000);
  bool spread = true;  // with the rules of FAILOVER.md 10
};

/// The same crowd gives the same tally, whatever its jobs. Each controller is counted once.
Tally play(Act act, const Crowd& crowd);

}  // namespace understudy::crowd
