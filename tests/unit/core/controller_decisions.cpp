// The controller alone, on views made by hand: no loader, no playlist, no media.
#include <algorithm>
#include <cstdlib>

#include "core/failover/controller.h"
#include "support/catch.h"

namespace understudy::failover {

using namespace std::chrono_literals;
using health::Verdict;

namespace {

constexpr SourceId kA{0};
constexpr SourceId kB{1};
constexpr SourceId kC{2};

template <class D>
const D* first(const std::vector<Decision>& decisions) {
  for (const Decision& d : decisions)
    if (const auto* found = std::get_if<D>(&d)) return found;
  return nullptr;
}

/// Three members, all playing; the primary holds five seconds.
struct Stage {
  View view;
  Controller controller;

  explicit Stage(const Policy& policy = {}, std::uint64_t seed = 1) : controller(policy, Random(seed)) {
    view.now = Instant{100s};
    view.has_status = view.primary_playing = true;
    for (const SourceId id : {kA, kB, kC}) {
      MemberView m;
      m.id = id;
      m.eligible = m.says_playing = true;
      m.priority = static_cast<int>(id.value);
      view.members.push_back(m);
    }
  }
  MemberView& operator[](SourceId id) { return view.members[id.value]; }
  std::vector<Decision> evaluate(Duration later = {}) {
    view.now += later;
    return controller.evaluate(view);
  }
  void play() {
    evaluate();
    (*this)[kA].delivering = true;
    (*this)[kA].buffer = 5s;
    controller.on_first_frame(kA);
    evaluate();
  }
  void lose(SourceId id, Reason reason = Reason::connect_failed) {
    (*this)[id].assessment = {Verdict::failed, reason, std::nullopt, true, view.now, view.now};
  }
  void heal(SourceId id) { (*this)[id].assessment = {}; }
  /// `id` holds all that is needed, decoded, up to `until`.
  void ready(SourceId id, Duration splice_in, Duration until = 20s) {
    MemberView& m = (*this)[id];
    m.delivering = m.splice_ready = m.whole_segment = true;
    m.splice_in = splice_in;
    m.buffer = until;
  }
};

}  // namespace

TEST_CASE("a playing primary goes on air, one that is not shows the card") {
  Stage playing;
  const auto started = playing.evaluate();
  REQUIRE(first<GoOnAir>(started));
  CHECK(first<GoOnAir>(started)->source == kA);

  Stage waiting;
  waiting.view.primary_playing = false;
  CHECK(first<ShowPrelive>(waiting.evaluate()));
  CHECK(waiting.evaluate(10s).empty());
  waiting.view.primary_playing = true;
  CHECK(first<GoOnAir>(waiting.evaluate()));
}

TEST_CASE("nothing is decided before a status is known") {
  Stage stage;
  stage.view.has_status = false;
  CHECK(stage.evaluate().empty());
  CHECK(stage.controller.state() == State::joining);
}

TEST_CASE("evidence of a loss is told once and asks for the status") {
  Stage stage;
  stage.play();
  stage.lose(kA);
  const auto decisions = stage.evaluate();
  REQUIRE(first<Tell>(decisions));
  CHECK(first<Tell>(decisions)->type == EventType::intent_to_fallback);
  CHECK(first<AskStatus>(decisions));
  CHECK_FALSE(first<Tell>(stage.evaluate(10ms)));
}

TEST_CASE("a hedge starts within the slack, and at once without one") {
  Stage stage;
  stage.play();
  stage[kA].buffer = 1s;  // less than it takes to prepare
  stage.lose(kA);
  const auto decisions = stage.evaluate();
  REQUIRE(first<Hedge>(decisions));
  CHECK(first<Hedge>(decisions)->source == kB);
}

// A hedge is a burst of requests, and a crowd loses its source at once: any part of the slack that is favoured is a wave at the
// fallback (tests/simulation/crowd).
TEST_CASE("the hedges of a crowd are spread evenly over the slack") {
  constexpr int kViewers = 2000;
  int in_quarter[4] = {};
  for (std::uint64_t seed = 1; seed <= kViewers; ++seed) {
    Stage stage({}, seed);
    stage.play();
    stage[kA].buffer = 7200ms;  // four seconds of slack: 1.5 s to prepare, as much for a first one in vain, and 200 ms of margin
    stage.lose(kA);
    const Instant lost = stage.view.now;
    stage.evaluate();
    while (!stage.controller.candidate() && stage.view.now < lost + 5s) {
      const Duration passed = std::max<Duration>(stage.controller.next_deadline() - stage.view.now, 1ms);
      *stage[kA].buffer -= passed;
      stage.evaluate(passed);
    }
    REQUIRE(stage.controller.candidate() == kB);
    ++in_quarter[std::min<std::int64_t>((stage.view.now - lost) / 1s, 3)];
  }
  for (const int hedges : in_quarter) CHECK(std::abs(hedges - kViewers / 4) < kViewers / 20);
}

TEST_CASE("a candidate that needs long to prepare is not given up within that time") {
  Stage stage;
  stage.play();
  stage[kC].eligible = false;
  stage[kB].to_prepare = 6s;  // long segments over a slow access
  stage.lose(kA);
  REQUIRE(first<Hedge>(stage.evaluate()));
  stage[kB].to_prepare = 2s;  // its playlists are here: the rest takes less
  CHECK_FALSE(first<CancelHedge>(stage.evaluate(6100ms)));
  CHECK(first<CancelHedge>(stage.evaluate(200ms)));
}

TEST_CASE("a ready candidate commits when the buffer has run out but for the lead, not before") {
  Stage stage;
  stage.play();
  stage[kA].buffer = 1s;
  stage.lose(kA);
  stage.evaluate();
  stage.ready(kB, 950ms);
  CHECK_FALSE(first<Commit>(stage.evaluate()));
  CHECK(stage.controller.next_deadline() == stage.view.now + 850ms);  // 100 ms lead, no output latency
  stage[kA].buffer = 150ms;
  stage[kB].splice_in = 100ms;
  const auto decisions = stage.evaluate(850ms);
  REQUIRE(first<Commit>(decisions));
  CHECK(first<Commit>(decisions)->from == kA);
  CHECK(first<Commit>(decisions)->to == kB);
  CHECK(first<Commit>(decisions)->reason == Reason::connect_failed);
}

TEST_CASE("a candidate that is still loading may get a later access point, so its first one passing is no reason to commit") {
  Stage stage;
  stage.play();
  stage[kA].buffer = 1500ms;
  stage.lose(kA);
  stage.evaluate();
  stage.ready(kB, 90ms, 400ms);  // holds 400 ms of the 1500 that are good
  CHECK_FALSE(first<Commit>(stage.evaluate()));
}

TEST_CASE("a candidate that begins behind the good end is entered when the buffer runs out") {
  // Its splice lies beyond the end, and the playhead stops there: waiting for it would be waiting for ever.
  Stage stage;
  stage.play();
  stage[kA].buffer = 1s;
  stage.lose(kA);
  stage.evaluate();
  stage.ready(kB, 3s);
  CHECK_FALSE(first<Commit>(stage.evaluate()));
  stage[kA].buffer = 100ms;
  CHECK(first<Commit>(stage.evaluate(900ms)));
}

TEST_CASE("a loss that heals before the commit cancels the hedge") {
  Stage stage;
  stage.play();
  stage[kA].buffer = 1s;
  stage.lose(kA);
  stage.evaluate();
  stage.heal(kA);
  const auto decisions = stage.evaluate(100ms);
  REQUIRE(first<CancelHedge>(decisions));
  CHECK(first<CancelHedge>(decisions)->source == kB);
  CHECK_FALSE(stage.controller.candidate());
}

TEST_CASE("a candidate that can't deliver makes room for the next at once") {
  Stage stage;
  stage.play();
  stage[kA].buffer = 1s;
  stage.lose(kA);
  stage.evaluate();
  stage.lose(kB);
  const auto decisions = stage.evaluate();
  REQUIRE(first<Hedge>(decisions));
  CHECK(first<Hedge>(decisions)->source == kC);
  CHECK(stage.controller.penalised(kB, stage.view.now));
}

// FAILOVER.md 12.3: it is enough that one of them delivers, so that one must get its turn.
TEST_CASE("of several candidates each is tried before one is tried again") {
  constexpr SourceId kD{3};
  Stage stage;
  stage.view.members.push_back(stage[kC]);
  stage[kD].id = kD;
  stage.play();
  stage[kA].buffer = 1s;
  stage.lose(kA);
  REQUIRE(first<Hedge>(stage.evaluate())->source == kB);
  stage.lose(kB);
  REQUIRE(first<Hedge>(stage.evaluate())->source == kC);
  REQUIRE(first<Hedge>(stage.evaluate(20s))->source == kD);  // kC was silent, and kB is excluded no more
  CHECK(first<Hedge>(stage.evaluate(20s))->source == kB);    // once more from the first
}

// What it takes to prepare is what it took others, and is over at the very moment at which the last answer comes.
TEST_CASE("a candidate that takes just as long as it was expected to is not given up for another one") {
  Stage stage;
  stage.play();
  stage[kA].buffer = 1s;
  stage[kB].to_prepare = stage[kC].to_prepare = 1100ms;
  stage.lose(kA);
  REQUIRE(first<Hedge>(stage.evaluate())->source == kB);
  CHECK_FALSE(first<CancelHedge>(stage.evaluate(1100ms)));
  CHECK(first<CancelHedge>(stage.evaluate(kPrepareMargin)));
}

// FAILOVER.md 3: a suspend resets what is weighed by time instead of tripping it.
TEST_CASE("a candidate is not given up for the time that was slept through") {
  for (const bool slept : {true, false}) {
    Stage stage;
    stage.play();
    stage[kA].buffer = 1s;
    stage.lose(kA);
    REQUIRE(first<Hedge>(stage.evaluate())->source == kB);
    stage.view.now += 60s;
    if (slept) stage.controller.forget_lateness(stage.view.now);
    CHECK((first<CancelHedge>(stage.evaluate()) == nullptr) == slept);
  }
}

// FAILOVER.md 12.3: what was begun with time to spare is no reason to wait when there is none.
TEST_CASE("a failback that brings nothing makes room when the source on the air is lost") {
  Policy policy;
  policy.recovery = Recovery::primary_preferred;
  Stage stage(policy);
  stage.play();
  stage.lose(kA);
  stage.evaluate(10s);
  stage.ready(kB, 3s);
  stage[kA].buffer = 100ms;
  REQUIRE(first<Commit>(stage.evaluate()));
  stage.controller.on_switched(kB);
  stage.heal(kA);
  stage[kA].healthy_since = stage.view.now;
  stage[kB].buffer = 15s;
  stage.evaluate();
  stage.evaluate(60s);
  stage.evaluate(60s);
  REQUIRE(stage.controller.candidate() == kA);
  stage[kA].delivering = true;  // it lags
  stage[kA].buffer = 2s;
  stage.evaluate(30s);
  REQUIRE(stage.controller.candidate() == kA);
  stage.lose(kB);
  CHECK(first<CancelHedge>(stage.evaluate()));
  stage[kB].buffer = 1500ms;
  CHECK(first<Hedge>(stage.evaluate(13s))->source == kC);
}

TEST_CASE("a member that denies access is penalised for penaltyMs") {
  Stage stage;
  stage.play();
  stage[kA].buffer = 1s;
  stage.lose(kA);
  stage.evaluate();
  stage.lose(kB, Reason::access_denied);
  stage.evaluate();
  CHECK(stage.controller.penalised(kB, stage.view.now + 119s));
  CHECK_FALSE(stage.controller.penalised(kB, stage.view.now + 121s));
}

// FAILOVER.md 3: 401 and 403 are unusable for penaltyMs, whatever the candidate brought before; 12.2: who is penalised is not switched to
// unless there is nobody else.
TEST_CASE("a candidate that denies access in the middle of a hedge is penalised and makes room for the next") {
  Stage stage;
  stage.play();
  stage[kA].buffer = 1s;
  stage.lose(kA);
  stage.evaluate();
  stage.ready(kB, 950ms);
  stage.lose(kB, Reason::access_denied);
  const auto decisions = stage.evaluate();
  REQUIRE(first<Hedge>(decisions));
  CHECK(first<Hedge>(decisions)->source == kC);
  CHECK(stage.controller.penalised(kB, stage.view.now + 119s));
}

TEST_CASE("a penalty is no shorter for what is wrong with the candidate after the denial") {
  Stage stage;
  stage.play();
  stage.controller.request_switch(kB);
  stage.evaluate();
  stage.ready(kB, 2s);
  stage[kB].splice_ready = false;
  stage.lose(kB, Reason::access_denied);
  stage[kC].eligible = false;  // kept as the least bad
  stage.evaluate();
  stage[kB].delivering = false;
  stage.lose(kB, Reason::http_error);
  CHECK(first<CancelHedge>(stage.evaluate(10s)));
  CHECK(stage.controller.penalised(kB, stage.view.now + 109s));
}

TEST_CASE("a candidate that denies access in a pause is penalised too") {
  Stage stage;
  stage.play();
  stage.controller.request_switch(kB);
  stage.evaluate();
  stage.view.paused = true;
  stage.lose(kB, Reason::access_denied);
  stage.evaluate();
  stage.view.paused = false;
  stage.controller.rejoin();  // a long pause: back to the live edge
  stage.lose(kA);
  const auto decisions = stage.evaluate(20s);
  CHECK(stage.controller.penalised(kB, stage.view.now + 99s));
  REQUIRE(first<GoOnAir>(decisions));
  CHECK(stage.controller.candidate() != kB);
}

TEST_CASE("a candidate that denies access after it brought something is the least bad where there is no other") {
  Stage stage;
  stage.play();
  stage[kC].eligible = false;
  stage[kA].buffer = 1s;
  stage.lose(kA);
  stage.evaluate();
  stage.ready(kB, 950ms);
  stage.lose(kB, Reason::access_denied);
  stage.evaluate();
  CHECK(stage.controller.candidate() == kB);
  stage.heal(kA);
  CHECK(first<CancelHedge>(stage.evaluate(100ms)));
  CHECK(stage.controller.penalised(kB, stage.view.now + 119s));
}

TEST_CASE("while the viewer's network is down no candidate is blamed") {
  Stage stage;
  stage.play();
  stage[kA].buffer = 1s;
  stage.lose(kA);
  stage.evaluate();
  stage.lose(kB);
  stage.view.network_down = true;
  CHECK_FALSE(first<CancelHedge>(stage.evaluate(kCandidatePatience - 1ms)));
  CHECK_FALSE(stage.controller.penalised(kB, stage.view.now));
}

TEST_CASE("a stall with nobody to take over is held for maxHoldMs, then the card is shown and all are probed") {
  Stage stage;
  for (const SourceId id : {kB, kC}) stage[id].eligible = false;
  stage.play();
  stage.lose(kA);
  stage[kA].buffer = 0s;
  stage.view.stalled = true;
  CHECK_FALSE(first<ShowPrelive>(stage.evaluate()));
  CHECK_FALSE(first<ShowPrelive>(stage.evaluate(1999ms)));
  stage[kA].delivering = false;
  const auto decisions = stage.evaluate(1ms);
  CHECK(first<ShowPrelive>(decisions));
  CHECK(stage.controller.state() == State::exhausted);
}

TEST_CASE("a probe whose body crawls ends and is made anew") {
  // FAILOVER.md 12.4: its server may be mended long before such a body has come in.
  Stage stage;
  for (const SourceId id : {kB, kC}) stage[id].eligible = false;
  stage.play();
  stage.lose(kA);
  stage[kA].buffer = 0s;
  stage.view.stalled = true;
  stage.evaluate();
  stage[kA].delivering = false;
  const auto exhausted = stage.evaluate(2s);
  REQUIRE(first<ShowPrelive>(exhausted));
  stage.heal(kA);
  stage.evaluate(Policy{}.probe_max_ms * 1ms);
  stage[kA].slow = true;
  CHECK_FALSE(first<EndProbe>(stage.evaluate()));
  stage[kA].crawls = true;
  CHECK(first<EndProbe>(stage.evaluate()));
  stage[kA].slow = stage[kA].crawls = false;
  CHECK(first<Probe>(stage.evaluate(Policy{}.probe_max_ms * 1ms)));
}

TEST_CASE("a start whose body crawls gives way to probes after the start-up time-out") {
  Stage stage;
  for (const SourceId id : {kB, kC}) stage[id].eligible = false;
  stage.evaluate();
  stage[kA].slow = stage[kA].crawls = true;
  CHECK_FALSE(first<ShowPrelive>(stage.evaluate(1s)));
  CHECK(first<ShowPrelive>(stage.evaluate(Policy{}.startup_timeout_ms * 1ms)));
}

TEST_CASE("a stall of the viewer's own network is held as offline") {
  Stage stage;
  stage.play();
  stage.lose(kA);
  stage.view.stalled = stage.view.network_down = true;
  stage.evaluate();
  CHECK(stage.controller.state() == State::offline);
  stage.evaluate(60s);
  CHECK(stage.controller.state() == State::offline);
  stage.heal(kA);
  stage.view.stalled = stage.view.network_down = false;
  stage.evaluate();
  CHECK(stage.controller.state() == State::on_air);
}

TEST_CASE("a stop ends everything, from every state") {
  Stage stage;
  stage.play();
  stage.view.stop = Reason::primary_stopped;
  const auto decisions = stage.evaluate();
  REQUIRE(first<StopPlaying>(decisions));
  CHECK(first<StopPlaying>(decisions)->reason == Reason::primary_stopped);
  CHECK(stage.evaluate(60s).empty());
}

TEST_CASE("under stopping nothing falls back") {
  Stage stage;
  stage.play();
  stage.view.stopping = true;
  stage.lose(kA);
  stage[kA].buffer = 0s;
  CHECK(stage.evaluate().empty());
  CHECK(stage.evaluate(30s).empty());
}

TEST_CASE("a hedge that began before the channel was stopping ends with it and is never committed") {
  Stage stage;
  stage.play();
  stage[kA].buffer = 1s;
  stage.lose(kA);
  stage.evaluate();
  stage.ready(kB, 950ms);
  stage.view.stopping = true;
  stage[kA].buffer = 0s;
  const auto decisions = stage.evaluate(1s);
  CHECK(first<CancelHedge>(decisions));
  CHECK_FALSE(first<Commit>(decisions));
  CHECK(stage.evaluate(30s).empty());
}

TEST_CASE("a start under stopping falls back to nobody") {
  Stage stage;
  stage.evaluate();
  REQUIRE(first<Hedge>(stage.evaluate(2s)));
  stage.view.stopping = true;
  stage.view.primary_playing = false;
  stage.lose(kA);
  stage.ready(kB, 1s);
  CHECK(first<CancelHedge>(stage.evaluate()));
  CHECK(stage.evaluate(60s).empty());
}

TEST_CASE("a start that turns into waiting leaves no active source behind") {
  Stage stage;
  stage.evaluate();
  REQUIRE(stage.controller.active() == kA);
  stage.view.primary_playing = false;
  CHECK(first<ShowPrelive>(stage.evaluate()));
  CHECK_FALSE(stage.controller.active());
}

TEST_CASE("a slow start does not go over to a fallback that was removed meanwhile") {
  Stage stage;
  stage[kC].eligible = false;
  stage.evaluate();
  REQUIRE(first<Hedge>(stage.evaluate(2s)));
  stage.ready(kB, 1s);
  stage[kB].eligible = false;
  const auto decisions = stage.evaluate(6s);
  CHECK_FALSE(first<GoOnAir>(decisions));
  CHECK(first<CancelHedge>(decisions));
}

TEST_CASE("a splice that does not come is waited for as long as a start, then everybody is tried") {
  // FAILOVER.md 4: the last picture is held for maxHoldMs at most; 12.4: something is on screen while a member delivers.
  const Policy policy;
  Stage stage(policy);
  stage.play();
  stage.controller.request_switch(kB);
  stage.evaluate();
  stage.ready(kB, 1s);
  REQUIRE(first<Commit>(stage.evaluate()));
  stage.view.stalled = true;
  stage.evaluate();
  const Duration patience = from_ms(policy.max_hold_ms + policy.startup_timeout_ms);
  CHECK_FALSE(first<ShowPrelive>(stage.evaluate(patience - 1ms)));
  const auto decisions = stage.evaluate(1ms);
  CHECK(first<ShowPrelive>(decisions));
  CHECK(first<Probe>(decisions));
}

TEST_CASE("who is brought back to live within a switch begins anew at once, on the source that was switched to") {
  // FAILOVER.md 3: after a suspend the position is kept where the window allows; it does not.
  Stage stage;
  stage.play();
  stage.controller.request_switch(kB);
  stage.evaluate();
  stage.ready(kB, 1s);
  REQUIRE(first<Commit>(stage.evaluate()));
  stage.controller.rejoin();
  const auto decisions = stage.evaluate(300s);
  REQUIRE(first<GoOnAir>(decisions));
  CHECK(first<GoOnAir>(decisions)->source == kB);
}

TEST_CASE("a raise ends when its time is over, also within a switch that a suspend interrupted") {
  Stage stage;
  stage.play();
  stage[kA].buffer = 10s;
  stage.lose(kA);
  stage.evaluate();
  const auto raised = stage.evaluate(stage.controller.next_deadline() - stage.view.now);
  REQUIRE(first<Stand>(raised));
  REQUIRE(first<Stand>(raised)->source == kB);
  stage.controller.request_switch(kC);
  stage.evaluate();
  stage.ready(kC, 1s);
  REQUIRE(first<Commit>(stage.evaluate()));
  const auto decisions = stage.evaluate(280s);
  REQUIRE(stage.controller.state() == State::switching);
  REQUIRE(first<Stand>(decisions));
  CHECK(first<Stand>(decisions)->source == kB);
  CHECK(first<Stand>(decisions)->level == Standby::cold);
}

TEST_CASE("the end of a penalty is a deadline, for who is free again may be tried") {
  Stage stage;
  stage.play();
  stage[kA].buffer = 1s;
  stage.lose(kA);
  stage.evaluate();
  stage.lose(kB, Reason::access_denied);
  stage.evaluate();
  stage.heal(kA);
  stage[kA].buffer = 5s;
  const Instant before = stage.view.now;
  stage.evaluate(61s);  // what was raised at the suspicion is over
  CHECK(stage.controller.next_deadline() == before + 120s);
}

TEST_CASE("a member that failed while it was hot is hot again after a minute, and that is a deadline") {
  Policy policy;
  policy.standby = Standby::hot;
  Stage stage(policy);
  for (const SourceId id : {kB, kC}) stage[id].eligible = id == kB;
  stage.play();
  stage[kB].stale = true;
  const auto decisions = stage.evaluate();
  REQUIRE(first<Stand>(decisions));
  CHECK(first<Stand>(decisions)->level == Standby::warm);
  stage[kB].stale = false;
  const Instant again = stage.view.now + kRaisedFor;
  stage.evaluate(1s);
  CHECK(stage.controller.next_deadline() == again);
  const auto later = stage.evaluate(59s);
  REQUIRE(first<Stand>(later));
  CHECK(first<Stand>(later)->level == Standby::hot);
}

TEST_CASE("while nobody answers each member is asked in turn, then one in probeMaxMs, and nobody is excluded") {
  // FAILOVER.md 3: nobody is to blame. But it may be only those that were asked, and the service: 12.4.
  Stage stage;
  stage.play();
  stage.view.network_down = stage.view.stalled = true;
  stage[kA].buffer.reset();
  stage.lose(kA);
  const auto first_hedge = stage.evaluate();
  REQUIRE(first<Hedge>(first_hedge));
  CHECK(first<Hedge>(first_hedge)->source == kB);
  stage.lose(kB);
  CHECK_FALSE(first<Hedge>(stage.evaluate(kCandidatePatience - 1ms)));
  const Duration patience = from_ms(Policy{}.probe_max_ms);
  stage.view.now += 1ms;
  for (const SourceId id : {kC, kB, kC}) {
    const auto decisions = stage.evaluate();
    REQUIRE(first<Hedge>(decisions));
    CHECK(first<Hedge>(decisions)->source == id);
    for (const SourceId any : {kB, kC}) CHECK_FALSE(stage.controller.penalised(any, stage.view.now));
    CHECK_FALSE(first<Hedge>(stage.evaluate(patience - 1ms)));
    stage.view.now += 1ms;
  }
}

TEST_CASE("a source that was asked for by name is waited for while nobody answers, and wakes nobody") {
  Stage stage;
  stage.play();
  stage.controller.request_switch(kB);
  stage.evaluate();
  stage.lose(kB);
  stage.view.network_down = true;
  CHECK_FALSE(first<CancelHedge>(stage.evaluate(60s)));
  CHECK(stage.controller.next_deadline() > stage.view.now);
}

TEST_CASE("a source that was asked for by name is not held on to while nobody answers and the one on the air is lost") {
  // FAILOVER.md 12.4: a third one may deliver.
  Stage stage;
  stage.play();
  stage.controller.request_switch(kB);
  stage.evaluate();
  stage.lose(kB);
  stage.lose(kA);
  stage.view.network_down = stage.view.stalled = true;
  stage[kA].buffer.reset();
  CHECK_FALSE(first<Hedge>(stage.evaluate(kCandidatePatience - 1ms)));
  const auto decisions = stage.evaluate(1ms);
  REQUIRE(first<Hedge>(decisions));
  CHECK(first<Hedge>(decisions)->source == kC);
  CHECK_FALSE(stage.controller.penalised(kB, stage.view.now));
}

TEST_CASE("while the viewer is offline nobody loses the place in the wings, and settings hold") {
  // FAILOVER.md 3: nobody is to blame; 4: settings hold from the next decision on.
  Policy policy;
  policy.standby = Standby::hot;
  Stage stage(policy);
  stage[kC].eligible = false;
  stage.play();
  stage.view.network_down = stage.view.stalled = true;
  for (const SourceId id : {kA, kB}) stage.lose(id);
  stage.evaluate();
  REQUIRE(stage.controller.state() == State::offline);
  CHECK_FALSE(first<Stand>(stage.evaluate(1ms)));
  policy.standby = Standby::cold;
  stage.controller.set_policy(policy);
  const auto decisions = stage.evaluate(1ms);
  REQUIRE(stage.controller.state() == State::offline);
  REQUIRE(first<Stand>(decisions));
  CHECK(first<Stand>(decisions)->level == Standby::cold);
}

TEST_CASE("a paused viewer is not hedged") {
  Stage stage;
  stage.play();
  stage.view.paused = true;
  stage.lose(kA);
  CHECK(stage.evaluate(10s).empty());
}

TEST_CASE("a hedge beside a slow start ends with the first frame") {
  Stage stage;
  stage.evaluate();
  REQUIRE(first<Hedge>(stage.evaluate(2s)));
  stage[kA].delivering = true;
  stage[kA].buffer = 5s;
  stage.controller.on_first_frame(kA);
  const auto decisions = stage.evaluate();
  REQUIRE(first<CancelHedge>(decisions));
  CHECK(first<CancelHedge>(decisions)->source == kB);
}

TEST_CASE("a candidate as slow as what it should replace ends the hedge, and slowness starts no other for a while") {
  Stage stage;
  stage.play();
  stage[kA].buffer = 1s;
  stage[kC].eligible = false;
  stage.lose(kA, Reason::trickle);
  stage[kA].assessment.hard = false;
  stage.evaluate();
  stage[kA].slow = stage[kB].slow = true;
  CHECK(first<CancelHedge>(stage.evaluate(1s)));
  CHECK_FALSE(first<Hedge>(stage.evaluate(29s)));
  CHECK(first<Hedge>(stage.evaluate(1s)));
}

TEST_CASE("a manual switch commits as soon as the candidate is ready") {
  Stage stage;
  stage.play();
  stage.controller.request_switch(kC);
  const auto hedged = stage.evaluate();
  REQUIRE(first<Hedge>(hedged));
  CHECK(first<Hedge>(hedged)->source == kC);
  stage.ready(kC, 3s);
  const auto decisions = stage.evaluate();
  REQUIRE(first<Commit>(decisions));
  CHECK(first<Commit>(decisions)->reason == Reason::manual);
}

TEST_CASE("same views, same decisions") {
  const auto run = [] {
    Stage stage;
    stage.play();
    stage.lose(kA);
    stage.evaluate();
    return stage.controller.next_deadline();
  };
  CHECK(run() == run());
}

}  // namespace understudy::failover
