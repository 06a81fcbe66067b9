// One run of the player: builds the engine and its sinks, keeps the loop, ends with report and summary.
#pragma once

#include "cli_options.h"

namespace understudy::desktop {

/// Returns the process's exit code.
int run(const Options& options);

}  // namespace understudy::desktop
