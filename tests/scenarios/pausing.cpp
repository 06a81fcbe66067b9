// FAILOVER.md 3 and 4: a paused viewer.
#include "scenario.h"

namespace understudy {

TEST_CASE("a paused viewer is neither hedged nor switched when the primary fails") {
  World world;
  world.run_for(12s);
  world.pause(true);
  world.run_for(1s);
  world.origin("a").refuse();
  world.run_for(30s);
  CHECK(world.state() == PlayerState::paused);
  CHECK(world.on_screen() == "a");
  CHECK(world.count(EventType::hedge_started) == 0);
  CHECK(world.count(EventType::committed) == 0);
  // Resuming plays what is there and then goes over.
  world.pause(false);
  world.run_for(20s);
  CHECK(world.on_screen() == "b");
  CHECK(world.picture_moves());
}

TEST_CASE("a short pause goes on where it was") {
  // FAILOVER.md 3: within the window the position is kept.
  World world;
  world.run_for(12s);
  world.pause(true);
  world.run_for(3s);
  world.pause(false);
  world.run_for(20s);
  CHECK(world.seen().lost() == 0);
  CHECK(world.seen().repeated() == 0);
  CHECK(world.count(EventType::intent_to_fallback) == 0);
}

TEST_CASE("a long pause outside the window goes on at the live edge") {
  World world;
  world.run_for(12s);
  world.pause(true);
  world.run_for(120s);
  CHECK(world.requests_to("b", 120s) == 0);
  world.pause(false);
  world.run_for(10s);
  CHECK(world.on_screen() == "a");
  CHECK(world.picture_moves());
  // As at the start, and the playlist that is at hand may be a reload interval old.
  CHECK(world.live_offset() < 11s);
  CHECK(world.count(EventType::committed) == 0);
  CHECK(world.count(EventType::intent_to_fallback) == 0);
}

TEST_CASE("a paused viewer loads half a minute ahead, and nothing after that") {
  // FAILOVER.md 12.11: what is loaded behind that would be kept for nobody; he goes on at the live edge (3).
  for (const Standby standby : {Standby::cold, Standby::hot}) {
    World world;
    world.policy().standby = standby;
    world.run_for(30s);
    world.pause(true);
    world.run_for(60s);
    const std::uint64_t media = world.session().media_bytes();
    const std::uint64_t waiting = world.session().standby_use()[static_cast<std::size_t>(standby)].bytes;
    world.run_for(600s);
    CHECK(world.session().media_bytes() == media);
    CHECK(world.session().standby_use()[static_cast<std::size_t>(standby)].bytes < waiting + 1'000'000);  // its list
    world.pause(false);
    world.run_for(20s);
    CHECK(world.picture_moves());
    CHECK(world.live_offset() < 11s);
  }
}

TEST_CASE("a pause during a switch survives it") {
  // FAILOVER.md 4: pause is the viewer's and survives a switch.
  for (Duration d = 0ms; d < 8s; d += 200ms) {
    World world;
    world.run_for(12s);
    world.origin("a").refuse();
    world.run_for(d);
    world.pause(true);
    world.run_for(5s);
    CHECK(world.state() == PlayerState::paused);
    CHECK_FALSE(world.picture_moves());
    world.pause(false);
    world.run_for(20s);
    INFO("paused " << to_ms(d) << " ms after the failure");
    CHECK(world.on_screen() == "b");
    CHECK(world.picture_moves());
    CHECK(world.seen().lost() == 0);
  }
}

TEST_CASE("a standby that is made cold is left in peace also while the viewer pauses") {
  // FAILOVER.md 4: settings changed mid-play take effect at the next decision; 6: from who waits cold nothing is fetched.
  World world;
  world.policy().standby = Standby::hot;
  world.run_for(20s);
  world.pause(true);
  world.run_for(1s);
  world.edit_document([](status::StatusDocument& d) { d.policy.standby = Standby::cold; });
  world.run_for(30s);
  CHECK(world.requests_to("b", 25s) == 0);
}

TEST_CASE("a primary that is not preferred any more is left in peace also while the viewer pauses") {
  // FAILOVER.md 4: settings changed mid-play take effect at the next decision; 6: from who waits cold nothing is fetched.
  World world;
  world.policy().recovery = Recovery::primary_preferred;
  world.policy().clear_ms = 300000;
  world.policy().standby = Standby::cold;
  world.run_for(12s);
  world.origin("a").refuse().lasting(10s);
  world.run_for(100s);
  CHECK(world.on_screen() == "b");
  CHECK(world.requests_to("a", 20s) > 0);
  world.pause(true);
  world.run_for(1s);
  world.edit_document([](status::StatusDocument& d) { d.policy.recovery = Recovery::current_preferred; });
  world.run_for(30s);
  CHECK(world.requests_to("a", 25s) == 0);
}

TEST_CASE("a viewer resumes by the list that there is then, though it went back") {
  // FAILOVER.md 12.4: somebody delivers, so something is on screen. Where playback begins was told by the list from before.
  for (const int segments : {5, 18, 40}) {
    World world;
    world.network().set_latency(134ms);
    world.run_for(12s);
    world.pause(true);
    world.run_for(45s);
    world.origin("a").go_back(segments);
    world.pause(false);
    world.run_for(5s);
    INFO("back by " << segments);
    CHECK(world.picture_moves());
  }
}

TEST_CASE("a stop reaches a paused viewer") {
  // FAILOVER.md 4: a stopped primary stops the player, whatever it shows.
  World world;
  world.run_for(12s);
  world.pause(true);
  world.run_for(5s);
  world.set_status("a", ChannelStatus::stopped);
  world.run_for(3s);
  CHECK(world.state() == PlayerState::stopped);
}

TEST_CASE("a manual switch while paused waits until the viewer goes on") {
  // FAILOVER.md 4: a paused viewer is not switched into playback.
  World world;
  world.run_for(12s);
  world.pause(true);
  world.run_for(1s);
  world.switch_to("b");
  world.run_for(2s);
  CHECK(world.count(EventType::committed) == 0);
  world.pause(false);
  world.run_for(10s);
  CHECK(world.on_screen() == "b");
}

TEST_CASE("a viewer who resumes far behind goes on although the status says otherwise by then") {
  // FAILOVER.md 1: media decides about switching, status about stopping. 12.4: somebody delivers, so something is on screen.
  World world;
  world.run_for(12s);
  world.pause(true);
  world.set_status("a", ChannelStatus::starting).after(5s);
  world.run_for(60s);
  world.pause(false);
  world.run_for(10s);
  CHECK(world.on_screen() == "a");
  CHECK(world.picture_moves());
  CHECK(world.count(EventType::pre_live) == 0);
}

TEST_CASE("a viewer who resumes while the source answers no playlist is not shown what was live before the pause") {
  // FAILOVER.md 3: resuming outside the window jumps to the live edge, and an old list does not tell where that is.
  World world;
  world.run_for(12s);
  world.pause(true);
  world.run_for(34s);
  world.origin("a").fail_playlists(404).lasting(1s);
  world.run_for(0ms);
  world.pause(false);
  while (world.count(EventType::started) < 2) world.run_for(20ms);
  CHECK(world.live_offset() < 11s);
}

TEST_CASE("a pause before the first frame holds it") {
  // FAILOVER.md 4: pause is the viewer's state, whenever it was asked for.
  World world;
  world.run_for(100ms);
  world.pause(true);
  world.run_for(10s);
  world.pause(false);
  world.run_for(10s);
  CHECK(world.on_screen() == "a");
  CHECK(world.picture_moves());
}

TEST_CASE("a pause before the first frame, or before that of a switch, does not begin the viewing anew") {
  // FAILOVER.md 3: resuming outside the window jumps to the live edge. Nothing was shown yet of the source whose window that is.
  for (int ms = 20; ms < 400; ms += 20) {
    World world;
    world.policy().target_live_offset_ms = 60'000;  // all that the window has
    world.run_for(from_ms(ms));
    world.pause(true);
    world.pause(false);
    world.run_for(10s);
    INFO("paused after " << ms << " ms");
    CHECK(world.count(EventType::started) == 1);
    CHECK(world.undisturbed());
  }
  World world;
  world.policy().target_live_offset_ms = 60'000;
  world.origin("b").settings().segment = 1s;
  world.origin("b").settings().window = 12;
  world.run_for(30s);
  world.switch_to("b");
  for (int i = 0; i < 2000 && world.count(EventType::committed) == 0; ++i) world.run_for(1ms);
  REQUIRE(world.count(EventType::switched) == 0);
  world.pause(true);
  world.pause(false);
  world.run_for(20s);
  CHECK(world.on_screen() == "b");
  CHECK(world.count(EventType::started) == 1);
}

TEST_CASE("a long pause within a switch goes on at the live edge of the one that is switched to") {
  // FAILOVER.md 3: what follows on what it had by then is gone, and 12.6: that is no evidence against it.
  for (const bool lacks : {false, true}) {
    World world;
    world.run_for(30s);
    world.switch_to("b");
    for (int i = 0; i < 2000 && world.count(EventType::committed) == 0; ++i) world.run_for(1ms);
    REQUIRE(world.count(EventType::switched) == 0);
    if (lacks) world.origin("b").lose_segments(3);
    world.pause(true);
    world.run_for(120s);
    world.pause(false);
    world.run_for(20s);
    CHECK(world.on_screen() == "b");
    CHECK(world.picture_moves());
    CHECK(world.live_offset() < 11s);
    CHECK(world.count(EventType::committed) == 1);
  }
}

TEST_CASE("a candidate whose window moved on during a pause is loaded anew") {
  // FAILOVER.md 12.4: what it had before the pause ends at a hole over which nobody gets.
  World world;
  for (const char* name : {"a", "b"}) world.origin(name).settings().window = 12;
  world.policy().target_live_offset_ms = 14000;
  world.run_for(30s);
  world.origin("a").slow_first_byte(19s);
  while (world.count(EventType::hedge_started) == 0 && world.count(EventType::switched) == 0) world.run_for(200ms);
  world.run_for(1s);
  REQUIRE(world.count(EventType::switched) == 0);
  world.pause(true);
  world.run_for(47s);
  world.pause(false);
  world.run_for(40s);
  CHECK(world.picture_moves());
}

}  // namespace understudy
