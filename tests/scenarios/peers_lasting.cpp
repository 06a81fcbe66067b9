// Troubles that several sources share or that last: what peers got wrong for longest. The lists are in README.md.
#include <algorithm>

#include "scenario.h"

namespace understudy {

TEST_CASE("a fallback that lacks the same segment is passed over for one that has it") {
  // The candidate holds media up to the hole and none behind it: going over to it wins nothing. Its own 404s are hard
  // evidence, and "delivering" is not: good media must reach beyond the good end of what it replaces. "c" has
  // everything.
  for (Duration phase = 0ms; phase < 2s; phase += 200ms) {
    World world;
    world.add_fallback("c");
    world.run_for(12s + phase);
    for (const char* name : {"a", "b"}) world.origin(name).lose_segments(1);
    world.run_for(40s);
    INFO("phase " << to_ms(phase));
    CHECK(world.on_screen() == "c");
    CHECK(world.undisturbed());
    CHECK(world.count(EventType::switched) == 1);
  }
}

TEST_CASE("a hole that every source has is played over in place, without a switch to and fro") {
  // One contribution feed behind both: both lack the same seconds. 15 such holes, one in four seconds.
  World world;
  world.run_for(12s);
  for (int i = 0; i < 15; ++i)
    for (const char* name : {"a", "b"})
      world.at_once([&world, name] { world.origin(name).publisher().lose_segments(1, world.wall()); }).after(i * 4s);
  world.run_for(90s);
  CHECK(world.picture_moves());
  CHECK(world.seen().lost() <= 15 * 50);
  CHECK(world.count(EventType::switched) <= 4);  // one for each hole would be 15
}

TEST_CASE("a minute without network does not make the primary's return wait as if it had failed") {
  // PRIMARY_PREFERRED counts failures of the primary to damp the return. The viewer's own cut is none of them.
  const auto away = [](bool cut) {
    World world;
    world.policy().recovery = Recovery::primary_preferred;
    world.policy().failback_spread_ms = 0;
    world.run_for(12s);
    if (cut) world.network_down().lasting(60s);
    world.run_for(cut ? 90s : 10s);
    CHECK(world.on_screen() == "a");
    world.origin("a").refuse().lasting(10s);
    world.run_for(15s);
    CHECK(world.on_screen() == "b");
    const Instant left = world.now();
    while (world.on_screen() == "b" && world.now() - left < 400s) world.run_for(1s);
    return world.now() - left;
  };
  CHECK(away(true) <= away(false) + 10s);
}

TEST_CASE("a source that was slow once is called healthy again when it delivers") {
  // input_loss clears when nothing was late for 2 s, and a segment of 2 s is due for a moment every 2 s: where the
  // phase is unlucky the source stays unhealthy for ever, is hedged for ever, and is "lost" again at every start.
  for (Duration phase = 0ms; phase < 2s; phase += 200ms) {
    World world;
    world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
    world.run_for(12s + phase);
    world.viewer_bandwidth(60'000).lasting(40s);
    world.run_for(140s);
    INFO("phase " << to_ms(phase));
    const auto changes = world.events(EventType::health_changed);
    CHECK(changes.size() % 2 == 0);  // unhealthy, healthy, …
    const auto last = [&](EventType type) {
      const auto events = world.events(type);
      return events.empty() ? 0 : events.back().sequence;
    };
    // A loss ends by recovery, or by beginning anew.
    CHECK(std::max(last(EventType::recovered), last(EventType::started)) > last(EventType::intent_to_fallback));
  }
}

TEST_CASE("a first fallback that is damaged or stale like the primary is passed over without a trace") {
  // The candidate's good media ends where the active source's does: going over wins nothing, and "c" is never asked.
  const std::function<void(world::Origin&)> faults[] = {[](world::Origin& o) { o.go_stale(); },
                                                        [](world::Origin& o) { o.reset_bodies(40); },
                                                        [](world::Origin& o) { o.corrupt_segments(100); }};
  int which = 0;
  for (const auto& fault : faults) {
    World world;
    world.add_fallback("c");
    world.run_for(12s);
    fault(world.origin("a"));
    fault(world.origin("b"));
    world.run_for(60s);
    INFO("fault " << which++);
    CHECK(world.on_screen() == "c");
    CHECK(world.undisturbed());
    CHECK(world.count(EventType::switched) <= 2);
  }
}

TEST_CASE("two sources with the same damage are not switched between again and again") {
  // FAILOVER.md 12.6: each forced switch needs fresh evidence, and a candidate that is damaged alike wins nothing.
  const std::function<void(world::Origin&)> faults[] = {[](world::Origin& o) { o.reset_bodies(40); },
                                                        [](world::Origin& o) { o.corrupt_segments(100); }};
  int which = 0;
  for (const auto& fault : faults) {
    World world;
    world.run_for(12s);
    fault(world.origin("a"));
    fault(world.origin("b"));
    world.run_for(60s);
    INFO("fault " << which++);
    CHECK(world.count(EventType::switched) <= 4);
  }
}

TEST_CASE("a silent first fallback makes room for the second before the buffer is empty") {
  // Invariant 3: "c" delivers all the time. The candidate's patience (4 s) is longer than the buffer that is left.
  const std::function<void(world::Origin&)> faults[] = {[](world::Origin& o) { o.black_hole(); },
                                                        [](world::Origin& o) { o.drop_packets(); }};
  int which = 0;
  for (const auto& fault : faults) {
    World world;
    world.add_fallback("c");
    world.run_for(12s);
    fault(world.origin("a"));
    fault(world.origin("b"));
    world.run_for(60s);
    INFO("fault " << which++);
    CHECK(world.on_screen() == "c");
    CHECK(world.undisturbed());
  }
}

}  // namespace understudy
