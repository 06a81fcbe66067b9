// FAILOVER.md 1 and 4: only a valid document stops a player, and then it stops.
#include <set>

#include "scenario.h"

namespace understudy {

namespace {
// 4: 1.2 × poll interval + the document's cache age (none here) + one request.
constexpr Duration kStopBound = 2400ms + 100ms;
}  // namespace

TEST_CASE("a stopped primary stops the player") {
  // FAILOVER.md 4: within 1.2 × poll interval + the document's cache age + one request; and nothing is asked for any more (12.11).
  World world;
  world.run_for(12s);
  world.set_status("a", ChannelStatus::stopped);
  world.run_for(kStopBound);
  CHECK(world.state() == PlayerState::stopped);
  CHECK(world.card() == Card::Kind::stopped);
  CHECK(world.on_screen().empty());
  REQUIRE(world.count(EventType::stopped) == 1);
  CHECK(world.events(EventType::stopped).front().reason == Reason::primary_stopped);
  world.run_for(60s);
  CHECK(world.requests_to("a", 50s) == 0);
  CHECK(world.requests_to("b", 50s) == 0);
  CHECK(world.requests_to("status", 60s) < 12);  // slow polling goes on
}

TEST_CASE("a stop between a commit and its switch closes both sources") {
  // FAILOVER.md 12.11: after a stop nothing remains, also of the source that was being left.
  struct OpenSources : world::Watcher {
    std::set<SourceId> open;
    void on_output(const session::Output& output) override {
      if (const auto* o = std::get_if<loading::OpenSource>(&output)) open.insert(o->source);
      if (const auto* c = std::get_if<loading::CloseSource>(&output)) open.erase(c->source);
    }
  } watcher;
  World world;
  world.watch(&watcher);
  world.origin("a").settings().segment = 6s;
  world.run_for(20s);
  world.switch_to("b");
  world.run_for(400ms);
  world.set_status("a", ChannelStatus::stopped);
  world.run_for(3s);
  REQUIRE(world.count(EventType::committed) == 1);
  REQUIRE(world.count(EventType::switched) == 0);
  CHECK(world.state() == PlayerState::stopped);
  CHECK(watcher.open.empty());
}

TEST_CASE("a stopped primary stops the player while its fallback still streams") {
  // FAILOVER.md 4: the player stops, whatever it shows.
  World world;
  world.run_for(12s);
  world.origin("a").refuse();
  world.run_for(15s);
  CHECK(world.on_screen() == "b");
  world.set_status("a", ChannelStatus::stopped);
  world.run_for(kStopBound);
  CHECK(world.state() == PlayerState::stopped);
  CHECK(world.on_screen().empty());
}

TEST_CASE("a stopped channel that plays again starts the player again") {
  World world;
  world.run_for(12s);
  world.set_status("a", ChannelStatus::stopped);
  world.run_for(20s);
  world.set_status("a", ChannelStatus::playing);
  world.run_for(14s);  // slow polling: five times the interval
  CHECK(world.on_screen() == "a");
  CHECK(world.count(EventType::started) == 2);
}

TEST_CASE("without autoRestart a stopped channel stays stopped") {
  // FAILOVER.md 4: a later `playing` starts it again only if autoRestart.
  World world;
  world.policy().auto_restart = false;
  world.run_for(12s);
  world.set_status("a", ChannelStatus::stopped);
  world.run_for(20s);
  world.set_status("a", ChannelStatus::playing);
  world.run_for(60s);
  CHECK(world.state() == PlayerState::stopped);
}

TEST_CASE("a channel that is stopping plays its buffer out and does not fall back") {
  // FAILOVER.md 3: under `stopping` the buffer plays out and nothing falls back.
  World world;
  world.run_for(12s);
  world.set_status("a", ChannelStatus::stopping);
  world.origin("a").end_list().after(3s);
  world.set_status("a", ChannelStatus::stopped).after(12s);
  world.run_for(30s);
  CHECK(world.state() == PlayerState::stopped);
  CHECK(world.count(EventType::committed) == 0);
  CHECK(world.requests_to("b", 42s) == 0);
}

TEST_CASE("a list that ends shortly before the status says stopped is a stop, not a loss") {
  // 3: an ordinary stop looks like a failure at first; the status is asked within the slack.
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    World world;
    world.config.seed = seed;
    world.run_for(12s);
    world.origin("a").end_list();
    world.set_status("a", ChannelStatus::stopped).after(1s);
    world.run_for(30s);
    CHECK(world.state() == PlayerState::stopped);
    CHECK(world.count(EventType::committed) == 0);
  }
}

TEST_CASE("a hedge that was begun before the status said stopping ends with it, and the fallback is never shown") {
  // FAILOVER.md 3: media goes first, so the hedge is open when `stopping` arrives; from then on nothing falls back.
  World world;
  world.policy().target_live_offset_ms = 10'000;  // the status is known long before the buffer is empty
  world.run_for(20s);
  world.origin("a").refuse();
  while (world.count(EventType::hedge_started) == 0) world.run_for(100ms);
  REQUIRE(world.count(EventType::committed) == 0);
  world.set_status("a", ChannelStatus::stopping);
  world.set_status("a", ChannelStatus::stopped).after(25s);
  world.run_for(60s);
  CHECK(world.state() == PlayerState::stopped);
  CHECK(world.count(EventType::committed) == 0);
  CHECK(world.count(EventType::hedge_cancelled) == 1);
}

TEST_CASE("segments that are gone shortly before the status says stopped are a stop, not a loss") {
  // FAILOVER.md 3: hard evidence triggers a status poll within the slack, and the status says stop.
  World world;
  world.run_for(12s);
  world.origin("a").answer_all(404);
  world.set_status("a", ChannelStatus::stopped).after(1s);
  world.run_for(30s);
  CHECK(world.state() == PlayerState::stopped);
  CHECK(world.count(EventType::committed) == 0);
}

TEST_CASE("a list that ends without a stop and without a fallback is held, then the card is shown until it goes on") {
  World world;
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.run_for(12s);
  world.origin("a").end_list();
  world.run_for(30s);
  CHECK(world.state() == PlayerState::pre_live);
  CHECK(world.count(EventType::started) == 1);  // what was shown is not shown again
  world.origin("a").restart();
  world.run_for(20s);
  CHECK(world.on_screen() == "a");
}

TEST_CASE("a viewer who joins a channel whose list has ended gets the fallback") {
  // FAILOVER.md 2.3: the status says playing, the media says ended: a hard error at the start.
  World world;
  world.origin("a").end_list();
  world.run_for(15s);
  CHECK(world.on_screen() == "b");
}

TEST_CASE("a deactivated alias stops the player, with its own reason") {
  // FAILOVER.md 4: alias deactivated = stop, with its own reason.
  World world;
  world.edit_document([](status::StatusDocument& d) { d.is_alias = true; });
  world.run_for(12s);
  world.edit_document([](status::StatusDocument& d) { d.active = false; });
  world.run_for(kStopBound);
  CHECK(world.state() == PlayerState::stopped);
  REQUIRE(world.count(EventType::stopped) == 1);
  CHECK(world.events(EventType::stopped).front().reason == Reason::alias_deactivated);
  world.edit_document([](status::StatusDocument& d) { d.active = true; });
  world.run_for(15s);
  CHECK(world.on_screen() == "a");
}

TEST_CASE("a deleted channel stops the player") {
  // FAILOVER.md 1: a deleted id keeps answering with a document that says so.
  World world;
  world.run_for(12s);
  world.set_status("a", ChannelStatus::deleted);
  world.run_for(kStopBound);
  REQUIRE(world.count(EventType::stopped) == 1);
  CHECK(world.events(EventType::stopped).front().reason == Reason::channel_deleted);
}

TEST_CASE("a status that answers 404 while playing changes nothing on screen") {
  // FAILOVER.md 1: a 404 is a failed poll, and a failed poll changes nothing.
  World world;
  world.run_for(12s);
  world.status_service_answers(404);
  world.run_for(120s);
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
  CHECK(world.count(EventType::error) == 0);
}

TEST_CASE("a status service that is killed changes nothing on screen") {
  World world;
  world.run_for(12s);
  world.status_service_down();
  world.run_for(120s);
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
  // 10: a status outage never adds load.
  CHECK(world.requests_to("status", 120s) < 60);
}

TEST_CASE("the primary fails while the status service is dead, and the fallback takes over") {
  // FAILOVER.md 1 and 12.7: media decides about switching; no status is needed.
  World world;
  world.run_for(12s);
  world.status_service_down();
  world.run_for(10s);
  world.origin("a").fail_segments(404);
  world.run_for(20s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
}

TEST_CASE("a list that ends while the status service answers 500 is a loss all the same") {
  // FAILOVER.md 11: the status had its say by not answering well; only a valid document makes it a stop.
  World world;
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.run_for(12s);
  world.status_service_answers(500);
  world.origin("a").end_list();
  world.run_for(30s);
  CHECK(world.state() == PlayerState::pre_live);
}

TEST_CASE("an older revision out of a cache is ignored") {
  // FAILOVER.md 1: only a valid document counts, and an older one than the one known is not.
  World world;
  world.edit_document([](status::StatusDocument& d) { d.status = ChannelStatus::stopped; });
  world.run_for(3s);
  const status::StatusDocument old = world.service().document();
  world.set_status("a", ChannelStatus::playing);
  world.run_for(10s);
  CHECK(world.on_screen() == "a");
  world.service().pin(old);
  world.run_for(30s);
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
}

TEST_CASE("a time-out stop does not end a healthy fallback where the policy keeps it") {
  World world;
  world.policy().keep_fallback_on_timeout = true;
  world.run_for(12s);
  world.origin("a").refuse();
  world.run_for(15s);
  world.edit_document([](status::StatusDocument& d) {
    d.status = ChannelStatus::stopped;
    d.stop_reason = status::StopReason::timeout;
  });
  world.run_for(60s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
  // An operator's stop ends it.
  world.edit_document([](status::StatusDocument& d) { d.stop_reason = status::StopReason::operator_; });
  world.run_for(kStopBound);
  CHECK(world.state() == PlayerState::stopped);
}

TEST_CASE("a kept fallback that fails after a time-out stop leads to the stop") {
  // FAILOVER.md 4: keepFallbackOnTimeout keeps a healthy fallback, no other.
  World world;
  world.policy().keep_fallback_on_timeout = true;
  world.run_for(12s);
  world.origin("a").refuse();
  world.run_for(15s);
  world.edit_document([](status::StatusDocument& d) {
    d.status = ChannelStatus::stopped;
    d.stop_reason = status::StopReason::timeout;
  });
  world.run_for(10s);
  world.origin("b").refuse();
  world.run_for(20s);
  CHECK(world.state() == PlayerState::stopped);
}

TEST_CASE("a stop during a switch ends in a stop") {
  // FAILOVER.md 4: the primary's stop ends everything, also what was committed.
  for (Duration d = 0ms; d < 8s; d += 250ms) {
    World world;
    world.run_for(12s);
    world.origin("a").refuse();
    world.set_status("a", ChannelStatus::stopped).after(d);
    world.run_for(15s);
    CHECK(world.state() == PlayerState::stopped);
    CHECK(world.on_screen().empty());
  }
}

TEST_CASE("after the app's stop no request and no deadline remains") {
  // FAILOVER.md 12.11: after stop, no request, timer or callback remains.
  for (Duration d : {50ms, 1000ms, 12000ms, 14000ms, 19000ms, 30000ms}) {
    World world;
    world.origin("a").refuse().after(12s);
    world.origin("b").refuse().after(20s);
    world.run_for(d);
    world.stop();
    world.run_for(10ms);
    CHECK(world.engine_is_idle());
    CHECK(world.on_screen().empty());
    world.run_for(30s);
    CHECK(world.engine_is_idle());
    REQUIRE(world.count(EventType::stopped) == 1);
    CHECK(world.events(EventType::stopped).front().reason == Reason::app);
  }
}

}  // namespace understudy
