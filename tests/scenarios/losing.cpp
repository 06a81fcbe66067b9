// FAILOVER.md 3 and 11: losing the active source, every fault with a healthy fallback. 2 s segments, shared content, cold standby.
#include "scenario.h"

namespace understudy {

namespace {

/// The viewer went over to "b" once, and saw nothing of it.
void check_invisible_switch(World& world) {
  CHECK(world.on_screen() == "b");
  CHECK(world.state() == PlayerState::playing);
  CHECK(world.count(EventType::switched) == 1);
  CHECK(world.count(EventType::committed) == 1);
  CHECK(world.count(EventType::stalled) == 0);
  CHECK(world.seen().lost() == 0);
  CHECK(world.seen().repeated() == 0);
  CHECK(world.seen().longest_gap() < 1ms);
  for (const Event& e : world.events(EventType::switched)) {
    REQUIRE(e.switch_facts);
    CHECK(e.switch_facts->gap_ms == 0);
    CHECK(e.switch_facts->frames_lost == 0);
    CHECK(e.switch_facts->frames_repeated == 0);
    CHECK(e.switch_facts->alignment == Alignment::program_date_time);
  }
}

}  // namespace

TEST_CASE("a primary that refuses connections is replaced without a trace") {
  // FAILOVER.md 11: a refusal is declared one quick retry later; the buffer outlasts that and the preparation (12.3).
  World world;
  world.run_for(12s);
  world.origin("a").refuse();
  world.run_for(30s);
  check_invisible_switch(world);
}

TEST_CASE("a primary whose segments are gone is replaced without a trace") {
  // FAILOVER.md 11: 404 is declared one quick retry later; the buffer outlasts it (12.3).
  World world;
  world.run_for(12s);
  world.origin("a").fail_segments(404);
  world.run_for(30s);
  check_invisible_switch(world);
  CHECK(world.switch_reasons() == std::vector{Reason::missing_segment});
}

TEST_CASE("a primary that answers 503 is replaced without a trace, and its Retry-After is kept") {
  // FAILOVER.md 11 and 12.9: declared one quick retry later; Retry-After lengthens the waits for that source.
  World world;
  world.run_for(12s);
  world.origin("a").answer_all(503, 20s);
  world.run_for(15s);
  check_invisible_switch(world);
}

TEST_CASE("a primary that falls silent is replaced without a trace") {
  // FAILOVER.md 11: a black hole is declared lossThresholdMs after due, within the buffer.
  World world;
  world.run_for(12s);
  world.origin("a").black_hole();
  world.run_for(30s);
  check_invisible_switch(world);
}

TEST_CASE("a primary that takes ten seconds for a first byte is replaced without a trace") {
  // FAILOVER.md 11: a slow first byte is suspected at p95 + 150 ms; the hedge is ready long before it comes.
  World world;
  world.run_for(12s);
  world.origin("a").slow_first_byte(10s);
  world.run_for(30s);
  check_invisible_switch(world);
}

TEST_CASE("a primary whose answers have become slow is replaced before the buffer is empty, however usual that is by then") {
  // FAILOVER.md 3: a preparation begins no later than when the buffer has run down to what it takes, and loss counts from the moment the
  // media was due, also where what came before it came late.
  for (const int every : {1, 3}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      World world;
      world.config.seed = seed;
      for (const char* name : {"a", "b"}) world.origin(name).settings().segment = 1920ms;
      world.policy().target_live_offset_ms = 11'000;
      world.network().set_latency(89ms);
      world.run_for(40s);
      auto slow = std::make_shared<world::Effect>();
      slow->kind = world::Effect::Kind::slow_first_byte;
      slow->delay = 2788ms;
      slow->every = every;
      world.network().begin(slow, "a.test");
      world.run_for(90s);
      INFO("one of " << every << ", seed " << seed);
      CHECK(world.on_screen() == "b");
      CHECK(world.undisturbed());
    }
  }
}

TEST_CASE("a primary that trickles is replaced without a trace") {
  World world;
  world.run_for(12s);
  world.origin("a").trickle(50'000);  // a fifth of real time
  world.run_for(30s);
  check_invisible_switch(world);
}

TEST_CASE("a primary that resets bodies midway is replaced without a trace") {
  // FAILOVER.md 3: of an aborted body all good frames are shown, and the splice is at their end.
  World world;
  world.run_for(12s);
  world.origin("a").reset_bodies(30);
  world.run_for(30s);
  check_invisible_switch(world);
}

TEST_CASE("a primary that truncates bodies is replaced without a trace") {
  // FAILOVER.md 11: a truncated segment is known when its bytes are in.
  World world;
  world.run_for(12s);
  world.origin("a").truncate_bodies(50);
  world.run_for(30s);
  check_invisible_switch(world);
}

TEST_CASE("a viewer further behind live than a fallback lists goes over to the oldest that it has") {
  // FAILOVER.md 7: a splice point older than the candidate's window starts at its oldest segment.
  World world;
  world.origin("a").settings().window = 40;
  world.policy().target_live_offset_ms = 55'000;
  world.run_for(12s);
  world.origin("a").refuse();
  world.run_for(80s);
  CHECK(world.on_screen() == "b");
  CHECK(world.picture_moves());
  CHECK(world.count(EventType::pre_live) == 0);
  CHECK(world.count(EventType::stalled) == 0);
}

TEST_CASE("a body that is under way at the commit is ended, so that nothing waits for the rest of it") {
  // FAILOVER.md 3: of a body that is aborted what came is shown. As long as its end was not told, a few access units of an encoder
  // that began anew are neither a beginning nor an end, and the picture of the next source never comes.
  struct Bodies : world::Watcher {
    void on_output(const session::Output& output) override {
      if (const auto* abandon = std::get_if<loading::AbandonSegment>(&output)) ended = ended || abandon->segment.source == SourceId{0};
      if (const auto* event = std::get_if<Event>(&output)) switched = switched || event->type == EventType::switched;
    }
    bool ended = false;
    bool switched = false;
  } bodies;
  World world;
  world.run_for(12s);
  world.watch(&bodies);
  world.origin("a").trickle(20'000);
  world.run_for(30s);
  CHECK(bodies.switched);
  CHECK(bodies.ended);
  world.watch(nullptr);
}

TEST_CASE("a primary whose playlist goes stale is replaced without a trace") {
  // FAILOVER.md 11: declared 2 S after the last new segment or at the prepare deadline, whichever is first.
  World world;
  world.run_for(12s);
  world.origin("a").go_stale();
  world.run_for(30s);
  check_invisible_switch(world);
  CHECK(world.switch_reasons() == std::vector{Reason::playlist_stale});
}

TEST_CASE("a primary that ends its list without a stop is replaced without a trace") {
  // FAILOVER.md 11: ENDLIST without a stop is declared one status poll later.
  World world;
  world.run_for(12s);
  world.origin("a").end_list();
  world.run_for(30s);
  check_invisible_switch(world);
  CHECK(world.switch_reasons() == std::vector{Reason::end_of_list});
}

// 4.4.4.7 of the RFC: it will not come, and that is known as soon as it is listed. Nobody asks for it.
TEST_CASE("a segment that the playlist marks as a gap is taken from the fallback") {
  World world;
  world.run_for(12s);
  world.origin("a").publisher().leave_gaps(1, world.wall());
  world.run_for(30s);
  check_invisible_switch(world);
  CHECK(world.switch_reasons() == std::vector{Reason::missing_segment});
  for (const auto& request : world.network().requests())
    if (request.host == "a.test") CHECK_FALSE(world.origin("a").publisher().is_gap(request.url));
}

// Nothing is late and every request succeeds: the list alone tells that nothing comes.
TEST_CASE("a list of nothing but gaps ends in the card where nobody else delivers, and resumes behind them") {
  World world;
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.run_for(12s);
  world.origin("a").publisher().leave_gaps(20, world.wall());
  world.run_for(30s);
  CHECK(world.card() == Card::Kind::pre_live);
  CHECK(world.on_screen().empty());
  world.run_for(40s);
  CHECK(world.on_screen() == "a");
  CHECK(world.picture_moves());
}

TEST_CASE("a segment that is listed and missing is taken from the fallback") {
  // FAILOVER.md 3: the splice point is the end of the good media, before the hole.
  World world;
  world.run_for(12s);
  world.origin("a").lose_segments(1);
  world.run_for(30s);
  check_invisible_switch(world);
  CHECK(world.switch_reasons() == std::vector{Reason::missing_segment});
}

TEST_CASE("a damaged segment is taken from the fallback") {
  // FAILOVER.md 3: good media is free of errors; what is damaged is not shown.
  World world;
  world.run_for(12s);
  world.origin("a").corrupt_segments(1);
  world.run_for(30s);
  check_invisible_switch(world);
  CHECK(world.switch_reasons() == std::vector{Reason::corrupt_segment});
}

TEST_CASE("silence is suspect later than the source's own requests usually take, once enough were seen") {
  const auto suspected_after = [](Duration watched) {
    World world;
    world.run_for(watched);
    const std::size_t before = world.network().requests().size();
    world.origin("a").black_hole();
    world.run_for(20s);
    REQUIRE(world.count(EventType::intent_to_fallback) == 1);
    CHECK(world.on_screen() == "b");
    CHECK(world.undisturbed());
    const auto& all = world.network().requests();
    Instant asked = Instant::max();  // the first request that is never answered
    for (std::size_t i = before; i < all.size(); ++i)
      if (all[i].host == "a.test") asked = std::min(asked, all[i].at);
    return world.events(EventType::intent_to_fallback).front().at - asked;
  };
  CHECK(suspected_after(6s) == 650ms);    // the prior
  CHECK(suspected_after(120s) < 350ms);   // of a network that answers within some 50 ms
}

TEST_CASE("a fallback that has brought all that it lists is not given up before it publishes the next long segment") {
  // FAILOVER.md 12.3: preparation is all that it needs. A new attempt would begin with nothing, and after a back-off.
  for (const Duration segment : {Duration(6s), Duration(10s)}) {
    for (Duration phase{}; phase < segment; phase += 1500ms) {
      World world;
      for (const char* name : {"a", "b"}) world.origin(name).settings().segment = segment;
      world.origin("b").settings().phase = phase;
      world.run_for(60s);
      world.origin("a").refuse();
      world.run_for(60s);
      INFO("segments of " << to_ms(segment) << " ms, " << to_ms(phase) << " ms apart");
      CHECK(world.on_screen() == "b");
      CHECK(world.count(EventType::hedge_started) == 1);
      CHECK(world.count(EventType::hedge_cancelled) == 0);
      CHECK(world.undisturbed());
    }
  }
}

}  // namespace understudy
