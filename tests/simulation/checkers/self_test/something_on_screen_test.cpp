#include "bench.h"

namespace understudy::simulation {

TEST_CASE("something_on_screen: nothing may be shown only for so long while a member delivers") {
  Bench b(something_on_screen);
  b.event(EventType::started, Reason::start, kA);
  b.show(kA, 1s);
  b.pass(20s);
  b.in(session::Tick{});
  CHECK(b.found() == 0);
  b.pass(60s);
  b.in(session::Tick{});
  CHECK(b.found() > 0);
}

TEST_CASE("something_on_screen: who is stopping may show nothing until another document can be known") {
  for (const bool reachable : {false, true}) {
    Bench b(something_on_screen);
    b.event(EventType::started, Reason::start, kA);
    b.show(kA, 1s);
    b.truth.said.status = status::ChannelStatus::stopping;
    b.in(session::Tick{});
    b.truth.reachable = reachable;
    b.truth.said.status = status::ChannelStatus::playing;
    for (int i = 0; i < 80; ++i) {
      b.pass(1s);
      b.in(session::Tick{});
    }
    CHECK((b.found() > 0) == reachable);
  }
}

TEST_CASE("something_on_screen: who was enabled counts once a document says so") {
  const std::string document = Bench(something_on_screen).body;
  struct Case {
    int code;
    std::string body;
    bool told;
  };
  for (const Case& c : {Case{503, "", false}, Case{200, document, true}, Case{304, "", true}, Case{200, "", false}, Case{200, "{}", false},
                        Case{200, document.substr(0, document.size() / 2), false}}) {
    Bench b(something_on_screen);
    b.event(EventType::started, Reason::start, kA);
    b.show(kA, 1s);
    b.truth.lost = "a";
    b.truth.said.members[0].enabled = false;
    b.change();
    b.truth.said.members[0].enabled = true;
    b.change();
    b.ask(1, Purpose::status);
    b.body = c.body;
    b.answer(1, c.code);
    for (int i = 0; i < 80; ++i) {
      b.pass(1s);
      b.in(session::Tick{});
    }
    CHECK((b.found() > 0) == c.told);
  }
}

namespace {

/// A viewing of A that begins so far behind live.
void begin_viewing(Bench& b, Duration behind) {
  b.out(loading::OpenSource{kA, Epoch{1}});
  b.out(session::StartPlayback{kA, {}});
  b.frame = (b.truth.at.time_since_epoch() - behind) / world::kFrame;
  b.show(kA, 2 * world::kFrame);
}

}  // namespace

TEST_CASE("something_on_screen: a probe keeps the wait that was drawn before the settings changed") {
  for (const bool longer_before : {true, false}) {
    Bench b(something_on_screen);
    b.event(EventType::started, Reason::start, kA);
    b.show(kA, 1s);
    if (longer_before) b.truth.said.policy.probe_max_ms = 40'000;
    b.change();
    b.truth.said.policy.probe_max_ms = 8'000;
    b.change();
    b.ask(1, Purpose::status);
    b.answer(1, 200);
    b.pass(40s);
    b.in(session::Tick{});
    CHECK((b.found() == 0) == longer_before);
    b.pass(40s);
    b.in(session::Tick{});
    CHECK(b.found() > 0);
  }
}

TEST_CASE("something_on_screen: a viewing that begins by the list that is there is placed by when that was asked for") {
  for (const Duration delivered : {Duration(2s), Duration(20s)}) {
    Bench b(something_on_screen);
    b.ask(1, Purpose::media_playlist, kA);
    b.answer(1, 200);
    b.pass(5s);
    b.truth.a_delivers_for = delivered;
    begin_viewing(b, 60s);
    CHECK((b.found() > 0) == (delivered == Duration(20s)));
  }
}

TEST_CASE("something_on_screen: a viewing begins by the live offset that was said until another document can be known") {
  for (const Duration later : {Duration(1s), Duration(20s)}) {
    Bench b(something_on_screen);
    b.truth.said.policy.target_live_offset_ms = 30'000;
    b.change();
    b.truth.said.policy.target_live_offset_ms = 0;
    b.change();
    b.pass(later);
    begin_viewing(b, 30s);
    CHECK((b.found() > 0) == (later == Duration(20s)));
  }
}

TEST_CASE("something_on_screen: by a list from before it delivered a viewing may begin anywhere") {
  for (const Duration delivered : {Duration(100ms), Duration(5s)}) {
    Bench b(something_on_screen);
    b.truth.a_delivers_for = delivered;
    begin_viewing(b, 60s);
    CHECK((b.found() > 0) == (delivered == Duration(5s)));
  }
}

TEST_CASE("something_on_screen: a viewing begins near the live edge") {
  for (const Duration behind : {Duration(6s), Duration(60s)}) {
    Bench b(something_on_screen);
    begin_viewing(b, behind);
    CHECK((b.found() > 0) == (behind == Duration(60s)));
  }
}

TEST_CASE("something_on_screen: a viewing begins with a segment, so with the one that covers the live offset") {
  for (const Duration behind : {Duration(15s), Duration(16500ms)}) {
    Bench b(something_on_screen);
    Policy policy;
    policy.target_live_offset_ms = 6'100;
    b.truth.settings.policy_override = policy;
    b.change();
    begin_viewing(b, behind);
    CHECK((b.found() > 0) == (behind > 16s));
  }
}

}  // namespace understudy::simulation
