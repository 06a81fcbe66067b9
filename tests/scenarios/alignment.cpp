// FAILOVER.md 7: sources whose dates are wrong, missing, or whose content comes later. The sound tells where they belong.
#include "scenario.h"

namespace understudy {

namespace {

const SwitchFacts& facts(const World& world) {
  static SwitchFacts last;
  last = world.events(EventType::switched).back().switch_facts.value();
  return last;
}

}  // namespace

TEST_CASE("a fallback with wrong dates is spliced to the frame") {
  // FAILOVER.md 7: a constant skew is found by the sound of both over the overlap, and corrected.
  for (const Standby standby : {Standby::cold, Standby::hot}) {
    for (const std::int64_t skew_ms : {40, 700, -700, 2000, -2000, 5000, -5000, 10000, -10000}) {
      for (const std::int64_t segment_ms : {2000, 6000}) {
        World world;
        world.policy().standby = standby;
        for (const char* name : {"a", "b"}) world.origin(name).settings().segment = from_ms(segment_ms);
        world.origin("b").settings().date_skew = from_ms(skew_ms);
        world.run_for(40s);
        world.origin("a").refuse();
        world.run_for(40s);
        INFO("skew " << skew_ms << " ms, segments of " << segment_ms << " ms, " << (standby == Standby::hot ? "hot" : "cold"));
        CHECK(world.on_screen() == "b");
        CHECK(world.undisturbed());
        REQUIRE(world.count(EventType::switched) == 1);
        CHECK(facts(world).alignment == Alignment::program_date_time);
        CHECK(facts(world).error_bound_ms <= 1);
      }
    }
  }
}

TEST_CASE("wrong dates are found out beside a list that was emptied, too") {
  // FAILOVER.md 7: what is compared is the buffered sound, and where that lies the list told before.
  World world;
  world.origin("a").settings().date_skew = from_ms(5300);
  world.run_for(40s);
  world.origin("a").empty_window();
  world.run_for(40s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
  REQUIRE(world.count(EventType::switched) == 1);
  CHECK(facts(world).error_bound_ms <= 1);
}

TEST_CASE("wrong dates are found out where what is buffered ends a little behind what is listed") {
  // FAILOVER.md 7. The media's clock runs away from the dates by microseconds: that is no list that went back.
  for (int ms = 0; ms < 6000; ms += 500) {
    World world;
    world.seen().sources_are_aligned = false;
    world.origin("a").settings().date_skew = from_ms(7140);
    world.origin("a").settings().drift_ppm = 6;
    world.origin("b").settings().segment = 6s;
    world.policy().target_live_offset_ms = 13'181;
    world.run_for(60s + from_ms(ms));
    world.origin("a").refuse();
    world.run_for(40s);
    INFO("after 60000 + " << ms << " ms");
    CHECK(world.on_screen() == "b");
    CHECK(world.count(EventType::stalled) == 0);
  }
}

TEST_CASE("a fallback whose sound tells where it lies is not loaded over and over") {
  // FAILOVER.md 7: what its sound tells corrects where it lies. What was buffered before that is no hole.
  for (int ms = 0; ms < 2000; ms += 200) {
    World world;
    world.seen().sources_are_aligned = false;
    world.origin("b").settings().segment = 1s;
    world.origin("b").settings().dated = false;
    world.origin("b").settings().window = 11;
    world.run_for(60s + from_ms(ms));
    world.origin("a").refuse();
    world.run_for(30s);
    INFO("after 60000 + " << ms << " ms");
    CHECK(world.on_screen() == "b");
    CHECK(world.count(EventType::stalled) == 0);
  }
}

TEST_CASE("a constant skew is learnt once and told") {
  // FAILOVER.md 7: skew is learnt per pair; the second switch needs no comparison.
  World world;
  world.policy().standby = Standby::hot;
  world.origin("b").settings().date_skew = from_ms(-700);
  world.run_for(30s);
  std::optional<std::int64_t> skew;
  for (const SourceInfo& info : world.session().sources())
    if (info.name == "b") skew = info.skew_ms;
  REQUIRE(skew);
  CHECK(*skew == -700);
}

TEST_CASE("sources without dates are joined by their sound") {
  // FAILOVER.md 7: without dates by audio alone, and the event says so.
  for (const bool primary_dated : {false, true}) {
    for (const bool fallback_dated : {false, true}) {
      if (primary_dated && fallback_dated) continue;
      for (const Standby standby : {Standby::cold, Standby::warm, Standby::hot}) {
        World world;
        world.policy().standby = standby;
        world.origin("a").settings().dated = primary_dated;
        world.origin("b").settings().dated = fallback_dated;
        world.origin("b").settings().phase = from_ms(720);
        world.run_for(30s);
        world.origin("a").refuse();
        world.run_for(40s);
        INFO("dates: primary " << primary_dated << ", fallback " << fallback_dated << ", standby " << static_cast<int>(standby));
        CHECK(world.on_screen() == "b");
        CHECK(world.undisturbed());
        REQUIRE(world.count(EventType::switched) == 1);
        CHECK(facts(world).alignment == Alignment::audio);
        CHECK(facts(world).error_bound_ms <= 1);
      }
    }
  }
}

TEST_CASE("a fallback that lags within the live offset takes over unseen") {
  // FAILOVER.md 7: lag within the live offset costs nothing; the candidate has the splice point before the buffer ends.
  for (const Standby standby : {Standby::cold, Standby::warm, Standby::hot}) {
    for (const std::int64_t segment_ms : {2000, 6000}) {
      World world;
      world.policy().standby = standby;
      for (const char* name : {"a", "b"}) world.origin(name).settings().segment = from_ms(segment_ms);
      world.origin("b").settings().publish_delay = 1600ms;
      world.run_for(40s);
      world.origin("a").refuse();
      world.run_for(40s);
      INFO("segments of " << segment_ms << " ms, standby " << static_cast<int>(standby));
      CHECK(world.on_screen() == "b");
      CHECK(world.undisturbed());
    }
  }
}

TEST_CASE("a lag that the live offset does not cover is known in time, and the live offset raised for it") {
  // FAILOVER.md 7: the live offset is raised ahead of time to the largest known lag.
  World world;
  world.policy().standby = Standby::warm;
  world.origin("b").settings().publish_delay = 5s;
  world.run_for(20s);
  const Duration before = world.live_offset();
  world.run_for(1200s);
  CHECK(world.live_offset() > before + 1s);
  CHECK(world.undisturbed());
  world.origin("a").refuse();
  world.run_for(40s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
}

TEST_CASE("a fallback without dates takes over from a list that went back") {
  // FAILOVER.md 7: without dates by distance from the live edge. That of the primary is where it was before a lagging packager or cache
  // took over.
  for (const Standby standby : {Standby::cold, Standby::warm}) {
    World world;
    world.policy().standby = standby;
    world.policy().target_live_offset_ms = 9786;
    world.origin("b").settings().dated = false;
    world.run_for(60s);
    world.origin("a").go_back(20);
    world.run_for(30s);
    INFO("standby " << static_cast<int>(standby));
    CHECK(world.on_screen() == "b");
    CHECK(world.count(EventType::stalled) == 0);
  }
}

TEST_CASE("an encoder restart without dates continues where time has gone on to") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    World world;
    world.config.seed = seed;
    world.origin("a").settings().dated = world.origin("b").settings().dated = false;
    world.run_for(20s + from_ms(static_cast<std::int64_t>(seed) * 390));
    world.origin("a").restart();
    world.run_for(40s);
    INFO("seed " << seed);
    CHECK(world.picture_moves());
    CHECK(world.seen().lost() <= 50);  // what the encoder had not published when it began anew, which no date tells
    CHECK(world.seen().repeated() == 0);
  }
}

TEST_CASE("a jump in the discontinuity sequence and an emptied window have their own reasons") {
  // Of playlists alone: see hls_reload; here the reason reaches the viewer's log.
  World world;
  world.run_for(12s);
  world.origin("a").restart();
  world.run_for(3s);
  REQUIRE(world.count(EventType::intent_to_fallback) == 1);
  CHECK(world.events(EventType::intent_to_fallback).front().reason == Reason::window_emptied);
}

}  // namespace understudy
