// Failures that other players had and fixed, 2: playlists that are answered and bring nothing. See README.md for the
// table.
#include "scenario.h"

namespace understudy {

namespace {

void check_unseen_switch(World& world) {
  CHECK(world.on_screen() == "b");
  CHECK(world.count(EventType::switched) == 1);
  CHECK(world.undisturbed());
}

}  // namespace

TEST_CASE("a frozen playlist is as stale with other bytes and another ETag at every request") {
  // Other comments, other white space, another ETag: a player that compares texts or ETags sees news. No new segment is
  // none.
  for (Duration phase = 0ms; phase < 2s; phase += 200ms) {
    std::vector<Instant> suspected;
    for (const bool rewritten : {false, true}) {
      World world;
      if (rewritten) world.origin("a").rewrite_playlists();
      world.run_for(12s + phase);
      CHECK(world.count(EventType::intent_to_fallback) == 0);
      world.origin("a").go_stale();
      world.run_for(30s);
      INFO("phase " << to_ms(phase) << (rewritten ? ", rewritten" : ""));
      check_unseen_switch(world);
      CHECK(world.switch_reasons() == std::vector{Reason::playlist_stale});
      REQUIRE(world.count(EventType::intent_to_fallback) == 1);
      suspected.push_back(world.events(EventType::intent_to_fallback).front().at);
    }
    // Just as stale, just as soon: a few bytes more take no time to speak of.
    REQUIRE(suspected.size() == 2);
    CHECK(suspected[1] - suspected[0] < 50ms);
    CHECK(suspected[0] - suspected[1] < 50ms);
  }
}

TEST_CASE("a playlist that is rewritten at every request and lists new segments is healthy") {
  World world;
  world.origin("a").rewrite_playlists();
  world.run_for(120s);
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
  CHECK(world.count(EventType::intent_to_fallback) == 0);
  CHECK(world.requests_to("a", 100s) <=
        110);  // a reload and a segment in two seconds: news in the bytes alone do not hurry it
}

TEST_CASE("a stale playlist that is rewritten and goes on before the commit is not left") {
  // FAILOVER.md 3: the whole next segment before the commit cancels it.
  for (Duration phase = 0ms; phase < 2s; phase += 200ms) {
    World world;
    world.origin("a").rewrite_playlists();
    world.run_for(12s + phase);
    world.origin("a").go_stale().lasting(2500ms);
    world.run_for(30s);
    INFO("phase " << to_ms(phase));
    CHECK(world.on_screen() == "a");
    CHECK(world.count(EventType::committed) == 0);
    CHECK(world.undisturbed());
  }
}

TEST_CASE("a media sequence that goes back shows nothing twice") {
  // A lagging packager or cache takes over. What it lists was played already; whether it catches up in time or not, the
  // picture is one.
  for (const int segments : {1, 2, 3, 5, 20}) {
    World world;
    world.run_for(12s);
    world.origin("a").go_back(segments);
    world.run_for(40s);
    INFO("back by " << segments);
    CHECK(world.undisturbed());
    CHECK(world.picture_moves());
    CHECK(world.count(EventType::switched) <= 1);
    if (segments >= 5) CHECK(world.on_screen() == "b");  // ten seconds of content are more than the buffer holds
  }
}

TEST_CASE("a playlist that goes back for a moment is no reason to switch") {
  // Two edges behind one name, one of them older: every second answer may be the old one.
  for (Duration phase = 0ms; phase < 2s; phase += 200ms) {
    World world;
    world.run_for(12s + phase);
    for (int i = 0; i < 10; ++i) world.origin("a").go_back(3).after(i * 4s).lasting(700ms);
    world.run_for(60s);
    INFO("phase " << to_ms(phase));
    CHECK(world.on_screen() == "a");
    CHECK(world.undisturbed());
    CHECK(world.count(EventType::intent_to_fallback) == 0);  // what is known stays known
    CHECK(world.count(EventType::committed) == 0);
  }
}

TEST_CASE("a playlist that lists nothing any more is a loss") {
  // FAILOVER.md 3: a list without news is stale, however it is written.
  for (Duration phase = 0ms; phase < 2s; phase += 200ms) {
    World world;
    world.run_for(12s + phase);
    world.origin("a").empty_window();
    world.run_for(30s);
    INFO("phase " << to_ms(phase));
    check_unseen_switch(world);
  }
}

TEST_CASE("a playlist that lists nothing for a moment is no reason for a wrong picture") {
  // FAILOVER.md 3: what was fetched is shown, and the next segment cancels the loss.
  for (Duration phase = 0ms; phase < 2s; phase += 200ms) {
    World world;
    world.run_for(12s + phase);
    world.origin("a").empty_window().lasting(1500ms);
    world.run_for(30s);
    INFO("phase " << to_ms(phase));
    CHECK(world.undisturbed());
    CHECK(world.picture_moves());
    CHECK(world.count(EventType::switched) <= 1);
  }
}

TEST_CASE("a discontinuity sequence that jumps is no reason for a wrong picture") {
  // FAILOVER.md 7: every discontinuity re-anchors the alignment.
  for (Duration phase = 0ms; phase < 2s; phase += 200ms) {
    World world;
    world.run_for(12s + phase);
    world.origin("a").jump_discontinuity_sequence();
    world.run_for(30s);
    INFO("phase " << to_ms(phase));
    CHECK(world.undisturbed());
    CHECK(world.picture_moves());
    CHECK(world.count(EventType::switched) <= 1);
  }
}

TEST_CASE("an encoder that begins anew while its fallback is on air is returned to without a trace") {
  // The list that is remembered from before the failure is of no use: sequence numbers, names and PTS start over.
  for (Duration phase = 0ms; phase < 2s; phase += 400ms) {
    World world;
    world.policy().recovery = Recovery::primary_preferred;
    world.run_for(12s + phase);
    world.origin("a").refuse().lasting(20s);
    world.origin("a").restart().after(18s);
    world.run_for(25s);
    CHECK(world.on_screen() == "b");
    world.run_for(60s);
    INFO("phase " << to_ms(phase));
    CHECK(world.on_screen() == "a");
    CHECK(world.undisturbed());
  }
}

TEST_CASE("a channel that restarts its encoder after a stop is loaded and shown again without a command") {
  World world;
  world.run_for(12s);
  world.origin("a").end_list();
  world.set_status("a", ChannelStatus::stopped);
  world.run_for(30s);
  CHECK(world.state() == PlayerState::stopped);
  world.origin("a").restart();
  world.run_for(6s);  // an encoder has something to list before its channel is called playing
  world.set_status("a", ChannelStatus::playing);
  world.run_for(14s);  // slow polling: five times the interval
  CHECK(world.on_screen() == "a");
  CHECK(world.state() == PlayerState::playing);
  CHECK(world.count(EventType::started) == 2);
  CHECK(world.picture_moves());
}

}  // namespace understudy
