// Failures that other players had and fixed, 3: what a switch carries over, and what it must not. See README.md for the
// table.
#include "scenario.h"

namespace understudy {

namespace {

/// A source is shown, then its successor, never one among the other's pictures.
int changes_of_source(World& world, Instant since) {
  int changes = 0;
  const auto& shown = world.seen().shown();
  for (std::size_t i = 1; i < shown.size(); ++i)
    if (shown[i].at >= since && shown[i].source != shown[i - 1].source) ++changes;
  return changes;
}

const std::function<void(world::Origin&)> kFaults[] = {
    [](world::Origin& o) { o.refuse(); },           [](world::Origin& o) { o.black_hole(); },
    [](world::Origin& o) { o.fail_segments(404); }, [](world::Origin& o) { o.answer_all(503); },
    [](world::Origin& o) { o.trickle(50'000); },    [](world::Origin& o) { o.go_stale(); },
    [](world::Origin& o) { o.reset_bodies(40); },   [](world::Origin& o) { o.corrupt_segments(100); },
    [](world::Origin& o) { o.end_list(); },         [](world::Origin& o) { o.drop_packets(); },
};

}  // namespace

TEST_CASE("a new source is not blamed for the stall of the old one") {
  // A watchdog that keeps its readings over the switch leaves the new source at once: round and round through the
  // group.
  int which = 0;
  for (const auto& fault : kFaults) {
    World world;
    world.add_fallback("c");
    world.run_for(12s);
    fault(world.origin("a"));
    world.run_for(90s);
    INFO("fault " << which++);
    CHECK(world.on_screen() == "b");
    CHECK(world.count(EventType::switched) == 1);
    for (const Event& e : world.events(EventType::health_changed)) CHECK(world.name_of(e.source) == "a");
    for (const Event& e : world.events(EventType::intent_to_fallback)) CHECK(world.name_of(e.from) == "a");
  }
}

TEST_CASE("a source that was entered after a long stall is not blamed for it") {
  // The fallback is dead too for a while, so there is a real gap on screen; whoever ends it begins with a clean record.
  for (const Duration gap : {9s, 15s, 40s}) {
    World world;
    world.add_fallback("c");
    world.run_for(12s);
    world.origin("a").black_hole();
    world.origin("b").black_hole().lasting(gap);
    world.origin("c").black_hole();
    world.run_for(gap + 20s);
    INFO("gap of " << to_ms(gap));
    CHECK(world.on_screen() == "b");
    const std::size_t switches = world.count(EventType::switched);
    const Instant since = world.now();
    world.run_for(60s);
    CHECK(world.on_screen() == "b");
    CHECK(world.picture_moves());
    CHECK(world.count(EventType::switched) == switches);
    CHECK(changes_of_source(world, since) == 0);
  }
}

TEST_CASE("an error and a stall in the same moment are one loss and one switch") {
  // Two timers that race: the time-out of a request, and the error that ends it. Swept so that they fall together.
  for (Duration d = 0ms; d < 4s; d += 20ms) {
    World world;
    world.run_for(12s);
    world.origin("a").black_hole();
    world.origin("a").refuse().after(d);
    const Instant fault = world.now();
    world.run_for(30s);
    INFO("refused " << to_ms(d) << " ms after it fell silent");
    CHECK(world.on_screen() == "b");
    CHECK(world.undisturbed());
    CHECK(world.count(EventType::switched) == 1);
    CHECK(world.count(EventType::intent_to_fallback) == 1);
    CHECK(changes_of_source(world, fault) == 1);
  }
}

TEST_CASE("two racing timers do not spend the retries of a request twice") {
  // Until it is left, a failing source is asked by the schedule of its retries, however many clocks notice the failure.
  for (Duration d = 0ms; d < 4s; d += 100ms) {
    World world;
    world.edit_document([](status::StatusDocument& document) { document.members.clear(); });
    world.run_for(12s);
    const std::size_t before = world.requests_to("a", 12s);
    CHECK(before > 0);
    world.origin("a").black_hole();
    world.origin("a").refuse().after(d);
    world.run_for(d + 5s);
    INFO("refused " << to_ms(d) << " ms after it fell silent");
    // Two kinds of requests (playlist, segment), a quick retry each and then no more than one in 400 ms.
    CHECK(world.requests_to("a", 5s) <= 2 * (2 + 5000 / 400));
  }
}

TEST_CASE("answers to requests of the source that was left change nothing for the one that is shown") {
  // Cancelled requests answer nevertheless, late, with errors and with media: each belongs to an epoch that is over.
  for (const int code : {200, 404, 403, 503}) {
    for (Duration late = 500ms; late <= 8s; late += 1500ms) {
      World world;
      world.add_fallback("c");
      world.keep_cancelled_answers();
      world.run_for(12s);
      world.origin("a").slow_first_byte(late);
      if (code != 200) world.origin("a").answer_all(code).after(2s);
      world.run_for(4s);
      world.switch_to("b");
      world.run_for(60s);
      INFO("status " << code << ", late by " << to_ms(late));
      CHECK(world.on_screen() == "b");
      CHECK(world.undisturbed());
      CHECK(world.count(EventType::switched) == 1);
      for (const Event& e : world.events(EventType::intent_to_fallback)) CHECK(world.name_of(e.from) == "a");
    }
  }
}

TEST_CASE("the old source ends with the switch: none of its pictures comes after, and nothing more is asked of it") {
  // FAILOVER.md 12.10: nothing asked for before a switch acts after it.
  for (Duration phase = 0ms; phase < 2s; phase += 200ms) {
    World world;
    world.policy().standby = Standby::cold;
    world.run_for(12s + phase);
    const Instant since = world.now();
    world.switch_to("b");
    world.run_for(8s);
    INFO("phase " << to_ms(phase));
    REQUIRE(world.count(EventType::switched) == 1);
    CHECK(changes_of_source(world, since) == 1);
    world.run_for(60s);
    CHECK(changes_of_source(world, since) == 1);
    CHECK(world.requests_to("a", 55s) == 0);
    CHECK(world.undisturbed());
  }
}

TEST_CASE("every switch tells that the new source is ready and that it is shown, once and in this order") {
  int which = 0;
  for (const auto& fault : kFaults) {
    World world;
    world.run_for(12s);
    fault(world.origin("a"));
    world.run_for(30s);
    world.switch_to("b");
    INFO("fault " << which++);
    std::vector<EventType> order;
    for (const Event& e : world.seen().events()) {
      const bool told =
          e.type == EventType::committed || e.type == EventType::source_ready || e.type == EventType::switched;
      if (!told || e.at < world.events(EventType::committed).front().at) continue;
      order.push_back(e.type);
      CHECK(world.name_of(e.source) == "b");
      CHECK(e.reason == world.switch_reasons().front());
    }
    CHECK(order == std::vector{EventType::committed, EventType::source_ready, EventType::switched});
    // The picture that the event speaks of is on screen when it is told, neither before nor after.
    const auto& shown = world.seen().shown();
    const auto first =
        std::find_if(shown.begin(), shown.end(), [&](const auto& s) { return world.name_of(s.source) == "b"; });
    REQUIRE(first != shown.end());
    CHECK(world.events(EventType::switched).front().at == first->at);
  }
}

TEST_CASE("every beginning tells that it started and whose picture it is") {
  // After the card, after a stop, after a minute without network: an app that waits for the event waits for ever
  // without it.
  World world;
  world.run_for(12s);
  for (const char* name : {"a", "b"}) world.origin(name).refuse().lasting(30s);
  world.run_for(60s);
  CHECK(world.count(EventType::pre_live) == 1);
  CHECK(world.count(EventType::started) == 2);
  world.set_status("a", ChannelStatus::stopped);
  world.run_for(10s);
  world.set_status("a", ChannelStatus::playing);
  world.run_for(20s);
  CHECK(world.count(EventType::started) == 3);
  CHECK(world.count(EventType::source_ready) == 3 + world.count(EventType::switched));
  for (const Event& e : world.events(EventType::started)) {
    const auto& shown = world.seen().shown();
    const auto picture = std::find_if(shown.begin(), shown.end(), [&](const auto& s) { return s.at == e.at; });
    REQUIRE(picture != shown.end());
    REQUIRE(e.source);
    CHECK(picture->source == *e.source);
  }
  CHECK(world.picture_moves());
}

TEST_CASE("after every switch the picture moves with the clock") {
  // A position that advances over a frozen picture passes for playing everywhere but on the screen.
  int which = 0;
  for (const auto& fault : kFaults) {
    World world;
    world.run_for(12s);
    fault(world.origin("a"));
    world.run_for(30s);
    INFO("fault " << which++);
    const auto& shown = world.seen().shown();
    REQUIRE(shown.size() > 500);
    for (std::size_t i = shown.size() - 500; i < shown.size(); ++i) {
      const bool next = shown[i].frame == shown[i - 1].frame + 1;
      const bool in_time = shown[i].at - shown[i - 1].at < 2 * world::kFrame;
      if (next && in_time) continue;
      CHECK(next);
      CHECK(in_time);
    }
    const Duration behind = world.wall().time_since_epoch() - shown.back().frame * world::kFrame;
    CHECK(behind - world.live_offset() < 100ms);  // what is told of the position is what is shown
    CHECK(world.live_offset() - behind < 100ms);
  }
}

TEST_CASE("a viewer who was playing plays on after every change, without a command") {
  // "Autoplay" is a state of the viewer: a switch, a return and a restart keep it.
  World world;
  world.run_for(12s);
  for (int i = 0; i < 4; ++i) {
    world.origin(world.on_screen()).refuse().lasting(10s);
    world.run_for(20s);
    CHECK(world.state() == PlayerState::playing);
    CHECK(world.picture_moves());
  }
  for (const char* name : {"a", "b"}) world.origin(name).refuse().lasting(20s);
  world.run_for(50s);
  CHECK(world.state() == PlayerState::playing);
  CHECK(world.picture_moves());
}

TEST_CASE("a viewer who paused stays paused through every change, and plays on at a command") {
  for (const bool stopped : {false, true}) {
    World world;
    world.run_for(12s);
    world.origin("a").refuse().lasting(40s);
    world.run_for(3s);
    world.pause(true);
    world.run_for(1s);
    const std::size_t pictures = world.seen().shown().size();
    if (stopped) {
      world.set_status("a", ChannelStatus::stopped);
      world.run_for(30s);
      CHECK(world.state() == PlayerState::stopped);
      world.set_status("a", ChannelStatus::playing);
    }
    world.run_for(60s);
    INFO((stopped ? "across a stop" : "across a failure"));
    CHECK(world.state() == PlayerState::paused);
    CHECK(world.seen().shown().size() <= pictures + 1);  // the first picture of a restart may stand there
    world.pause(false);
    world.run_for(15s);
    CHECK(world.state() == PlayerState::playing);
    CHECK(world.picture_moves());
    CHECK(world.live_offset() < 12s);
  }
}

TEST_CASE("a storm of switch commands during an outage ends on whoever delivers") {
  // FAILOVER.md 3: a dead candidate is never switched to, so the commands leave who delivers.
  for (int step = 400; step < 1000; step += 110) {
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

TEST_CASE("a storm of pause commands ends in the last one") {
  // FAILOVER.md 4: the last command is what the viewer wants.
  for (const bool last : {true, false}) {
    World world;
    world.run_for(12s);
    world.origin("a").refuse().after(1s);
    for (int i = 0; i < 100; ++i) {
      world.pause(i % 2 == 0);
      world.run_for(from_ms(10 + i));
    }
    world.pause(last);
    world.run_for(20s);
    CHECK(world.state() == (last ? PlayerState::paused : PlayerState::playing));
    CHECK(world.picture_moves() == !last);
    CHECK(world.seen().repeated() == 0);
  }
}

TEST_CASE("a first fallback with the same fault makes room for the second") {
  // What fells the one fells the other: the same rack, the same network, the same encoder's feed.
  const std::function<void(world::Origin&)> outright[] = {
      [](world::Origin& o) { o.refuse(); },
      [](world::Origin& o) { o.fail_segments(404); },
      [](world::Origin& o) { o.answer_all(503); },
      [](world::Origin& o) { o.end_list(); },
  };
  for (const bool same_url : {false, true}) {  // or both names lead to one and the same source, which no one noticed
    int which = 0;
    for (const auto& fault : outright) {
      World world;
      world.add_fallback("c");
      if (same_url) world.edit_document([](status::StatusDocument& d) { d.members[0].playout.hls = d.playout.hls; });
      world.run_for(12s);
      fault(world.origin("a"));
      fault(world.origin("b"));
      world.run_for(40s);
      INFO("fault " << which++ << (same_url ? ", one URL" : ""));
      CHECK(world.on_screen() == "c");
      CHECK(world.undisturbed());
      CHECK(world.count(EventType::switched) == 1);
    }
  }
}

TEST_CASE("a first fallback that is silent or stale like the primary makes room for the second") {
  // FAILOVER.md 3: the candidate must be able and have delivered; else the next by priority.
  const std::function<void(world::Origin&)> quiet[] = {[](world::Origin& o) { o.black_hole(); },
                                                       [](world::Origin& o) { o.drop_packets(); },
                                                       [](world::Origin& o) { o.go_stale(); }};
  int which = 0;
  for (const auto& fault : quiet) {
    World world;
    world.add_fallback("c");
    world.run_for(12s);
    fault(world.origin("a"));
    fault(world.origin("b"));
    world.run_for(20s);
    INFO("fault " << which++);
    CHECK(world.on_screen() == "c");
    world.run_for(40s);
    CHECK(world.on_screen() == "c");
    CHECK(world.picture_moves());
    CHECK(world.seen().repeated() == 0);
  }
}

TEST_CASE("two members that trickle are no congestion while a third delivers") {
  // FAILOVER.md 3: congestion is when all are slow; one that is fast shows that it is the sources.
  World world;
  world.add_fallback("c");
  world.run_for(12s);
  for (const char* name : {"a", "b"}) world.origin(name).trickle(50'000);
  world.run_for(60s);
  CHECK(world.on_screen() == "c");
  CHECK(world.picture_moves());
}

}  // namespace understudy
