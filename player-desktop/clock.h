// The two real clocks of the shell. The engine never reads one; it is handed these values.
#pragma once

#include <string>

#include "understudy/time.h"

namespace understudy::desktop {

Instant monotonic_now();
WallTime utc_now();

/// "2026-01-02T03:04:05.678Z"
std::string to_iso8601(WallTime time);

}  // namespace understudy::desktop
