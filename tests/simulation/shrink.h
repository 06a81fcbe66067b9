// Makes a script that violates something smaller, as long as it still does (delta debugging): fewer faults, fewer sources, ordinary
// settings, an earlier end.
#pragma once

#include <functional>
#include <string>

#include "script.h"

namespace understudy::simulation {

/// Whether a script still shows what is looked for. Called at most `budget` times.
using StillFails = std::function<bool(const Script&)>;

Script shrink(Script script, const StillFails& still_fails, int budget);

}  // namespace understudy::simulation
