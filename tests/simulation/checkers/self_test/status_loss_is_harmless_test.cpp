#include "bench.h"

namespace understudy::simulation {

TEST_CASE("status_loss_is_harmless: no switch and no stop because the service is lost") {
  Bench b(status_loss_is_harmless);
  b.show(kA, 60s);
  b.truth.reachable = false;
  b.change();
  b.show(kA, 10s);
  CHECK(b.found() == 0);
  b.event(EventType::committed, Reason::input_loss, kB);
  CHECK(b.found() == 1);
  b.event(EventType::stopped, Reason::primary_stopped, kA);
  CHECK(b.found() == 2);
}

TEST_CASE("status_loss_is_harmless: a switch counts unless it comes of what was missed in a suspend") {
  for (const Duration awake : {Duration(15s), Duration(60s)}) {
    Bench b(status_loss_is_harmless);
    b.show(kA, 60s);
    b.truth.reachable = false;
    b.change();
    b.truth.awake = b.truth.at;
    b.show(kA, awake);
    b.event(EventType::committed, Reason::sequence_restart, kB);
    CHECK((b.found() == 1) == (awake == Duration(60s)));
  }
}

TEST_CASE("status_loss_is_harmless: a switch counts unless connections broke") {
  for (const bool broke : {true, false}) {
    Bench b(status_loss_is_harmless);
    b.show(kA, 60s);
    b.truth.reachable = false;
    b.change();
    b.show(kA, 60s);
    if (broke) {
      loading::FetchDone done;
      done.error = Error{ErrorCode::connection_reset, "reset"};
      b.in(done);
    }
    b.event(EventType::committed, Reason::reset, kB);
    CHECK((b.found() == 0) == broke);
  }
}

TEST_CASE("status_loss_is_harmless: a document that took its time tells of when it was asked for") {
  for (const Duration took : {Duration(25s), Duration(5s)}) {
    Bench b(status_loss_is_harmless);
    b.show(kA, 60s);
    b.truth.said.status = status::ChannelStatus::stopped;
    b.change();
    b.ask(1, Purpose::status);
    b.truth.said.status = status::ChannelStatus::playing;
    b.change();
    if (took < 25s) {
      b.pass(25s - took);
      b.ask(2, Purpose::status);
    }
    b.pass(took);
    b.answer(took < 25s ? 2 : 1, 200);
    b.event(EventType::stopped, Reason::primary_stopped, kA);
    CHECK((b.found() == 0) == (took == Duration(25s)));
  }
}

TEST_CASE("status_loss_is_harmless: a stall counts unless the source has just been switched to") {
  for (const Duration shown : {Duration(2s), Duration(60s)}) {
    Bench b(status_loss_is_harmless);
    b.frame -= kBehindLive;
    b.show(kB, 60s);
    b.show(kA, shown);
    b.truth.reachable = false;
    b.change();
    b.in(session::Stalled{});
    CHECK(b.found() == (shown == Duration(2s) ? 0u : 1u));
  }
}

TEST_CASE("status_loss_is_harmless: a stall counts unless the live offset that is wanted holds no segment") {
  for (const std::int64_t offset_ms : {0, 2000, 6000}) {
    Bench b(status_loss_is_harmless);
    b.frame -= kBehindLive;
    b.truth.said.policy.target_live_offset_ms = offset_ms;
    b.show(kA, 60s);
    b.truth.reachable = false;
    b.change();
    b.in(session::Stalled{});
    CHECK(b.found() == (offset_ms == 2000 ? 0u : 1u));
  }
}

TEST_CASE("status_loss_is_harmless: a stall counts unless what is shown lags behind another one") {
  for (const Duration lag : {Duration(100ms), Duration(15s)}) {
    for (const SourceId shown : {kA, kB}) {
      Bench b(status_loss_is_harmless);
      b.frame -= kBehindLive;
      b.truth.lag_of_b = lag;
      b.show(shown, 60s);
      b.truth.reachable = false;
      b.change();
      b.in(session::Stalled{});
      CHECK(b.found() == (shown == kB && lag == Duration(15s) ? 0u : 1u));
    }
  }
}

TEST_CASE("status_loss_is_harmless: a stall counts unless the viewing began where there was no more of its list") {
  for (const bool listed : {true, false}) {
    Bench b(status_loss_is_harmless);
    if (listed) b.frame -= kBehindLive;
    b.show(kA, 60s);
    b.truth.reachable = false;
    b.change();
    b.in(session::Stalled{});
    CHECK((b.found() == 1) == listed);
  }
}

}  // namespace understudy::simulation
