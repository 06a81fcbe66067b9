// Sources of many shapes: encoder restarts, discontinuities, other segment lengths, other phases, no dates.
#include <algorithm>
#include <map>
#include <string>

#include "scenario.h"

namespace understudy {

TEST_CASE("an encoder that begins its sequence anew is no reason for a wrong picture") {
  // FAILOVER.md 11: a sequence restart is seen at the reload; numbers alone never place a picture.
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    World world;
    world.config.seed = seed;
    world.run_for(12s + from_ms(static_cast<std::int64_t>(seed) * 170));
    world.origin("a").restart();
    world.run_for(40s);
    INFO("seed " << seed);
    CHECK(world.undisturbed());
    CHECK(world.picture_moves());
    CHECK(world.count(EventType::switched) <= 1);
  }
}

TEST_CASE("an encoder restart without a fallback continues, and loses at most the segment that was never listed to us") {
  // FAILOVER.md 12.4: the source delivers again, and there is nobody else to wait for.
  World world;
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.run_for(12s);
  world.origin("a").restart();
  world.run_for(40s);
  CHECK(world.on_screen() == "a");
  CHECK(world.picture_moves());
  CHECK(world.seen().lost() <= 50);
  CHECK(world.seen().repeated() == 0);
}

TEST_CASE("a list that goes back for one reload continues behind what is there, and nothing is loaded twice") {
  // FAILOVER.md 3 and 11: a cache hands out an old list, and at the next reload the sequence is what it was. The epoch between the two brought
  // nothing, so what is buffered ends where it began; loaded from the playhead, what is there would be left for what comes in.
  World world;
  world.policy().target_live_offset_ms = 18'208;
  world.run_for(30s);
  world.origin("a").go_back(17).lasting(2s);
  world.run_for(10s);
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
  std::map<std::string, int> asked;
  for (const auto& request : world.network().requests())
    if (request.host == "a.test" && request.purpose == loading::Purpose::segment) ++asked[request.url];
  CHECK(std::none_of(asked.begin(), asked.end(), [](const auto& each) { return each.second > 1; }));
}

TEST_CASE("a discontinuity re-anchors the time stamps without a trace") {
  // FAILOVER.md 7: every discontinuity re-anchors PTS and alignment.
  World world;
  world.run_for(12s);
  for (int i = 0; i < 5; ++i) {
    world.origin("a").discontinuity();
    world.run_for(9s);
  }
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
  CHECK(world.count(EventType::intent_to_fallback) == 0);
}

TEST_CASE("a failure right at a discontinuity is switched without a trace") {
  // FAILOVER.md 7: content time is per discontinuity, so the splice is as exact there.
  for (Duration d = 0ms; d < 4s; d += 250ms) {
    World world;
    world.run_for(12s);
    world.origin("a").discontinuity();
    world.origin("b").discontinuity().after(1s);
    world.origin("a").refuse().after(d);
    world.run_for(30s);
    CHECK(world.on_screen() == "b");
    CHECK(world.undisturbed());
  }
}

TEST_CASE("sources with other segment lengths, phases and sequence numbers are joined to the frame") {
  struct Shape {
    Duration segment;
    Duration phase;
    int gop;
    std::int64_t first_msn;
    bool fmp4;
    bool multivariant;
  };
  const Shape shapes[] = {{2s, 1000ms, 25, 900'000, false, true},  {2s, 680ms, 50, 0, true, false},
                          {4s, 1240ms, 25, 17, false, false},      {6s, 3000ms, 50, 3'000'000'000, true, true},
                          {1s, 480ms, 25, 5, true, true},          {3s, 40ms, 75, 1, false, true}};
  for (const Shape& shape : shapes) {
    for (Duration d = 0ms; d < 2s; d += 400ms) {
      World world;
      auto& settings = world.origin("b").settings();
      settings.segment = shape.segment;
      settings.phase = shape.phase;
      settings.gop = shape.gop;
      settings.first_msn = shape.first_msn;
      settings.fmp4 = shape.fmp4;
      settings.multivariant = shape.multivariant;
      settings.window = 10;
      // The fallback publishes the same content later by its longer segments; the offset must hold that (7, lag).
      world.policy().target_live_offset_ms = 12000;
      world.origin("a").settings().window = 10;
      world.run_for(20s + d);
      world.origin("a").fail_segments(404);
      world.run_for(30s);
      INFO("segments of " << to_ms(shape.segment) << " ms, phase " << to_ms(shape.phase) << ", after " << to_ms(d));
      CHECK(world.on_screen() == "b");
      CHECK(world.undisturbed());
    }
  }
}

TEST_CASE("six second segments are silent for six seconds in health") {
  // FAILOVER.md 3: loss counts from when the next segment was due, not from the last one.
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    World world;
    world.config.seed = seed;
    for (const char* name : {"a", "b"}) {
      world.origin(name).settings().segment = 6s;
      world.origin(name).settings().jitter = 2s;
    }
    world.run_for(180s);
    CHECK(world.on_screen() == "a");
    CHECK(world.undisturbed());
    CHECK(world.count(EventType::intent_to_fallback) == 0);
    world.origin("a").refuse();
    world.run_for(40s);
    CHECK(world.on_screen() == "b");
    CHECK(world.undisturbed());
  }
}

TEST_CASE("sources without dates and sound are joined by the live edge, and the event says so") {
  World world;
  world.media().has_sound = false;
  world.seen().sources_are_aligned = false;
  for (const char* name : {"a", "b"}) world.origin(name).settings().dated = false;
  world.run_for(20s);
  CHECK(world.seen().lost() == 0);
  CHECK(world.seen().repeated() == 0);
  world.origin("a").refuse();
  world.run_for(30s);
  CHECK(world.on_screen() == "b");
  CHECK(world.picture_moves());
  REQUIRE(world.count(EventType::switched) == 1);
  const Event e = world.events(EventType::switched).front();
  CHECK(e.switch_facts->alignment == Alignment::live_edge);
  CHECK(e.switch_facts->error_bound_ms >= 2000);
  // Off by no more than that bound: two segments of fifty frames.
  CHECK(world.seen().lost() <= 100);
  CHECK(world.seen().repeated() <= 100);
}

TEST_CASE("a fallback whose content comes later than the buffer holds is entered late, and the loss is counted") {
  // FAILOVER.md 7: beyond the live offset the picture is held, and what is lost or repeated is counted.
  World world;
  world.origin("b").settings().publish_delay = 9s;
  world.run_for(20s);
  world.origin("a").refuse();
  world.run_for(40s);
  CHECK(world.on_screen() == "b");
  CHECK(world.picture_moves());
  CHECK(world.seen().repeated() == 0);
}

TEST_CASE("a missing segment without a fallback is a hole, and leads to no retry storm") {
  World world;
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.run_for(12s);
  world.origin("a").lose_segments(1);
  world.run_for(20s);
  // Nobody to switch to: the hole is held over and playback goes on.
  CHECK(world.on_screen() == "a");
  CHECK(world.picture_moves());
  CHECK(world.seen().lost() == 50);
  CHECK(world.requests_to("a", 20s) < 40);
}

TEST_CASE("a long hole of one that has no fallback is left for what is behind it") {
  // FAILOVER.md 4: the last picture is held for maxHoldMs, not for as long as the hole is. What is missing is not asked for anew.
  World world;
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.origin("a").settings().segment = 6s;
  world.run_for(40s);
  world.origin("a").lose_segments(2);  // what comes behind them is here before the last good picture
  Duration still{};
  for (int i = 0; i < 600; ++i) {
    world.run_for(100ms);
    still = world.picture_moves() ? Duration::zero() : still + 100ms;
    CHECK(still < 3s);
  }
  CHECK(world.count(EventType::started) == 2);
  CHECK(world.count(EventType::pre_live) == 0);
}

TEST_CASE("dates that jump ahead at a discontinuity are a hole that nobody waits for") {
  // FAILOVER.md 7: a discontinuity re-anchors. 45 s without media are further ahead than anything is loaded.
  World world;
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.seen().sources_are_aligned = false;
  world.run_for(20s);
  world.at_once([&] {
    world::Publisher& publisher = world.origin("a").publisher();
    publisher.jump_dates(45s, world.wall());
    publisher.discontinuity(world.wall());
  });
  world.run_for(15s);
  CHECK(world.on_screen() == "a");
  CHECK(world.picture_moves());
  CHECK(world.count(EventType::stalled) <= 1);
}

// The status service says so once: every later poll is answered with 304. As after a restart of a service whose origins get new ports.
TEST_CASE("a source that moves while nobody delivers is found at its new address") {
  for (const Duration after : {from_ms(0), from_ms(500), from_ms(1000), from_ms(2000), from_ms(3000), from_ms(5000), from_ms(8000)}) {
    World world;
    world.add_fallback("c");
    world.service().edit([](auto& document) { document.members.pop_back(); });  // only an address
    world.run_for(12s);
    world.origin("a").black_hole();
    world.origin("b").black_hole();
    world.run_for(20s + after);  // the buffer is empty, and probes of the old places wait for answers
    CHECK(world.on_screen().empty());
    world.service().edit([&](auto& document) { document.playout.hls = world.origin("c").publisher().url(); });
    world.run_for(25s);  // the probe under way gives up, the next one is at most probeMaxMs (8 s) later
    CHECK(world.on_screen() == "a");
    CHECK(world.picture_moves());
  }
}

// The old place may answer for a while and then no more; who stands by is asked to be ready at the new one.
TEST_CASE("a fallback that moves while it stands by is ready at its new address") {
  World world;
  world.policy().standby = Standby::warm;
  world.add_fallback("c");
  world.service().edit([](auto& document) { document.members.pop_back(); });
  world.run_for(20s);
  world.service().edit(
      [&](auto& document) { world.service().member(document, "b").playout.hls = world.origin("c").publisher().url(); });
  world.run_for(3s);
  world.origin("b").refuse();
  world.run_for(20s);
  world.origin("a").refuse();
  world.run_for(20s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
}

}  // namespace understudy
