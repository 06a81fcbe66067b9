// FAILOVER.md 10 to 12: when a loss is suspected, how much is asked for, and what never happens.
#include "core/base/random.h"
#include "scenario.h"

namespace understudy {

namespace {

/// From the fault to the first evidence; unset where there was none within `patience`.
std::optional<Duration> suspected_after(World& world, Duration patience) {
  const Instant fault = world.now();
  world.run_for(patience);
  const auto intents = world.events(EventType::intent_to_fallback);
  if (intents.empty()) return std::nullopt;
  return intents.front().at - fault;
}

constexpr Duration kSegment = 2s;
constexpr Duration kRoundTrips = 200ms;

}  // namespace

TEST_CASE("errors are suspected one quick retry after the next request") {
  for (const int code : {404, 500, 503}) {
    World world;
    world.run_for(12s);
    world.origin("a").answer_all(code);
    const auto suspected = suspected_after(world, 10s);
    REQUIRE(suspected);
    // The next request is up to a segment away; the quick retry is 150 ms ± 40 %.
    CHECK(*suspected <= kSegment + 210ms + kRoundTrips);
  }
}

TEST_CASE("silence is suspected 650 ms after the request before anything else is known") {
  // FAILOVER.md 11: p95 + 150 ms after the request; before there are samples the prior for the p95 is 500 ms.
  World world;
  world.run_for(12s);
  world.origin("a").black_hole();
  const auto suspected = suspected_after(world, 10s);
  REQUIRE(suspected);
  CHECK(*suspected <= kSegment + 650ms + kRoundTrips);
}

TEST_CASE("a stale playlist is suspected one and a half segments after the last new one") {
  for (Duration phase = 0ms; phase < kSegment; phase += 200ms) {
    World world;
    world.run_for(12s + phase);
    world.origin("a").go_stale();
    const auto suspected = suspected_after(world, 10s);
    REQUIRE(suspected);
    // The last new segment was seen up to a segment before the fault.
    CHECK(*suspected >= kSegment / 2);
    CHECK(*suspected <= kSegment * 3 / 2 + kSegment + kRoundTrips);
  }
}

TEST_CASE("a trickle is suspected one second into the body") {
  // FAILOVER.md 11: one second of body slower than real time.
  World world;
  world.run_for(12s);
  world.origin("a").trickle(50'000);
  const auto suspected = suspected_after(world, 10s);
  REQUIRE(suspected);
  CHECK(*suspected <= kSegment + 1s + 250ms + kRoundTrips);
}

TEST_CASE("crowds do not move in step: hedges of one failure are spread over the slack") {
  // FAILOVER.md 10: the first reaction is spread over the slack of the buffer.
  Instant first = Instant::max();
  Instant last{};
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    World world;
    world.config.seed = seed;
    world.policy().target_live_offset_ms = 12000;
    world.run_for(20s);
    world.origin("a").fail_segments(404);
    world.run_for(15s);
    const auto hedges = world.events(EventType::hedge_started);
    REQUIRE(hedges.size() == 1);
    first = std::min(first, hedges.front().at);
    last = std::max(last, hedges.front().at);
    CHECK(world.undisturbed());
  }
  CHECK(last - first > 2s);
}

TEST_CASE("a dead group is asked at a bounded rate") {
  // FAILOVER.md 12.9: probes back off up to probeMaxMs, whatever fails.
  World world;
  world.add_fallback("c");
  world.run_for(12s);
  for (const char* name : {"a", "b", "c"}) world.origin(name).refuse();
  world.run_for(30s);
  world.run_for(270s);
  for (const char* name : {"a", "b", "c"}) CHECK(world.requests_to(name, 60s) < 60);
  CHECK(world.requests_to("status", 60s) < 40);
}

TEST_CASE("Retry-After lengthens the wait and never shortens it") {
  World world;
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.run_for(12s);
  world.origin("a").answer_all(503, 25s);
  // First the request that learns it, then the other kind of request; nothing more for 25 s.
  world.run_for(6s);
  world.run_for(18s);
  CHECK(world.requests_to("a", 15s) <= 1);
}

TEST_CASE("a fallback that asked to be left alone is left alone by the next hedge too") {
  World world;
  world.run_for(12s);
  world.origin("b").answer_all(503, 25s);
  world.origin("a").refuse();
  // The first hedge learns it within the buffer that is left; neither the next one nor a probe may ask again before it is over.
  world.run_for(24s);
  CHECK(world.requests_to("b", 24s) >= 1);
  CHECK(world.requests_to("b", 14s) == 0);
}

TEST_CASE("the status is polled at its interval, give or take the jitter") {
  // FAILOVER.md 10: polls carry ±20 % jitter.
  World world;
  world.run_for(200s);
  const std::size_t polls = world.requests_to("status", 200s);
  CHECK(polls >= 80);
  CHECK(polls <= 126);
}

TEST_CASE("the document's ttl lengthens the polls") {
  // FAILOVER.md 2.1: the document's ttlMs overrides pollMs.
  World world;
  world.edit_document([](status::StatusDocument& d) { d.ttl_ms = 10'000; });
  world.run_for(200s);
  CHECK(world.requests_to("status", 190s) <= 25);
}

TEST_CASE("a cold standby fetches nothing from the fallback in health") {
  // FAILOVER.md 6: nothing is fetched until a hedge.
  World world;
  world.run_for(600s);
  CHECK(world.requests_to("b", 600s) == 0);
  CHECK(world.session().hedged_bytes() == 0);
}

TEST_CASE("every run of faults keeps the invariants and comes back") {
  // A small draw of faults per seed; the invariants are checked by World itself.
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    World world;
    world.config.seed = seed;
    Random random(seed);
    world.add_fallback("c");
    INFO("seed " << seed);
    for (int i = 0; i < 12; ++i) {
      const char* names[] = {"a", "b", "c"};
      world::Origin& origin = world.origin(names[random.below(3)]);
      const Duration when = from_ms(static_cast<std::int64_t>(random.below(90'000)));
      const Duration length = from_ms(500 + static_cast<std::int64_t>(random.below(15'000)));
      switch (random.below(8)) {
        case 0: origin.refuse().after(when).lasting(length); break;
        case 1: origin.black_hole().after(when).lasting(length); break;
        case 2: origin.fail_segments(404).after(when).lasting(length); break;
        case 3: origin.answer_all(503, 5s).after(when).lasting(length); break;
        case 4: origin.slow_first_byte(3s).after(when).lasting(length); break;
        case 5: origin.go_stale().after(when).lasting(length); break;
        case 6: world.network_down().after(when).lasting(length / 4); break;
        default: origin.trickle(100'000).after(when).lasting(length); break;
      }
    }
    world.run_for(110s);
    world.run_for(40s);  // everything healed: something must be on the screen (12.4)
    CHECK(world.picture_moves());
    CHECK_FALSE(world.on_screen().empty());
  }
}

}  // namespace understudy
