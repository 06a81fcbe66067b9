#include "origin/clock.h"

namespace understudy::server {

WallTime wall_now() {
  using std::chrono::steady_clock;
  using std::chrono::system_clock;
  struct Anchor {
    steady_clock::time_point steady = steady_clock::now();
    Duration utc = std::chrono::duration_cast<Duration>(system_clock::now().time_since_epoch());
  };
  static const Anchor anchor;
  return WallTime(anchor.utc + std::chrono::duration_cast<Duration>(steady_clock::now() - anchor.steady));
}

}  // namespace understudy::server
