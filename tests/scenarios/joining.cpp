// FAILOVER.md 2: joining, and how far behind live.
#include "scenario.h"

namespace understudy {

TEST_CASE("a healthy channel plays without a switch, a stall or a lost frame") {
  World world;
  world.run_for(60s);
  CHECK(world.on_screen() == "a");
  CHECK(world.state() == PlayerState::playing);
  CHECK(world.undisturbed());
  CHECK(world.count(EventType::started) == 1);
  CHECK(world.count(EventType::intent_to_fallback) == 0);
  CHECK(world.count(EventType::hedge_started) == 0);
  // 2.4: three target durations behind the live edge of the playlist, which itself is up to a segment old.
  CHECK(world.live_offset() > 6s);
  CHECK(world.live_offset() < 9s);
}

}  // namespace understudy
