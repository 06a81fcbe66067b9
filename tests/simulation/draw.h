// Draws a script from a seed. Swarm testing: every run first draws which kinds of trouble exist in it at all, how often and how
// wildly, and which settings are not the ordinary ones; so that rare combinations are met, and no trouble hides another for ever.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "script.h"

namespace understudy::simulation {

struct DrawOptions {
  std::int64_t minutes = 20;        // most viewer time of a run
  std::set<std::string> only;       // kinds of fault; empty: all
  std::set<std::string> without;
};

Script draw(std::uint64_t seed, const DrawOptions& options);

}  // namespace understudy::simulation
