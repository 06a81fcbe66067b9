// FAILOVER.md 2: joining, and how far behind live.
#include "scenario.h"

namespace understudy {

TEST_CASE("a healthy channel plays without a switch, a stall or a lost frame") {
  World world;
  world.run_for(60s);
  CHECK(world.on_screen() == "a");
  CHECK(world.state() == PlayerState::playing);
  CHECK(world.undisturbed());
  CHECK(world.count(EventType::started) == 1);
  CHECK(world.count(EventType::intent_to_fallback) == 0);
  CHECK(world.count(EventType::hedge_started) == 0);
  // 2.4: three target durations behind the live edge of the playlist, which itself is up to a segment old.
  CHECK(world.live_offset() > 6s);
  CHECK(world.live_offset() < 9s);
}

TEST_CASE("a packager that publishes late by up to half a segment is healthy") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    World world;
    world.config.seed = seed;
    world.origin("a").settings().jitter = 900ms;
    world.origin("a").settings().publish_delay = Duration(seed * 100'000'000);  // every phase of the reloads
    world.run_for(120s);
    INFO("seed " << seed);
    CHECK(world.on_screen() == "a");
    CHECK(world.undisturbed());
    CHECK(world.count(EventType::switched) == 0);
    CHECK(world.count(EventType::hedge_started) == 0);
    CHECK(world.count(EventType::intent_to_fallback) == 0);
  }
}

TEST_CASE("a channel that offers nothing that can be played shows its card, and plays when it does") {
  World world;
  std::string url;
  world.edit_document([&](status::StatusDocument& d) { url = std::exchange(d.playout.hls, ""); });
  world.run_for(10s);
  CHECK(world.state() == PlayerState::pre_live);
  CHECK(world.on_screen().empty());
  world.edit_document([&](status::StatusDocument& d) { d.playout.hls = url; });
  world.run_for(10s);
  CHECK(world.on_screen() == "a");
  CHECK(world.count(EventType::started) == 1);
}

TEST_CASE("a channel that has not started shows its announcement and starts by itself within one poll") {
  World world;
  world.set_status("a", ChannelStatus::starting);
  world.edit_document([](status::StatusDocument& d) { d.prelive.announcement = "Back at eight."; });
  world.run_for(10s);
  CHECK(world.state() == PlayerState::pre_live);
  CHECK(world.card() == Card::Kind::pre_live);
  CHECK(world.announcement() == "Back at eight.");
  CHECK(world.on_screen().empty());
  world.set_status("a", ChannelStatus::playing);
  // A poll is at most 1.2 × 2 s away (10), then a multivariant and a media playlist and the first frames.
  world.run_for(3s);
  CHECK(world.on_screen() == "a");
}

TEST_CASE("the default announcement is shown where the channel has none") {
  // FAILOVER.md 2.2: the announcement has a default.
  World world;
  world.set_status("a", ChannelStatus::scheduled);
  world.run_for(3s);
  CHECK(world.announcement() == "The live stream has not started yet.");
}

TEST_CASE("a playing fallback does not start a channel that has not started") {
  // 2.2: pre-live holds also when the fallback is already playing.
  World world;
  world.set_status("a", ChannelStatus::waiting);
  world.run_for(20s);
  CHECK(world.state() == PlayerState::pre_live);
  CHECK(world.requests_to("b", 20s) == 0);
}

TEST_CASE("a channel that is stopped when the viewer joins has not started yet") {
  // FAILOVER.md 2.2: anything but `playing` is pre-live for who has seen nothing yet.
  World world;
  world.set_status("a", ChannelStatus::stopped);
  world.run_for(10s);
  CHECK(world.state() == PlayerState::pre_live);
  CHECK(world.count(EventType::stopped) == 0);
  world.set_status("a", ChannelStatus::playing);
  world.run_for(3s);
  CHECK(world.on_screen() == "a");
}

TEST_CASE("with startOnFallback a playing fallback is shown until it fails") {
  World world;
  world.policy().start_on_fallback = true;
  world.set_status("a", ChannelStatus::waiting);
  world.run_for(20s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
  // CURRENT_PREFERRED: the primary's start alone changes nothing (4).
  world.set_status("a", ChannelStatus::playing);
  world.run_for(20s);
  CHECK(world.on_screen() == "b");
}

TEST_CASE("a status that no version of ours knows means not available now") {
  // FAILOVER.md 1: an unknown status string means not available now.
  World world;
  world.set_status("a", ChannelStatus::unknown);
  world.run_for(10s);
  CHECK(world.state() == PlayerState::pre_live);
}

TEST_CASE("a primary that answers 404 at the start falls back after one quick retry") {
  // FAILOVER.md 2.3: a hard error falls back after one quick retry.
  World world;
  world.origin("a").answer_all(404);
  world.run_for(2s);
  CHECK(world.on_screen() == "b");
  CHECK(world.requests_to("a", 2s) <= 3);
  CHECK(world.count(EventType::offline) == 0);
}

TEST_CASE("a primary that refuses connections at the start falls back after one quick retry") {
  // FAILOVER.md 2.3: a hard error falls back after one quick retry.
  World world;
  world.origin("a").refuse();
  world.run_for(2s);
  CHECK(world.on_screen() == "b");
}

TEST_CASE("a primary that is silent at the start is hedged after two seconds and left after eight at the latest") {
  // FAILOVER.md 2.3: silence hedges at 2 s and commits at startupTimeoutMs.
  World world;
  world.origin("a").black_hole();
  world.run_for(1900ms);
  CHECK(world.count(EventType::hedge_started) == 0);
  world.run_for(500ms);
  CHECK(world.count(EventType::hedge_started) == 1);
  CHECK(world.on_screen().empty());
  world.run_for(6s);
  CHECK(world.on_screen() == "b");
  CHECK(world.count(EventType::offline) == 0);
}

TEST_CASE("a primary that is slow to start is neither called offline nor left when it comes in time") {
  // 2.3: the first byte takes 2.5 s, three requests in a row; the hedge began at 2 s and is cancelled.
  World world;
  world.origin("a").slow_first_byte(2400ms).lasting(5s);
  world.run_for(20s);
  CHECK(world.on_screen() == "a");
  CHECK(world.count(EventType::offline) == 0);
  CHECK(world.count(EventType::switched) == 0);
  CHECK(world.count(EventType::hedge_cancelled) == world.count(EventType::hedge_started));
}

TEST_CASE("a slow start without a fallback is waited for") {
  // FAILOVER.md 2.3: a slow start is never reported as offline.
  World world;
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.origin("a").slow_first_byte(2900ms).lasting(15s);
  world.run_for(25s);
  CHECK(world.on_screen() == "a");
  CHECK(world.count(EventType::offline) == 0);
}

TEST_CASE("an unknown id is told once and asked for slowly, and starts when it is created") {
  // FAILOVER.md 2.1: a typed error, and polling goes on slowly, for the id may be created later.
  World world;
  world.status_service_answers(404).lasting(60s);
  world.run_for(55s);
  CHECK(world.card() == Card::Kind::error);
  REQUIRE(world.count(EventType::error) == 1);
  CHECK(world.events(EventType::error).front().error->code == ErrorCode::unknown_id);
  CHECK(world.requests_to("status", 55s) < 15);
  world.run_for(45s);
  CHECK(world.on_screen() == "a");
}

TEST_CASE("a denied id is told as such") {
  // FAILOVER.md 2.1: 401 and 403 are an error of their own.
  World world;
  world.status_service_answers(403);
  world.run_for(30s);
  REQUIRE(world.count(EventType::error) == 1);
  CHECK(world.events(EventType::error).front().error->code == ErrorCode::access_denied);
}

TEST_CASE("the last known document starts the player while the service is unreachable") {
  World world;
  world.config.last_known_document = status::to_json(world.service().document());
  world.status_service_down();
  world.run_for(30s);
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
  // And it brought the fallback with it.
  world.origin("a").refuse();
  world.run_for(20s);
  CHECK(world.on_screen() == "b");
  CHECK(world.seen().lost() == 0);
}

TEST_CASE("plain sources start the player while the service is unreachable") {
  World world;
  for (const char* name : {"a", "b"}) world.config.plain_sources.push_back({name, world.origin(name).publisher().url()});
  world.status_service_down().lasting(20s);
  world.run_for(15s);
  CHECK(world.on_screen() == "a");
  // The service comes back: its document is adopted without a break.
  world.run_for(30s);
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
}

TEST_CASE("plain sources need no service at all") {
  // FAILOVER.md 2.1: where the app gave plain URLs there is no status to wait for.
  World world;
  world.config.status_url.clear();
  for (const char* name : {"a", "b"}) world.config.plain_sources.push_back({name, world.origin(name).publisher().url()});
  world.run_for(20s);
  CHECK(world.on_screen() == "a");
  world.origin("a").refuse();
  world.run_for(20s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
  CHECK(world.requests_to("status", 40s) == 0);
}

TEST_CASE("an unreachable service with nothing to start from is asked again with back-off") {
  // FAILOVER.md 2.1: keep trying with back-off.
  World world;
  world.status_service_down().lasting(60s);
  world.run_for(60s);
  CHECK(world.state() == PlayerState::joining);
  CHECK(world.requests_to("status", 60s) < 25);
  world.run_for(40s);
  CHECK(world.on_screen() == "a");
}

TEST_CASE("a start behind a hole that is declared lost ends the hold") {
  // FAILOVER.md 4: the last picture is held for maxHoldMs, then the card is shown. Lateness alone is declared after lossThresholdMs.
  World world;
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.policy().loss_threshold_ms = 28'000;
  world.run_for(17s);
  world::Effect busy;
  busy.kind = world::Effect::Kind::status;
  busy.on = {loading::Purpose::segment};
  busy.status = 504;
  busy.retry_after = 34s;
  world.network().begin(std::make_shared<world::Effect>(busy), "a.test");
  world.run_for(45s);
  CHECK(world.state() == PlayerState::pre_live);
}

TEST_CASE("the policy's live offset overrides the playlist's") {
  // FAILOVER.md 2.4: targetLiveOffsetMs overrides what the playlist says.
  World world;
  world.policy().target_live_offset_ms = 4000;
  world.run_for(20s);
  CHECK(world.live_offset() > 4s);
  CHECK(world.live_offset() < 7s);
  CHECK(world.undisturbed());
}

TEST_CASE("a live offset that was changed counts for the next start") {
  // FAILOVER.md 4: settings that change take effect at the next decision.
  World world;
  world.policy().target_live_offset_ms = 10'000;
  world.run_for(20s);
  CHECK(world.live_offset() > 9s);
  world.policy().target_live_offset_ms = 4000;
  world.set_status("a", ChannelStatus::stopped);
  world.run_for(20s);
  world.set_status("a", ChannelStatus::playing);
  world.run_for(20s);
  CHECK(world.live_offset() > 4s);
  CHECK(world.live_offset() < 7s);
}

TEST_CASE("who begins with a list that has just begun is not kept that near to the live edge") {
  // FAILOVER.md 2.4: three target durations. Segments are shorter than the target duration, so reloads fall behind them by and by.
  World world;
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.origin("a").settings().segment = 3840ms;
  world.set_status("a", ChannelStatus::starting);
  world.run_for(10s);
  world.origin("a").restart();
  world.run_for(4s);
  world.set_status("a", ChannelStatus::playing);
  world.run_for(120s);  // its first stalls bring it where it should be
  const std::size_t before = world.count(EventType::stalled);
  world.run_for(300s);
  CHECK(world.picture_moves());
  CHECK(world.count(EventType::stalled) == before);
}

TEST_CASE("maxLiveOffsetMs caps what the playlist asks for") {
  const auto offset_with = [](std::int64_t cap_ms) {
    World world;
    world.origin("a").settings().segment = 6s;  // three of them are 18 s
    world.policy().max_live_offset_ms = cap_ms;
    world.run_for(30s);
    CHECK(world.undisturbed());
    return world.live_offset();
  };
  CHECK(offset_with(10'000) <= offset_with(60'000) - 6s);  // whole segments
}

}  // namespace understudy
