// FAILOVER.md 4: what follows a switch.
#include "scenario.h"

namespace understudy {

TEST_CASE("when the fallback fails too the viewer returns to the primary without a trace") {
  // FAILOVER.md 4: the same procedure with the roles swapped; the primary delivers again, and is first in line.
  World world;
  world.run_for(12s);
  world.origin("a").refuse().lasting(20s);
  world.run_for(30s);
  CHECK(world.on_screen() == "b");
  world.origin("b").refuse();
  world.run_for(30s);
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
  CHECK(world.count(EventType::switched) == 2);
}

TEST_CASE("the roles are swapped for ever") {
  // FAILOVER.md 4: "and so on for ever"; no switch wears anything out.
  World world;
  world.run_for(12s);
  for (int i = 0; i < 10; ++i) {
    const std::string from = world.on_screen();
    world.origin(from).fail_segments(404).lasting(20s);
    world.run_for(30s);
    CHECK(world.on_screen() != from);
  }
  CHECK(world.undisturbed());
  CHECK(world.count(EventType::switched) == 10);
}

TEST_CASE("when nobody delivers the picture is held, then the card shown, and playback resumes by itself") {
  World world;
  world.run_for(12s);
  world.origin("a").refuse().lasting(30s);
  world.origin("b").refuse().lasting(40s);
  world.run_for(11s);  // the buffer has run dry; the last picture is held for up to maxHoldMs (2 s)
  CHECK(world.state() == PlayerState::pre_live);
  CHECK(world.on_screen().empty());
  CHECK(world.count(EventType::pre_live) == 1);
  CHECK(world.count(EventType::offline) == 0);  // the status service answers: it is not the viewer's network
  world.run_for(18s);
  CHECK(world.on_screen().empty());
  // Probes are at most probeMaxMs (8 s) apart; then playlists and a segment.
  world.run_for(9500ms);
  CHECK(world.on_screen() == "a");
  world.run_for(20s);
  CHECK(world.on_screen() == "a");
  CHECK(world.live_offset() < 9s);
}

TEST_CASE("a body that crawls on when its server is mended is asked for anew") {
  // FAILOVER.md 12.4: a server paces a body as it began it; at this rate a segment would take more than two minutes.
  for (const Duration length : {9s, 15s, 25s}) {
    for (const bool alone : {false, true}) {
      World world;
      if (alone) world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
      world.run_for(12s);
      for (const char* name : {"a", "b"}) world.origin(name).trickle(2'000).lasting(length);
      world.run_for(length + 20s);
      INFO((alone ? "alone, " : "with a fallback, ") << to_ms(length) << " ms");
      CHECK_FALSE(world.on_screen().empty());
      CHECK(world.picture_moves());
    }
  }
}

TEST_CASE("a start whose body crawls is begun anew") {
  World world;
  for (const char* name : {"a", "b"}) world.origin(name).trickle(2'000).lasting(10s);
  world.run_for(45s);
  CHECK_FALSE(world.on_screen().empty());
  CHECK(world.picture_moves());
}

TEST_CASE("of two members that come back together the primary is shown") {
  // FAILOVER.md 4: a tie goes to the primary.
  World world;
  world.run_for(12s);
  world.origin("a").fail_playlists(503).lasting(30s);
  world.origin("b").fail_playlists(503).lasting(30s);
  world.run_for(60s);
  CHECK(world.state() == PlayerState::playing);
}

TEST_CASE("an encoder that died is not played again and again while nothing new comes") {
  // Its last segments are still there: a probe that fetched them would show them a second time.
  World world;
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.run_for(12s);
  world.origin("a").go_stale();
  world.run_for(60s);
  CHECK(world.state() == PlayerState::pre_live);
  CHECK(world.count(EventType::started) == 1);
  CHECK(world.count(EventType::pre_live) == 1);
}

TEST_CASE("a dead encoder without dates is not played again either") {
  // FAILOVER.md 4: only a member that delivers ends the card; without dates its list must move to show that it does.
  World world;
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.origin("a").settings().dated = false;
  world.run_for(12s);
  world.origin("a").go_stale().lasting(60s);
  world.run_for(55s);
  CHECK(world.state() == PlayerState::pre_live);
  CHECK(world.count(EventType::started) == 1);
  world.run_for(30s);
  CHECK(world.on_screen() == "a");
}

TEST_CASE("CURRENT_PREFERRED stays on the fallback when the primary is back") {
  // FAILOVER.md 4, `recovery`: the default stays until the fallback fails.
  World world;
  world.run_for(12s);
  world.origin("a").refuse().lasting(10s);
  world.run_for(300s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
}

TEST_CASE("PRIMARY_PREFERRED returns once the primary was healthy for clearMs, without a trace") {
  World world;
  world.policy().recovery = Recovery::primary_preferred;
  world.run_for(12s);
  world.origin("a").refuse().lasting(20s);
  world.run_for(20s + 28s);
  CHECK(world.on_screen() == "b");
  // clearMs (30 s) after it came back, plus the spread (10 s), plus the preparation and the back-off of the last failed reload.
  world.run_for(20s);
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
  CHECK(world.switch_reasons().back() == Reason::failback);
}

TEST_CASE("a failback waits until the metrics call the primary healthy") {
  // FAILOVER.md 4: it returns when the primary was healthy; 5: any critical metric makes it unhealthy, until it has been within its
  // bounds for a while. Else it would be left again at once.
  World world;
  world.policy().recovery = Recovery::primary_preferred;
  world.policy().standby = Standby::hot;
  for (const char* name : {"a", "b"}) world.origin(name).settings().segment = 4s;
  world.run_for(20s);
  world.origin("a").corrupt_segments(14);
  world.run_for(200s);
  CHECK(world.on_screen() == "a");
  CHECK(world.switch_reasons() == std::vector{Reason::corrupt_segment, Reason::failback});
  CHECK(world.count(EventType::intent_to_fallback) == 1);
  CHECK(world.undisturbed());
}

TEST_CASE("a failback waits until the live offset holds what the primary needs") {
  // FAILOVER.md 4: it returns with an invisible splice; 7: the live offset is raised ahead of time. A viewing that began with a fallback
  // of short segments is nearer to live than long ones allow: behind the splice the screen would wait for the next one.
  for (const std::int64_t skew_ms : {0, 700}) {
    World world;
    world.policy().recovery = Recovery::primary_preferred;
    world.policy().start_on_fallback = true;
    world.set_status("a", status::ChannelStatus::starting);
    world.set_status("a", status::ChannelStatus::playing).after(10s);
    world.origin("a").settings().segment = 4s;
    world.origin("a").settings().date_skew = from_ms(skew_ms);
    world.origin("b").settings().segment = 1s;
    world.run_for(120s);
    INFO("dates of the primary are wrong by " << skew_ms << " ms");
    CHECK(world.on_screen() == "b");
    for (int i = 0; i < 1500 && world.on_screen() == "b"; ++i) world.run_for(1s);
    CHECK(world.on_screen() == "a");
    world.run_for(30s);
    CHECK(world.count(EventType::stalled) == 0);
    CHECK(world.count(EventType::hedge_started) < 4);
  }
}

TEST_CASE("a primary that keeps failing is returned to ever later, and at most four times in ten minutes") {
  // FAILOVER.md 4: each failure within ten minutes doubles clearMs, and voluntary switches number at most four.
  World world;
  world.policy().recovery = Recovery::primary_preferred;
  world.policy().clear_ms = 10000;  // more than it takes to find out that it is back, which varies
  world.policy().failback_spread_ms = 0;
  world.run_for(12s);
  std::vector<Duration> away;
  for (int i = 0; i < 8; ++i) {
    world.origin("a").refuse().lasting(10s);
    world.run_for(15s);
    CHECK(world.on_screen() == "b");
    const Instant left = world.now();
    while (world.on_screen() == "b" && world.now() - left < 300s) world.run_for(1s);
    away.push_back(world.now() - left);
  }
  CHECK(world.undisturbed());
  CHECK(away[1] > away[0]);
  CHECK(away[2] > away[1]);
}

TEST_CASE("a manual switch is carried out at once and without a trace") {
  // FAILOVER.md 3: a decoded candidate commits when the operator asks; the splice is the same.
  World world;
  world.run_for(12s);
  world.switch_to("b");
  world.run_for(8s);
  CHECK(world.on_screen() == "b");
  CHECK(world.switch_reasons() == std::vector{Reason::manual});
  world.switch_to_next();
  world.run_for(8s);
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
}

TEST_CASE("who is switched to is not left for what the metrics held against it before") {
  // FAILOVER.md 12.6: each forced switch has evidence newer than the last switch.
  World world;
  world.policy().target_live_offset_ms = 9'000;
  world.run_for(20s);
  world.origin("a").corrupt_segments(5);
  world.run_for(12s);
  REQUIRE(world.on_screen() == "b");
  world.switch_to("a");
  world.run_for(20s);
  CHECK(world.on_screen() == "a");
  CHECK(world.switch_reasons() == std::vector{Reason::corrupt_segment, Reason::manual});
  CHECK(world.count(EventType::intent_to_fallback) == 1);
}

TEST_CASE("a status that is taken back is no evidence any more") {
  // FAILOVER.md 1, 12.6: no segment is awaited to end the doubt. A source with a thin buffer and a next segment that is not due yet
  // would be left for what its status said before it was on the screen.
  World world;
  world.origin("a").settings().segment = 6s;
  world.run_for(12600ms);
  world.set_status("a", ChannelStatus::waiting);
  world.run_for(2500ms);
  REQUIRE(world.count(EventType::intent_to_fallback) == 1);
  REQUIRE(world.count(EventType::recovered) == 0);
  world.set_status("a", ChannelStatus::playing);
  world.run_for(2500ms);  // the next segment is published at 18 s
  CHECK(world.count(EventType::recovered) == 1);
}

TEST_CASE("a storm of switch commands ends on the last one") {
  // FAILOVER.md 4: a switch is a command like any other; each later one replaces what is not committed yet.
  World world;
  world.run_for(12s);
  for (int i = 0; i < 200; ++i) {
    world.switch_to(i % 2 == 0 ? "b" : "a");
    world.run_for(25ms);
  }
  world.switch_to("b");
  world.run_for(15s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
}

TEST_CASE("a switch to a member that is dead does not happen") {
  // FAILOVER.md 3: a dead candidate is never switched to, whoever asks.
  World world;
  world.origin("b").refuse();
  world.run_for(12s);
  world.switch_to("b");
  world.run_for(30s);
  CHECK(world.on_screen() == "a");
  CHECK(world.count(EventType::committed) == 0);
  CHECK(world.undisturbed());
}

TEST_CASE("a switch to a member that is dead keeps nobody from the screen while the status service is silent") {
  // FAILOVER.md 12.4: nobody that was asked answers, which looks like the viewer's own network, and one delivers.
  World world;
  world.add_fallback("c");
  world.run_for(12s);
  for (const char* name : {"a", "b"}) world.origin(name).drop_packets();
  world.status_service_down();
  world.run_for(2s);
  world.switch_to("b");
  world.run_for(30s);
  CHECK(world.on_screen() == "c");
}

TEST_CASE("a removed fallback is not switched to") {
  World world;
  world.run_for(12s);
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.run_for(5s);
  world.origin("a").refuse();
  world.run_for(20s);
  CHECK(world.on_screen().empty());
  CHECK(world.count(EventType::committed) == 0);
  CHECK(world.count(EventType::intent_to_fallback) == 1);  // told also when there is nowhere to go
  CHECK(world.requests_to("b", 37s) == 0);
}

TEST_CASE("a disabled fallback is not switched to") {
  World world;
  world.run_for(12s);
  world.edit_document([&](status::StatusDocument& d) { d.members.front().enabled = false; });
  world.run_for(5s);
  world.origin("a").refuse();
  world.run_for(20s);
  CHECK(world.count(EventType::committed) == 0);
  // Enabled again, it is taken at the next decision.
  world.edit_document([&](status::StatusDocument& d) { d.members.front().enabled = true; });
  world.run_for(12s);
  CHECK(world.on_screen() == "b");
}

TEST_CASE("a fallback whose alias is deactivated or whose channel is stopped is not switched to") {
  // FAILOVER.md 12.2: inactive and stopped members are never switched to.
  World world;
  world.add_fallback("c");
  world.edit_document([&](status::StatusDocument& d) {
    d.members[0].active = false;
    d.members[1].status = ChannelStatus::stopped;
  });
  world.run_for(12s);
  world.origin("a").refuse();
  world.run_for(20s);
  CHECK(world.count(EventType::committed) == 0);
}

TEST_CASE("a viewer on a fallback that is removed stays until it fails") {
  // FAILOVER.md 4: settings take effect at the next decision; nobody is thrown off what plays.
  World world;
  world.run_for(12s);
  world.origin("a").refuse().lasting(40s);
  world.run_for(15s);
  CHECK(world.on_screen() == "b");
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.run_for(40s);
  CHECK(world.picture_moves());
  CHECK(world.undisturbed());
  world.origin("b").refuse();
  world.run_for(20s);
  CHECK(world.on_screen() == "a");
  CHECK(world.undisturbed());
}

TEST_CASE("what was loaded while nobody published is not where playback resumes") {
  // FAILOVER.md 4: at the live edge.
  for (const Duration dead : {10s, 60s}) {
    World world;
    world.origin("b").refuse();
    world.run_for(30s);
    world.origin("a").go_stale().lasting(dead);
    world.run_for(dead + 1s);
    INFO("dead for " << to_ms(dead) << " ms");
    REQUIRE(world.count(EventType::pre_live) == 1);
    CHECK(world.count(EventType::started) == 2);
    CHECK(world.live_offset() < 11s);
  }
}

TEST_CASE("what comes after a long silence begins once, also where all of its window is wanted") {
  // FAILOVER.md 12.5: what is missing before it was never to be shown, so nothing begins anew, with the same pictures, to leave it out.
  for (const Duration dead : {30s, 45s, 60s}) {
    World world;
    world.policy().target_live_offset_ms = 20'000;
    world.origin("b").refuse();
    world.run_for(40s);
    world.origin("a").go_stale().lasting(dead);
    world.run_for(dead + 10s);
    INFO("silent for " << to_ms(dead) << " ms");
    REQUIRE(world.count(EventType::pre_live) == 1);
    CHECK(world.count(EventType::started) == 2);
    CHECK(world.picture_moves());
  }
}

TEST_CASE("members are taken by priority") {
  // FAILOVER.md 1: mode `prioritized`, a lower number first.
  World world;
  world.add_fallback("c");
  world.edit_document([](status::StatusDocument& d) {
    d.members[0].priority = 2;
    d.members[1].priority = 1;
  });
  world.run_for(12s);
  world.origin("a").refuse();
  world.run_for(20s);
  CHECK(world.on_screen() == "c");
  world.origin("c").refuse();
  world.run_for(20s);
  CHECK(world.on_screen() == "b");
  CHECK(world.undisturbed());
}

TEST_CASE("a flat group draws its members at random, per viewer") {
  // FAILOVER.md 1: mode `flat`; the draw is seeded per viewer, so viewers differ.
  std::map<std::string, int> chosen;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    World world;
    world.config.seed = seed;
    world.add_fallback("c");
    world.policy().mode = GroupMode::flat;
    world.run_for(12s);
    world.origin("a").refuse();
    world.run_for(15s);
    ++chosen[world.on_screen()];
    CHECK(world.undisturbed());
  }
  CHECK(chosen["b"] + chosen["c"] == 40);
  CHECK(chosen["b"] > 8);
  CHECK(chosen["c"] > 8);
}

TEST_CASE("a dead first member makes room for the second in time") {
  // FAILOVER.md 3: the candidate must be able; a hard error of it makes room at once, while the buffer lasts.
  World world;
  world.add_fallback("c");
  world.run_for(12s);
  world.origin("b").refuse();
  world.origin("a").refuse();
  world.run_for(20s);
  CHECK(world.on_screen() == "c");
  CHECK(world.undisturbed());
}

TEST_CASE("a silent first member makes room for the second") {
  // FAILOVER.md 3: a candidate must have delivered; where there is another, patience ends in time for it.
  World world;
  world.add_fallback("c");
  world.run_for(12s);
  world.origin("b").black_hole();
  world.origin("a").refuse();
  world.run_for(20s);
  CHECK(world.on_screen() == "c");
}

TEST_CASE("a silent first member leaves time for the second, whenever the hedge begins") {
  // FAILOVER.md 12.3: somebody delivers, so the screen does not stall. A hedge begins at any point of the slack (10), and what is left
  // at its end must do for both.
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    World world;
    world.config.seed = seed;
    world.add_fallback("c");
    for (const char* name : {"a", "b", "c"}) world.origin(name).settings().segment = 6s;
    world.run_for(40s);
    world.origin("b").black_hole();
    world.origin("a").refuse();
    world.run_for(40s);
    INFO("seed " << seed);
    CHECK(world.on_screen() == "c");
    CHECK(world.undisturbed());
  }
}

TEST_CASE("a first member whose media comes in is not given up for the second") {
  // FAILOVER.md 12.3. Over this access it takes longer than the preparation of a source that nobody knows is taken to last (3), and the
  // second one takes no less.
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    World world;
    world.config.seed = seed;
    world.add_fallback("c");
    world.network().set_latency(106ms);
    for (const char* name : {"b", "c"}) world.origin(name).settings().bitrate = 6'000'000;
    world.run_for(20s);
    world.origin("a").fail_segments(301);
    world.run_for(20s);
    INFO("seed " << seed);
    CHECK(world.on_screen() == "b");
    CHECK(world.undisturbed());
    CHECK(world.count(EventType::hedge_cancelled) == 0);
  }
}

TEST_CASE("a member that denies access is penalised and not asked in a storm") {
  World world;
  world.add_fallback("c");
  world.run_for(12s);
  world.origin("b").answer_all(403);
  world.origin("a").refuse();
  world.run_for(20s);
  CHECK(world.on_screen() == "c");
  CHECK(world.undisturbed());
  const std::size_t asked = world.requests_to("b", 20s);
  CHECK(asked <= 2);
  world.origin("c").refuse();
  world.run_for(60s);
  CHECK(world.requests_to("b", 60s) <= 2);  // within penaltyMs (120 s) of the first denial
}

TEST_CASE("PRIMARY_PREFERRED returns to a primary whose list had ended") {
  // FAILOVER.md 4: it was healthy for clearMs; its list is looked at again, though RFC 8216 calls an ended one final.
  World world;
  world.policy().recovery = Recovery::primary_preferred;
  world.policy().standby = Standby::warm;
  world.run_for(12s);
  world.origin("a").end_list();
  world.run_for(60s);
  CHECK(world.on_screen() == "b");
  world.origin("a").restart();
  world.run_for(100s);
  CHECK(world.on_screen() == "a");
}

TEST_CASE("an encoder that begins anew is seen while the status service is silent") {
  // FAILOVER.md 12.4, and 3: offline is when nobody answers; who ended his list is asked again.
  World world;
  world.edit_document([](status::StatusDocument& d) { d.members.clear(); });
  world.run_for(12s);
  world.status_service_down().lasting(300s);
  world.origin("a").end_list();
  world.run_for(40s);
  world.origin("a").restart();
  world.run_for(25s);
  CHECK(world.on_screen() == "a");
  CHECK(world.picture_moves());
}

TEST_CASE("without a status service a live list that ended is no recording") {
  // FAILOVER.md 4: every member keeps being probed, and playback resumes on the first that delivers.
  World world;
  world.config.status_url.clear();
  world.config.plain_sources = {{"a", world.origin("a").publisher().url()}};
  world.run_for(12s);
  world.origin("a").end_list();
  world.run_for(60s);
  CHECK(world.state() == PlayerState::pre_live);
  world.origin("a").restart();
  world.run_for(30s);
  CHECK(world.on_screen() == "a");
  CHECK(world.picture_moves());
}

TEST_CASE("without a status service a fallback whose list had ended before it was seen does not end a live viewing") {
  // FAILOVER.md 4: every member keeps being probed, and playback resumes on the first that delivers.
  World world;
  world.config.status_url.clear();
  world.config.plain_sources = {{"a", world.origin("a").publisher().url()}, {"b", world.origin("b").publisher().url()}};
  world.run_for(12s);
  for (const char* name : {"a", "b"}) world.origin(name).end_list();
  world.run_for(40s);
  CHECK(world.state() == PlayerState::pre_live);
  world.origin("a").restart();
  world.run_for(30s);
  CHECK(world.on_screen() == "a");
  CHECK(world.picture_moves());
}

}  // namespace understudy
