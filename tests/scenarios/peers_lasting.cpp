// Troubles that several sources share or that last: what peers got wrong for longest. The lists are in README.md.
#include "scenario.h"

namespace understudy {

namespace {

/// Neither source is penalised: each takes over from the other at once, without a trace.
void check_nobody_penalised(World& world) {
  world.run_for(20s);
  world.seen().reset_counts();
  for (int i = 0; i < 2; ++i) {
    const std::string from = world.on_screen();
    const std::size_t before = world.count(EventType::switched);
    world.origin(from).fail_segments(404).lasting(20s);
    world.run_for(25s);
    CHECK(world.on_screen() == (from == "a" ? "b" : "a"));
    CHECK(world.count(EventType::switched) == before + 1);
    CHECK(world.undisturbed());
  }
}

}  // namespace

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

TEST_CASE("loss of everything for ten seconds holds the picture and shows no card, and playback goes on by itself") {
  for (Duration phase = 0ms; phase < 2s; phase += 200ms) {
    World world;
    world.run_for(12s + phase);
    world.network_down().lasting(10s);
    world.run_for(10s);
    INFO("phase " << to_ms(phase));
    CHECK(world.on_screen() == "a");  // the last picture, if the buffer ran out
    CHECK(world.count(EventType::committed) == 0);
    // The requests that hang end by their time-outs (3 s); then a reload and a segment.
    world.run_for(6s);
    CHECK(world.picture_moves());
    world.run_for(60s);
    CHECK(world.picture_moves());
    CHECK(world.count(EventType::switched) <=
          1);  // two that come back together: either may be first, and then it stays
    CHECK(world.count(EventType::pre_live) == 0);
    CHECK(world.count(EventType::started) == 1);
    CHECK(world.seen().repeated() == 0);
    CHECK(world.live_offset() < 20s);  // the hold is kept or won back, it does not grow
    check_nobody_penalised(world);
  }
}

TEST_CASE("loss of everything for a minute is told as such, blames nobody, and playback goes on by itself") {
  for (Duration phase = 0ms; phase < 2s; phase += 200ms) {
    World world;
    world.run_for(12s + phase);
    world.network_down().lasting(60s);
    world.run_for(60s);
    INFO("phase " << to_ms(phase));
    CHECK(world.state() == PlayerState::offline);
    CHECK(world.count(EventType::offline) == 1);
    CHECK(world.on_screen() == "a");
    CHECK(world.count(EventType::committed) == 0);
    // Time-outs that still run, and the longest back-off of a reload (4 s).
    world.run_for(10s);
    CHECK(world.picture_moves());
    CHECK(world.state() == PlayerState::playing);
    world.run_for(60s);
    CHECK(world.picture_moves());
    CHECK(world.count(EventType::switched) <= 1);
    CHECK(world.count(EventType::offline) == 1);
    CHECK(world.count(EventType::stopped) == 0);
    CHECK(world.seen().repeated() == 0);
    CHECK(world.live_offset() < 16s);
    check_nobody_penalised(world);
  }
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

TEST_CASE("congestion to a quarter of real time leaves the viewer where he is, and ends without a trace") {
  for (const std::int64_t rate : {60'000}) {  // the media is 250'000
    World world;
    world.run_for(12s);
    world.viewer_bandwidth(rate).lasting(40s);
    world.run_for(40s);
    INFO(rate << " bytes per second");
    CHECK(world.count(EventType::committed) == 0);
    CHECK(world.count(EventType::pre_live) == 0);
    CHECK(world.count(EventType::offline) == 0);
    CHECK_FALSE(world.on_screen().empty());
    world.run_for(20s);
    world.seen().reset_counts();
    world.run_for(60s);
    CHECK(world.on_screen() == "a");
    CHECK(world.undisturbed());
    CHECK(world.count(EventType::committed) == 0);
    check_nobody_penalised(world);
  }
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
    CHECK(world.count(EventType::recovered) >= 1);
  }
}

TEST_CASE("a storm of switch commands is not a storm of requests") {
  // Invariant 9: each command starts a hedge that the next one cancels; requests to a host stay bounded all the same.
  for (int step = 7; step < 175; step += 56) {
    World world;
    world.add_fallback("c");
    world.run_for(12s);
    world.origin("a").refuse();
    world.origin("b").fail_segments(404);
    for (int i = 0; i < 60; ++i) {
      const char* names[] = {"a", "b", "c"};
      world.switch_to(names[i % 3]);
      if (i % 7 == 0) world.switch_to_next();
      world.run_for(from_ms(step));
    }
    world.run_for(20s);
    INFO("a command every " << step << " ms");
    CHECK(world.on_screen() == "c");
    CHECK(world.picture_moves());
    CHECK(world.seen().repeated() == 0);
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
