// Failures that other players had and fixed, 4: penalties, returns, and the long run. See README.md for the table.
#include "scenario.h"

namespace understudy {

TEST_CASE("a penalty lasts as many milliseconds as the policy says") {
  // 120 taken for milliseconds is no penalty, 120000 taken for seconds is for ever.
  for (const std::int64_t penalty : {30'000, 120'000}) {
    World world;
    world.policy().penalty_ms = penalty;
    world.run_for(12s);
    world.origin("b").answer_all(403).lasting(20s);
    world.origin("a").refuse();
    world.run_for(20s);
    CHECK(world.requests_to("b", 20s) >= 1);
    CHECK(world.on_screen().empty());
    world.run_for(from_ms(penalty) - 20s);  // not over yet: the denial came after the fault
    INFO("penalty of " << penalty);
    CHECK(world.requests_to("b", from_ms(penalty) - 20s) == 0);
    CHECK(world.on_screen().empty());
    world.run_for(10s + 8s);  // the denial, and a probe with its start
    CHECK(world.on_screen() == "b");
  }
}

TEST_CASE("a penalty that is over frees the member it was for") {
  // Two members are penalised, one after the other. The end of the first one's penalty must not free, or keep, the
  // other.
  for (const bool b_first : {true, false}) {
    World world;
    world.add_fallback("c");
    world.policy().penalty_ms = 60'000;
    world.edit_document([b_first](status::StatusDocument& d) {
      d.members[0].priority = b_first ? 1 : 2;
      d.members[1].priority = b_first ? 2 : 1;
    });
    const std::string first = b_first ? "b" : "c";
    const std::string second = b_first ? "c" : "b";
    world.run_for(12s);
    world.origin(first).answer_all(403).lasting(40s);
    world.origin("a").refuse();
    world.run_for(30s);
    CHECK(world.on_screen() == second);
    world.origin(second).answer_all(403).lasting(25s);
    world.run_for(25s);
    CHECK(world.on_screen().empty());
    INFO("first " << first);
    world.run_for(
        20s);  // 75 s after the fault: the first penalty ended at 60 to 70 s, the second ends at 90 s or later
    CHECK(world.on_screen() == first);
    CHECK(world.requests_to(second, 30s) == 0);
    // Once it is over, the other one is taken again.
    world.run_for(45s);
    world.origin(first).refuse();
    world.run_for(20s);
    CHECK(world.on_screen() == second);
  }
}

TEST_CASE("a primary whose playlist is well and whose segments are not is not returned to") {
  // Health is delivered media; a fresh list alone is none.
  for (const int fault : {0, 1}) {
    World world;
    world.policy().recovery = Recovery::primary_preferred;
    world.run_for(12s);
    world.origin("a").refuse().lasting(20s);
    if (fault == 0) world.origin("a").fail_segments(404).after(20s);
    if (fault == 1) world.origin("a").reset_bodies(0).after(20s);
    world.run_for(400s);
    INFO("fault " << fault);
    CHECK(world.on_screen() == "b");
    CHECK(world.count(EventType::switched) == 1);
    CHECK(world.undisturbed());
  }
}

TEST_CASE(
    "a primary that fails whenever it is returned to is returned to ever more seldom, and nothing of it is seen") {
  World world;
  world.policy().recovery = Recovery::primary_preferred;
  world.policy().failback_spread_ms = 0;
  world.run_for(12s);
  world.origin("a").refuse().lasting(5s);
  world.run_for(5s);
  std::size_t returns = 0;
  // It works until it is on air, and then for two more seconds.
  for (int i = 0; i < 1800; ++i) {
    const bool had = world.on_screen() == "a";
    world.run_for(1s);
    if (had || world.on_screen() != "a" || i < 15) continue;
    ++returns;
    world.origin("a").refuse().after(2s).lasting(10s);
  }
  CHECK(returns >= 1);
  CHECK(returns <= 10);  // clearMs doubles up to five minutes: 30 min hold few of them
  CHECK(world.undisturbed());
  CHECK(world.on_screen() == "b");
}

TEST_CASE("whichever member comes back first ends the card") {
  for (const char* first : {"a", "b", "c"}) {
    World world;
    world.add_fallback("c");
    world.run_for(12s);
    for (const char* name : {"a", "b", "c"}) {
      world::Change& fault = world.origin(name).refuse();
      if (std::string(name) == first) fault.lasting(60s);
    }
    world.run_for(60s);
    INFO(first);
    CHECK(world.state() == PlayerState::pre_live);
    world.run_for(10s);  // probeMaxMs and the start
    CHECK(world.on_screen() == first);
    world.run_for(30s);
    CHECK(world.on_screen() == first);
    CHECK(world.picture_moves());
    CHECK(world.live_offset() < 10s);
  }
}

TEST_CASE("the place behind live does not drift over hours of switches") {
  // Each switch that begins a little later than it should adds up: after hours the viewer is out of the window.
  World world;
  world.run_for(30s);
  const Duration offset = world.live_offset();
  for (int i = 0; i < 36; ++i) {
    world.origin(world.on_screen()).fail_segments(404).lasting(20s);
    world.run_for(5min);
    const Duration drift = world.live_offset() - offset;
    CHECK(drift < 1s);
    CHECK(drift > -1s);
  }
  CHECK(world.count(EventType::switched) == 36);
  CHECK(world.undisturbed());
}

TEST_CASE("a fallback that lags is not left further behind by every switch") {
  // FAILOVER.md 7: the live offset is raised to the lag once, not again at each switch.
  World world;
  world.origin("b").settings().publish_delay = 1500ms;
  world.policy().target_live_offset_ms = 10'000;
  for (const char* name : {"a", "b"}) world.origin(name).settings().window = 10;
  world.run_for(30s);
  const Duration offset = world.live_offset();
  for (int i = 0; i < 12; ++i) {
    world.origin(world.on_screen()).fail_segments(404).lasting(20s);
    world.run_for(1min);
  }
  CHECK(world.live_offset() - offset < 1s);
  CHECK(world.undisturbed());
}

TEST_CASE("two hundred failures leave no request behind") {
  World world;
  world.run_for(12s);
  for (int i = 0; i < 200; ++i) {
    world.origin(i % 2 == 0 ? "a" : "b").refuse().lasting(8s);
    world.run_for(15s);
  }
  CHECK(world.picture_moves());
  world.run_for(30s);
  CHECK(world.network().under_way() <= 3);  // a reload, a segment, a status poll
  CHECK(world.requests_to("a", 20s) + world.requests_to("b", 20s) <= 26);
  CHECK(world.undisturbed());
}

TEST_CASE("a primary whose segments are damaged is not returned to") {
  // FAILOVER.md 4: probed by a decodable segment. The first half of each segment is good, so it "delivers"; none of
  // them is whole.
  World world;
  world.policy().recovery = Recovery::primary_preferred;
  world.run_for(12s);
  world.origin("a").refuse().lasting(20s);
  world.origin("a").corrupt_segments(2000).after(10s);
  world.run_for(400s);
  CHECK(world.on_screen() == "b");
  CHECK(world.count(EventType::switched) == 1);
  CHECK(world.undisturbed());
}

}  // namespace understudy
