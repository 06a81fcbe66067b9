// Failures that other players had and fixed, 1: which failed requests count, and for how long. See README.md for the
// table.
#include "scenario.h"

namespace understudy {

namespace {

/// Requests go to the multivariant playlist, the media playlist, the init section and the segments.
const std::set<world::Purpose> kPlaylists = {world::Purpose::multivariant_playlist, world::Purpose::media_playlist};
const std::set<world::Purpose> kSegments = {world::Purpose::segment};

void check_unseen_switch(World& world) {
  CHECK(world.on_screen() == "b");
  CHECK(world.count(EventType::switched) == 1);
  CHECK(world.undisturbed());
}

void without_fallback(World& world) {
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
}

}  // namespace

TEST_CASE("every status code that is no media counts as a failure, whichever requests it answers") {
  // A player that lists the codes it fails over on forgets some: gateways answer 502 and 504, overloaded servers 429,
  // retired paths 410.
  for (const int code : {400, 404, 408, 410, 429, 451, 500, 502, 503, 504, 522}) {
    for (const int what : {0, 1, 2}) {
      World world;
      world.run_for(12s);
      const Instant fault = world.now();
      if (what == 0) world.origin("a").answer_all(code);
      if (what == 1) world.origin("a").fail_segments(code);
      if (what == 2) world.origin("a").fail_playlists(code);
      world.run_for(30s);
      INFO("status " << code << (what == 0 ? " for everything" : what == 1 ? " for segments" : " for playlists"));
      check_unseen_switch(world);
      // It counts as itself, one quick retry after the next request, and not merely because nothing came.
      REQUIRE(world.count(EventType::intent_to_fallback) == 1);
      CHECK(world.events(EventType::intent_to_fallback).front().at - fault <= 2s + 210ms + 400ms);
      REQUIRE(world.events(EventType::intent_to_fallback).front().error);
      CHECK(world.events(EventType::intent_to_fallback).front().error->http_status == code);
    }
  }
}

TEST_CASE("a name that no longer resolves counts as a failure") {
  World world;
  world.run_for(12s);
  world.origin("a").lose_name();
  world.run_for(30s);
  check_unseen_switch(world);
  const auto intents = world.events(EventType::intent_to_fallback);
  REQUIRE(intents.size() == 1);
  REQUIRE(intents.front().error);
  // The connection that was open is reset; whichever request comes next finds no address.
  CHECK((intents.front().error->code == ErrorCode::resolve_failed ||
         intents.front().error->code == ErrorCode::connection_reset));
}

TEST_CASE("a connection that is never made counts as a failure") {
  // Packets are dropped: no refusal, no reset, only time. The silence must count before the transport's own time-out
  // does.
  for (Duration phase = 0ms; phase < 2s; phase += 200ms) {
    World world;
    world.run_for(12s + phase);
    world.origin("a").drop_packets();
    world.run_for(30s);
    INFO("phase " << to_ms(phase));
    check_unseen_switch(world);
  }
}

TEST_CASE("every way to fail is told by its own reason") {
  // One "unknown error" for all of them helps nobody.
  struct Case {
    const char* name;
    std::function<void(world::Origin&)> fault;
    std::set<Reason> reasons;
  };
  const Case cases[] = {
      {"refused", [](world::Origin& o) { o.refuse(); }, {Reason::connect_failed, Reason::reset}},
      {"no name", [](world::Origin& o) { o.lose_name(); }, {Reason::connect_failed, Reason::reset}},
      {"segment 404", [](world::Origin& o) { o.fail_segments(404); }, {Reason::missing_segment}},
      {"segment 502", [](world::Origin& o) { o.fail_segments(502); }, {Reason::http_error}},
      {"playlist 404", [](world::Origin& o) { o.fail_playlists(404); }, {Reason::http_error}},
      {"denied", [](world::Origin& o) { o.answer_all(403); }, {Reason::access_denied}},
      {"silence", [](world::Origin& o) { o.black_hole(); }, {Reason::first_byte_timeout, Reason::body_stalled}},
      {"reset body", [](world::Origin& o) { o.reset_bodies(30); }, {Reason::reset}},
      {"short body", [](world::Origin& o) { o.truncate_bodies(30); }, {Reason::truncated_segment}},
      {"damage", [](world::Origin& o) { o.corrupt_segments(5); }, {Reason::corrupt_segment}},
      {"stale", [](world::Origin& o) { o.go_stale(); }, {Reason::playlist_stale}},
      {"trickle", [](world::Origin& o) { o.trickle(50'000); }, {Reason::trickle}},
      {"ended", [](world::Origin& o) { o.end_list(); }, {Reason::end_of_list}},
  };
  for (const Case& c : cases) {
    World world;
    world.run_for(12s);
    c.fault(world.origin("a"));
    world.run_for(30s);
    INFO(c.name);
    const auto reasons = world.switch_reasons();
    REQUIRE(reasons.size() == 1);
    CHECK(c.reasons.count(reasons.front()) == 1);
  }
}

TEST_CASE("a body that breaks off is a failure wherever it breaks off") {
  // A player that only looks at the answer's head takes these for served.
  for (const int percent : {0, 1, 10, 50, 90, 99}) {
    for (const bool reset : {true, false}) {
      World world;
      world.run_for(12s);
      if (reset)
        world.origin("a").reset_bodies(percent);
      else
        world.origin("a").truncate_bodies(percent);
      world.run_for(30s);
      INFO((reset ? "reset" : "truncated") << " at " << percent << " %");
      check_unseen_switch(world);
    }
  }
}

TEST_CASE("a single failed request is retried and told to nobody") {
  // The automatic retry: one bad edge behind the load balancer, one lost connection.
  for (const int code : {404, 429, 500, 502, 503, 504}) {
    for (const auto& on : {kSegments, kPlaylists}) {
      World world;
      world.run_for(12s);
      world.origin("a").fail_some(code, on, 1, 1);
      world.run_for(30s);
      INFO("status " << code << (on == kSegments ? " for a segment" : " for a playlist"));
      CHECK(world.on_screen() == "a");
      CHECK(world.undisturbed());
      CHECK(world.count(EventType::intent_to_fallback) == 0);
      CHECK(world.count(EventType::error) == 0);
      CHECK(world.requests_to("b", 30s) == 0);
    }
  }
}

TEST_CASE("a single broken connection is retried and told to nobody") {
  // FAILOVER.md 3: evidence counts after one quick retry in the same place.
  for (Duration phase = 0ms; phase < 2s; phase += 50ms) {
    World world;
    world.run_for(12s + phase);
    world.connections_reset();
    world.run_for(30s);
    INFO("phase " << to_ms(phase));
    CHECK(world.on_screen() == "a");
    CHECK(world.undisturbed());
    CHECK(world.count(EventType::committed) == 0);
    CHECK(world.count(EventType::error) == 0);
  }
}

TEST_CASE("a segment that fails between good ones trips though no two failures are consecutive") {
  // fail, ok, fail, ok: a counter of consecutive failures starts anew at each success and never trips.
  for (Duration phase = 0ms; phase < 4s; phase += 250ms) {
    World world;
    world.run_for(12s + phase);
    for (int i = 0; i < 15; ++i)
      world.at_once([&] { world.origin("a").publisher().lose_segments(1, world.wall()); }).after(i * 4s);
    world.run_for(60s);
    INFO("phase " << to_ms(phase));
    CHECK(world.on_screen() == "b");
    CHECK(world.undisturbed());
    CHECK(world.switch_reasons() == std::vector{Reason::missing_segment});
  }
}

TEST_CASE("with requests that fail every second time nothing of it is seen, and the viewer is not thrown to and fro") {
  // Each quick retry succeeds, so the source delivers; whether it is left or not, it must not be left and returned to.
  for (const int code : {500, 503}) {
    World world;
    world.run_for(12s);
    world.origin("a").fail_some(code, kSegments, 2);
    world.run_for(120s);
    CHECK(world.undisturbed());
    CHECK(world.count(EventType::switched) <= 1);
    CHECK(world.picture_moves());
  }
}

TEST_CASE("two sources that fail in turns make one undisturbed picture") {
  // What the one lacks the other has. A success of the one in between must not make the other's failure forgotten.
  World world;
  world.run_for(12s);
  for (int i = 0; i < 20; ++i) {
    const char* name = i % 2 == 0 ? "a" : "b";
    world.at_once([&world, name] { world.origin(name).publisher().lose_segments(1, world.wall()); }).after(i * 6s);
  }
  world.run_for(130s);
  CHECK(world.undisturbed());
  CHECK(world.picture_moves());
}

TEST_CASE("with nowhere to go a silent source's requests still time out, and it is shown again when it answers") {
  // The last rendition, the last source: a player that lifts the time-out there waits on a dead socket for ever.
  for (const bool connects : {true, false}) {
    World world;
    without_fallback(world);
    world.run_for(12s);
    world::Change& fault = connects ? world.origin("a").black_hole() : world.origin("a").drop_packets();
    fault.lasting(60s);
    world.run_for(60s);
    // Nothing at all is answered: only time-outs let a new request be sent.
    CHECK(world.requests_to("a", 50s) >= 5);
    CHECK(world.on_screen().empty());
    // probeMaxMs (8 s), a request that still hangs (3 s), and the start.
    world.run_for(13s);
    INFO((connects ? "accepts and is silent" : "drops packets"));
    CHECK(world.on_screen() == "a");
    CHECK(world.picture_moves());
  }
}

TEST_CASE("a body that falls silent times out also on the last source, and what arrived of it is not lost") {
  World world;
  without_fallback(world);
  world.policy().target_live_offset_ms = 14'000;  // holds the time-outs of a body (silence) and of its first byte
  world.origin("a").settings().window = 10;
  world.run_for(20s);
  // In the middle of a body: 500 KB take 200 ms, and a new segment is there every 2 s.
  for (Duration phase = 0ms; phase < 2s; phase += 100ms) world.origin("a").black_hole().after(phase * 200).lasting(1s);
  world.run_for(400s);
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
}

TEST_CASE("a source that asks to wait with 429 is asked again when the time is up, and plays on") {
  World world;
  without_fallback(world);
  world.run_for(12s);
  world.origin("a").answer_all(429, 10s).lasting(8s);
  world.run_for(8s);
  CHECK(world.requests_to("a", 7s) <= 4);  // each kind of request learns it once, none asks twice
  // The wait ends 10 s after the last answer; a retry-after that sticks would keep the screen dark.
  world.run_for(22s);
  CHECK(world.on_screen() == "a");
  CHECK(world.picture_moves());
  CHECK(world.requests_to("a", 5s) >= 3);  // at its ordinary rhythm again
}

TEST_CASE("a short wait that a source asks for costs nothing that the buffer holds") {
  // FAILOVER.md 12.9: Retry-After lengthens waits; one that the buffer covers is no loss.
  for (const int code : {429, 503}) {
    for (Duration phase = 0ms; phase < 2s; phase += 400ms) {
      World world;
      without_fallback(world);
      world.policy().target_live_offset_ms = 14'000;
      world.origin("a").settings().window = 12;
      world.run_for(20s + phase);
      world.origin("a").answer_all(code, 3s).lasting(2500ms);
      world.run_for(60s);
      INFO("status " << code << ", phase " << to_ms(phase));
      CHECK(world.on_screen() == "a");
      CHECK(world.undisturbed());
    }
  }
}

TEST_CASE("a status service that asks to wait with 429 is asked again when the time is up, and obeyed") {
  World world;
  world.run_for(12s);
  world.status_service_answers(429, 10s).lasting(15s);
  world.run_for(15s);
  CHECK(world.requests_to("status", 15s) <= 4);
  CHECK(world.on_screen() == "a");
  world.run_for(15s);
  world.run_for(10s);
  CHECK(world.requests_to("status", 10s) >= 4);  // back at every 2 s ± 20 %
  world.set_status("a", ChannelStatus::stopped);
  world.run_for(2500ms);
  CHECK(world.state() == PlayerState::stopped);
  CHECK(world.undisturbed());
}

TEST_CASE("a status service that answers 410 stops nothing, and its later documents count") {
  World world;
  world.run_for(12s);
  world.status_service_answers(410).lasting(60s);
  world.run_for(60s);
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
  CHECK(world.count(EventType::stopped) == 0);
  CHECK(world.count(EventType::error) == 0);
  world.run_for(35s);  // a failing service is asked at least every 30 s
  world.set_status("a", ChannelStatus::stopped);
  world.run_for(3s);
  CHECK(world.state() == PlayerState::stopped);
}

TEST_CASE("losing the segments alone is suspected as fast as losing everything") {
  // Playlists that go on as if nothing were must not lengthen it.
  for (const int code : {404, 503}) {
    for (Duration phase = 0ms; phase < 2s; phase += 200ms) {
      World world;
      world.run_for(12s + phase);
      const Instant fault = world.now();
      world.origin("a").fail_segments(code);
      world.run_for(20s);
      const auto intents = world.events(EventType::intent_to_fallback);
      REQUIRE(!intents.empty());
      INFO("status " << code << ", phase " << to_ms(phase));
      // The next segment is listed within its own length and a reload; then the request, a quick retry and a round
      // trip.
      CHECK(intents.front().at - fault <= 2s + 1s + 210ms + 200ms);
      check_unseen_switch(world);
    }
  }
}

TEST_CASE("a dead group is asked no more in the tenth minute than in the second, whatever is wrong with it") {
  const std::function<void(world::Origin&)> faults[] = {
      [](world::Origin& o) { o.refuse(); },           [](world::Origin& o) { o.lose_name(); },
      [](world::Origin& o) { o.drop_packets(); },     [](world::Origin& o) { o.black_hole(); },
      [](world::Origin& o) { o.answer_all(404); },    [](world::Origin& o) { o.answer_all(503); },
      [](world::Origin& o) { o.fail_segments(404); }, [](world::Origin& o) { o.go_stale(); },
      [](world::Origin& o) { o.empty_window(); },
  };
  int which = 0;
  for (const auto& fault : faults) {
    World world;
    world.run_for(12s);
    for (const char* name : {"a", "b"}) fault(world.origin(name));
    world.run_for(2min);
    INFO("fault " << which++);
    std::map<std::string, std::size_t> second;
    for (const char* name : {"a", "b"}) second[name] = world.requests_to(name, 1min);
    world.run_for(8min);
    for (const char* name : {"a", "b"}) {
      CHECK(world.requests_to(name, 1min) <= 90);                 // a reload a second, and a probe
      CHECK(world.requests_to(name, 1min) <= second[name] + 20);  // jitter, no growth
      CHECK(world.requests_to(name, 1min) >= 1);                  // it is asked for ever
    }
    CHECK(world.requests_to("status", 1min) < 40);
  }
}

}  // namespace understudy
