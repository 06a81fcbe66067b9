#include "clock.h"

#include <chrono>

namespace understudy::desktop {

Instant monotonic_now() { return Instant(std::chrono::steady_clock::now().time_since_epoch()); }

WallTime utc_now() {
  return WallTime(std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()));
}

}  // namespace understudy::desktop
