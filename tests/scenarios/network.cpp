// FAILOVER.md 3 and 11: the viewer's own network, suspension, and rough weather.
#include "scenario.h"

namespace understudy {

TEST_CASE("a network cut of one or two seconds causes no switch") {
  // FAILOVER.md 3: nobody answers, so nobody is to blame, and the buffer is longer than the cut.
  for (const Duration cut : {1000ms, 2000ms}) {
    for (Duration phase = 0ms; phase < 2s; phase += 100ms) {
      World world;
      world.run_for(12s + phase);
      world.network_down().lasting(cut);
      world.run_for(30s);
      INFO("cut of " << to_ms(cut) << " ms at phase " << to_ms(phase));
      CHECK(world.on_screen() == "a");
      CHECK(world.count(EventType::committed) == 0);
      CHECK(world.count(EventType::offline) == 0);
      CHECK(world.undisturbed());
    }
  }
}

TEST_CASE("when the whole network is lost the last picture is held and playback resumes without ping-pong") {
  for (const Duration cut : {15s, 30s, 90s}) {
    World world;
    world.run_for(12s);
    world.network_down().lasting(cut);
    world.run_for(cut);
    INFO("cut of " << to_ms(cut) << " ms");
    CHECK(world.on_screen() == "a");  // the last picture
    CHECK_FALSE(world.picture_moves());
    CHECK(world.state() == PlayerState::offline);
    CHECK(world.count(EventType::offline) == 1);
    CHECK(world.count(EventType::pre_live) == 0);
    world.run_for(20s);
    CHECK(world.picture_moves());
    CHECK(world.count(EventType::switched) <= 1);
    CHECK(world.count(EventType::offline) == 1);
    world.run_for(60s);
    CHECK(world.picture_moves());
    CHECK(world.count(EventType::switched) <= 1);
  }
}

TEST_CASE("a slow network that still carries the stream causes no switch") {
  World world;
  world.viewer_bandwidth(330'000);  // 2 Mbit/s media over 2.6 Mbit/s
  world.run_for(10s);  // the first segment comes in hardly faster than it plays
  world.seen().reset_counts();
  world.run_for(120s);
  CHECK(world.on_screen() == "a");
  CHECK(world.count(EventType::committed) == 0);
  CHECK(world.undisturbed());
  CHECK(world.count(EventType::hedge_started) == 0);
  CHECK(world.count(EventType::intent_to_fallback) == 0);
}

TEST_CASE("a network too slow for the stream does not make the viewer jump between sources") {
  World world;
  world.run_for(12s);
  world.viewer_bandwidth(200'000);  // 1.6 Mbit/s for 2 Mbit/s: both sources are as slow
  world.run_for(120s);
  CHECK(world.count(EventType::committed) == 0);
  CHECK(world.count(EventType::hedge_started) <= 8);  // slowness alone: one that ends by recovery, one by congestion, in 30 s
  CHECK_FALSE(world.on_screen().empty());
}

TEST_CASE("a suspended machine goes on where the stream is, without a switch") {
  // FAILOVER.md 3: a jump of the clock resets the monitors instead of tripping them.
  for (const Duration nap : {5s, 60s, 3600s}) {
    World world;
    world.run_for(12s);
    world.suspend(nap);
    world.run_for(15s);
    INFO("suspended for " << to_ms(nap) << " ms");
    CHECK(world.on_screen() == "a");
    CHECK(world.picture_moves());
    CHECK(world.count(EventType::committed) == 0);
    CHECK(world.count(EventType::intent_to_fallback) == 0);
    CHECK(world.requests_to("b", 15s) == 0);
    CHECK(world.live_offset() < 16s);
  }
}

TEST_CASE("a machine that slept for long is at the live edge at once, however long a picture may be held") {
  // FAILOVER.md 3: what it slept through is a hole that nobody fills, so it is not waited for.
  World world;
  world.policy().max_hold_ms = 9000;
  world.origin("a").settings().segment = 4s;
  world.run_for(30s);
  world.suspend(250s);
  world.run_for(3s);
  CHECK(world.picture_moves());
  CHECK(world.live_offset() < 20s);
}

TEST_CASE("a machine that sleeps again before it has begun anew begins once when it wakes") {
  // FAILOVER.md 12.5: what begins at the live edge has no hole before it that would have to be left out once more.
  for (Duration awake = 20ms; awake < 400ms; awake += 20ms) {
    World world;
    world.origin("a").settings().segment = 1s;
    world.run_for(30s);
    world.suspend(60s);
    world.run_for(awake);
    const std::size_t before = world.count(EventType::started);
    world.suspend(130s);
    world.run_for(5s);
    INFO("awake for " << to_ms(awake) << " ms");
    CHECK(world.picture_moves());
    CHECK(world.live_offset() < 6s);
    CHECK(world.count(EventType::started) == before + 1);
  }
}

TEST_CASE("a machine that sleeps between a commit and its splice is at the live edge at once") {
  // FAILOVER.md 3: neither what is left of the old source nor the place where the new one was to be entered is waited for.
  World world;
  for (const char* name : {"a", "b"}) world.origin(name).settings().segment = 6s;
  world.run_for(40s);
  world.switch_to("b");
  world.run_for(2s);
  REQUIRE(world.count(EventType::committed) == 1);
  REQUIRE(world.count(EventType::switched) == 0);
  world.suspend(60s);
  world.run_for(3s);
  CHECK(world.on_screen() == "b");
  CHECK(world.picture_moves());
  CHECK(world.live_offset() < 30s);
  CHECK(world.count(EventType::switched) == 0);
  world.run_for(30s);
  CHECK(world.picture_moves());
  CHECK(world.count(EventType::started) == 2);
}

TEST_CASE("late answers to cancelled requests act on nothing") {
  // FAILOVER.md 12.10: nothing asked for before a switch acts on the source after it.
  World world;
  world.keep_cancelled_answers();
  world.run_for(12s);
  world.origin("a").slow_first_byte(2500ms);
  world.run_for(20s);
  world.switch_to("a");
  world.run_for(3s);
  world.switch_to("b");
  world.run_for(20s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
}

TEST_CASE("two runs of the same world give the same outputs") {
  // STYLE.md 8: the core is deterministic; the trace of a run is its proof.
  const auto run = [] {
    World world;
    world.keeps_transcript = true;
    world.run_for(12s);
    world.origin("a").fail_segments(503).lasting(15s);
    world.run_for(30s);
    world.origin("b").black_hole();
    world.run_for(30s);
    return world.transcript();
  };
  const std::string first = run();
  CHECK_FALSE(first.empty());
  CHECK(run() == first);
}

}  // namespace understudy
