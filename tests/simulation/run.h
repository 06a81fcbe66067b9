// One run: a script, the world that it describes, every checker, and what came of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "script.h"
#include "simulation/checkers/checker.h"

namespace understudy::simulation {

struct Outcome {
  std::vector<Violation> violations;
  Duration viewer_time{};
  std::int64_t outages = 0;
  std::uint64_t hash = 0;  // of everything the engine asked for and everything that was shown
};

struct Listeners {
  std::function<void(std::string_view)> trace;  // lines as the engine's own recorder writes them, without line feeds
  std::function<void(std::string_view)> story;  // faults, events and changes of the picture, a line each
};

Outcome run(const Script& script, const Listeners& listeners = {});

/// The most that a member that delivers may take to be on the screen at the end of a run (FAILOVER.md 12.4).
Duration liveness_bound(const Script& script);

}  // namespace understudy::simulation
