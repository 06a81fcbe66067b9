// The two real clocks of the shell. The engine never reads one; it is handed these values.
#pragma once

#include "understudy/time.h"

namespace understudy::desktop {

Instant monotonic_now();
WallTime utc_now();

}  // namespace understudy::desktop
