// FAILOVER.md 6 and the budget of 3: how ready the others wait, and what that may cost.
#include <algorithm>
#include <set>

#include "scenario.h"

namespace understudy {

namespace {

SourceState state_of(const World& world, const std::string& name) {
  for (const SourceInfo& info : world.session().sources())
    if (info.name == name) return info.state;
  return SourceState::disabled;
}

std::uint64_t standby_bytes(const World& world, Standby level) {
  return world.session().standby_use()[static_cast<std::size_t>(level)].bytes;
}

std::vector<std::string> requests_for_media(World& world, const std::string& host) {
  std::vector<std::string> urls;
  for (const auto& request : world.network().requests())
    if (request.host == host + ".test" && request.purpose == loading::Purpose::segment) urls.push_back(request.url);
  return urls;
}

}  // namespace

TEST_CASE("a cold fallback is not asked for anything in health") {
  // FAILOVER.md 6: nothing is fetched from a candidate until a hedge.
  World world;
  world.run_for(120s);
  CHECK(world.requests_to("b", 120s) == 0);
  CHECK(state_of(world, "b") == SourceState::cold);
}

TEST_CASE("a warm fallback is kept fresh, and costs at most two percent of the media") {
  // FAILOVER.md 6: its playlist every few target durations, at most 2 % of media bytes.
  for (const std::int64_t bitrate : {150'000, 2'000'000}) {
    World world;
    world.policy().standby = Standby::warm;
    for (const char* name : {"a", "b"}) world.origin(name).settings().bitrate = bitrate;
    world.run_for(600s);
    CHECK(state_of(world, "b") == SourceState::warm);
    CHECK(requests_for_media(world, "b").empty());
    CHECK(world.requests_to("b", 60s) >= 2);
    CHECK(standby_bytes(world, Standby::warm) > 0);
    CHECK(standby_bytes(world, Standby::warm) * 50 <= world.session().media_bytes());
    CHECK(world.undisturbed());
  }
}

// Its playlist is looked at every few segments: that nothing new is known in between says nothing about its health.
TEST_CASE("a warm fallback that is well is never called unhealthy, however long its segments") {
  for (const Duration segment : {2s, 4s, 6s, 10s}) {
    World world;
    world.policy().standby = Standby::warm;
    for (const char* name : {"a", "b"}) world.origin(name).settings().segment = segment;
    world.run_for(300s);
    CHECK(world.count(EventType::health_changed) == 0);
    CHECK(state_of(world, "b") == SourceState::warm);
  }
}

// FAILOVER.md 6: hot is fetched in step. A server that began to trickle goes on so in that body also once it is mended.
TEST_CASE("a hot fallback whose body would take minutes is loaded anew") {
  World world;
  world.policy().standby = Standby::hot;
  world.run_for(20s);
  world.origin("b").trickle(1500).lasting(6s);
  world.run_for(100s);
  CHECK(state_of(world, "b") == SourceState::hot);
  const std::size_t before = requests_for_media(world, "b").size();
  world.run_for(20s);
  CHECK(requests_for_media(world, "b").size() >= before + 9);
  world.origin("a").answer_all(404);
  world.run_for(30s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
}

TEST_CASE("a hot fallback follows in step, and takes over without a request") {
  World world;
  world.policy().standby = Standby::hot;
  world.run_for(20s);
  CHECK(state_of(world, "b") == SourceState::hot);
  CHECK(world.requests_to("b", 10s) >= 5);
  // The fallback's server can no longer be reached either, a segment later: what it gave before is enough for the switch.
  world.origin("a").refuse();
  world.origin("b").refuse().after(2500ms).lasting(3s);
  world.run_for(30s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
  CHECK(world.session().hedged_bytes() == 0);
}

TEST_CASE("with the default buffer a hot fallback leaves no trace of any hard fault") {
  // FAILOVER.md 6 and 12.3: a switch to a hot member needs no request at all.
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    for (const int status : {404, 503}) {
      World world;
      world.config.seed = seed;
      world.policy().standby = Standby::hot;
      world.run_for(20s + from_ms(static_cast<std::int64_t>(seed) * 230));
      world.origin("a").fail_segments(status);
      world.run_for(30s);
      INFO("seed " << seed << ", status " << status);
      CHECK(world.on_screen() == "b");
      CHECK(world.undisturbed());
    }
  }
}

TEST_CASE("the first suspicion raises a cold fallback by one level, before its media is asked for") {
  std::size_t before_hedge = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    World world;
    world.config.seed = seed;
    world.policy().target_live_offset_ms = 12000;
    world.run_for(20s);
    world.origin("a").fail_segments(404);
    world.run_for(8s);
    REQUIRE(world.count(EventType::hedge_started) == 1);
    const Instant hedged = world.events(EventType::hedge_started).front().at;
    const auto& all = world.network().requests();
    before_hedge += std::any_of(all.begin(), all.end(), [&](const auto& r) { return r.host == "b.test" && r.at < hedged; });
  }
  CHECK(before_hedge >= 15);  // where the hedge is spread over some time at all
}

TEST_CASE("a member that was raised goes back to its level when all is well again") {
  // FAILOVER.md 6: suspicion raises a level by itself, for a while.
  World world;
  world.run_for(20s);
  world.origin("a").fail_segments(503).lasting(600ms);
  world.run_for(5s);
  CHECK(state_of(world, "b") != SourceState::cold);
  world.run_for(120s);
  CHECK(state_of(world, "b") == SourceState::cold);
  CHECK(world.requests_to("b", 30s) == 0);
  CHECK(world.on_screen() == "a");
}

TEST_CASE("after a switch to the hot member the next one becomes hot") {
  // FAILOVER.md 4: a switch to a hot member makes the next warm one hot.
  World world;
  world.add_fallback("c");
  world.policy().standby = Standby::hot;
  world.run_for(20s);
  CHECK(state_of(world, "b") == SourceState::hot);
  CHECK(state_of(world, "c") == SourceState::warm);
  world.origin("a").refuse();
  world.run_for(40s);
  CHECK(world.on_screen() == "b");
  CHECK(state_of(world, "c") == SourceState::hot);
  CHECK(world.undisturbed());
}

TEST_CASE("a hot member that fails makes the next one hot, and nothing is seen of it") {
  // FAILOVER.md 6: hotMembers counts members that deliver; a failed one loses its place.
  World world;
  world.add_fallback("c");
  world.policy().standby = Standby::hot;
  world.run_for(20s);
  world.origin("b").fail_segments(404);
  world.run_for(20s);
  CHECK(state_of(world, "c") == SourceState::hot);
  CHECK(world.on_screen() == "a");
  world.origin("a").refuse();
  world.run_for(30s);
  CHECK(world.on_screen() == "c");
  CHECK(world.undisturbed());
}

TEST_CASE("a removed member is left in peace") {
  // FAILOVER.md 4: a removed member is not switched to any more, so nothing is asked of it.
  World world;
  world.policy().standby = Standby::hot;
  world.run_for(20s);
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.run_for(10s);
  CHECK(world.requests_to("b", 5s) == 0);
}

TEST_CASE("what a cancelled hedge brought is used when the source is lost after all") {
  World world;
  world.run_for(20s);
  world.origin("a").slow_first_byte(900ms).lasting(2s);
  world.run_for(4s);
  REQUIRE(world.count(EventType::hedge_cancelled) == 1);
  world.origin("a").refuse();
  world.run_for(20s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
  const auto urls = requests_for_media(world, "b");
  CHECK(std::set<std::string>(urls.begin(), urls.end()).size() == urls.size());  // nothing was loaded twice
}

TEST_CASE("in health hedges cost no more than five percent, however often the primary is late") {
  // FAILOVER.md 3: hedgeBudget, 5 % extra bytes over ten minutes.
  World world;
  world.run_for(30s);
  for (int i = 0; i < 60; ++i) {
    world.origin("a").slow_first_byte(1800ms).lasting(2s);
    world.run_for(10s);
  }
  CHECK(world.count(EventType::hedge_started) >= 3);
  CHECK(world.session().hedged_bytes() * 20 <= world.session().media_bytes());
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
}

TEST_CASE("what came of a body that a cancelled hedge left off is paid for") {
  // FAILOVER.md 12.8: bytes that were fetched are fetched, whole segment or not.
  World world;
  world.origin("b").settings().bitrate = 16'000'000;
  world.origin("b").settings().segment = 6s;
  world.run_for(20s);
  world.origin("a").slow_first_byte(900ms).lasting(2s);
  world.run_for(4s);
  REQUIRE(world.count(EventType::hedge_cancelled) == 1);
  CHECK(world.session().hedged_bytes() > 100'000);
}

TEST_CASE("a hedge is weighed by what it fetches") {
  // FAILOVER.md 3: hedgeBudget. A segment of the fallback is more than the primary's budget for ten minutes ever holds. That shows with
  // the first one.
  World world;
  world.origin("a").settings().bitrate = 1'000'000;
  world.origin("b").settings().bitrate = 4'000'000;
  world.origin("b").settings().segment = 6s;
  world.run_for(30s);
  for (int i = 0; i < 60; ++i) {
    world.origin("a").slow_first_byte(1800ms).lasting(2s);
    world.run_for(10s);
  }
  CHECK(world.count(EventType::hedge_started) == 1);
  CHECK(world.undisturbed());
}

TEST_CASE("a spent budget does not stand in the way of a loss") {
  // FAILOVER.md 3: from lossThresholdMs of loss on the budget no longer applies.
  World world;
  world.policy().hedge_budget_percent = 0;
  world.run_for(20s);
  world.origin("a").black_hole();
  world.run_for(30s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
}

TEST_CASE("a status that says not playing hedges a source that delivers, once, and no more") {
  // FAILOVER.md 1: media decides about switching; a status starts a hedge, no more.
  World world;
  world.run_for(20s);
  world.set_status("a", ChannelStatus::error);
  world.run_for(120s);
  CHECK(world.on_screen() == "a");
  CHECK(world.count(EventType::hedge_started) == 1);
  CHECK(world.count(EventType::hedge_cancelled) == 1);
  CHECK(world.undisturbed());
}

TEST_CASE("a source that died is not taken for one that lags, and nobody slows down for it") {
  // FAILOVER.md 7: lag is measured on what is published; who publishes nothing has none.
  World world;
  world.policy().standby = Standby::warm;
  world.run_for(20s);
  world.origin("a").go_stale();
  world.run_for(20s);
  REQUIRE(world.on_screen() == "b");
  const Duration offset = world.live_offset();
  world.run_for(120s);
  for (const SourceInfo& info : world.session().sources())
    if (info.name == "a") CHECK_FALSE(info.lag_ms);
  CHECK(world.session().rate_ppm() == 0);
  CHECK(world.live_offset() - offset < 100ms);
}

TEST_CASE("a waiting member that dies is not taken for one that lags") {
  // FAILOVER.md 7: lag is measured on what is published; who publishes nothing has none.
  for (const Standby standby : {Standby::warm, Standby::hot}) {
    World world;
    world.policy().standby = standby;
    world.run_for(60s);
    const Duration offset = world.live_offset();
    world.origin("b").go_stale();
    world.run_for(180s);
    for (const SourceInfo& info : world.session().sources())
      if (info.name == "b") CHECK_FALSE(info.lag_ms);
    CHECK(world.live_offset() - offset < 100ms);
    CHECK(world.on_screen() == "a");
  }
}

TEST_CASE("the reason of a switch is what the media showed, not the status that came first") {
  // FAILOVER.md 1: media decides about switching, so it gives the reason.
  World world;
  world.run_for(20s);
  world.set_status("a", ChannelStatus::waiting);
  world.origin("a").go_stale();
  world.run_for(20s);
  REQUIRE(world.count(EventType::switched) == 1);
  CHECK(world.switch_reasons().front() == Reason::playlist_stale);
  CHECK(world.undisturbed());
}

TEST_CASE("a primary whose playlist froze is not kept hot, nor loaded over and over, dated or not") {
  // FAILOVER.md 6: hot means loaded in step; what stands still can not be.
  for (const bool dated : {true, false}) {
    World world;
    world.policy().standby = Standby::hot;
    for (const char* name : {"a", "b"}) world.origin(name).settings().dated = dated;
    world.run_for(20s);
    world.origin("a").go_stale();
    world.run_for(20s);
    REQUIRE(world.on_screen() == "b");
    const auto before = requests_for_media(world, "a").size();
    world.run_for(60s);
    INFO((dated ? "dated" : "undated"));
    CHECK(requests_for_media(world, "a").size() <= before + 10);
    CHECK(state_of(world, "a") != SourceState::hot);
  }
}

TEST_CASE("a member that nobody looked at for a while did not stand still") {
  // FAILOVER.md 5 and 12.6: a cold member is looked at again when the next trouble raises it. What it published in between was not
  // late, and no reason to leave it again.
  World world;
  world.run_for(20s);
  world.origin("a").fail_segments(503).lasting(600ms);
  world.run_for(180s);
  REQUIRE(world.on_screen() == "a");
  REQUIRE(world.requests_to("b", 30s) == 0);
  world.origin("a").fail_segments(404).lasting(20s);
  world.run_for(60s);
  CHECK(world.on_screen() == "b");
  CHECK(world.count(EventType::switched) == 1);
  for (const Event& e : world.events(EventType::health_changed)) CHECK(world.name_of(e.source) == "a");
}

TEST_CASE("a member that is to be hot no longer is not loaded when it comes back") {
  // FAILOVER.md 6: of a warm member only the playlist is fetched, of a cold one nothing; also where it could not be reached while it
  // was to be hot.
  for (const Standby standby : {Standby::cold, Standby::warm}) {
    World world;
    world.run_for(20s);
    world.origin("b").refuse().lasting(40s);
    world.policy().standby = Standby::hot;
    world.run_for(20s);
    world.policy().standby = standby;
    world.run_for(60s);
    CHECK(requests_for_media(world, "b").empty());
    if (standby == Standby::warm) CHECK(state_of(world, "b") == SourceState::warm);
  }
}

TEST_CASE("a switch by command reaches a member that lags") {
  // FAILOVER.md 7: a command asks for no gain; what lags is entered where it is, within the live offset.
  for (const Standby standby : {Standby::cold, Standby::hot}) {
    World world;
    world.policy().standby = standby;
    world.origin("b").settings().publish_delay = 2600ms;
    world.run_for(20s);
    world.switch_to("b");
    world.run_for(10s);
    CHECK(world.on_screen() == "b");
    CHECK(world.undisturbed());
    CHECK(world.switch_reasons() == std::vector<Reason>{Reason::manual});
  }
}

TEST_CASE("a member with a short window has what follows the splice") {
  // FAILOVER.md 12.5: aligned sources lose no frame. What is not fetched in time has left the window before the switch, so a hedge does
  // not wait for that, and what waits loads it (7).
  for (const Standby standby : {Standby::warm, Standby::hot}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      World world;
      world.config.seed = seed;
      world.policy().standby = standby;
      world.origin("a").settings().segment = 6s;
      world.origin("b").settings().segment = 1s;
      world.origin("b").settings().window = standby == Standby::hot ? 12 : 16;  // that is when the loss shows
      world.run_for(40s + from_ms(static_cast<std::int64_t>(seed) * 570));
      world.origin("a").go_stale();
      world.run_for(60s);
      INFO((standby == Standby::hot ? "hot" : "warm") << ", seed " << seed);
      CHECK(world.on_screen() == "b");
      CHECK(world.undisturbed());
    }
  }
}

TEST_CASE("a candidate whose window moved on before the splice is loaded anew") {
  // FAILOVER.md 12.3: the hole that is left would end what it has before the splice, and nobody would go over to it.
  for (int ms = 0; ms < 2000; ms += 100) {
    World world;
    world.config.seed = 1 + static_cast<std::uint64_t>(ms);
    world.seen().sources_are_aligned = false;
    world.network().set_latency(from_ms(117));
    world.origin("a").settings().date_skew = from_ms(-6723);
    world.origin("b").settings().segment = 1s;
    world.origin("b").settings().window = 8;
    world.policy().standby = Standby::warm;
    world.run_for(40s + from_ms(ms));
    world.origin("a").lose_name();
    world.run_for(30s);
    INFO("after 40000 + " << ms << " ms");
    CHECK(world.on_screen() == "b");
    CHECK(world.count(EventType::stalled) == 0);
  }
}

}  // namespace understudy
