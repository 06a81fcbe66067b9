#include "bench.h"

namespace understudy::simulation {

TEST_CASE("polls_are_spread: polls in step are told, and such as come too soon") {
  for (const bool spread : {true, false}) {
    Bench b(polls_are_spread);
    for (std::uint64_t i = 1; i < 40; ++i) {
      b.ask(i, Purpose::status);
      b.answer(i, 304);
      b.pass(2s + (spread ? from_ms(static_cast<std::int64_t>(i * 37 % 600)) - 300ms : 0ms));
    }
    CHECK((b.found() == 0) == spread);
  }
  Bench b(polls_are_spread);
  b.ask(1, Purpose::status);
  b.answer(1, 304);
  b.pass(500ms);
  b.ask(2, Purpose::status);
  CHECK(b.found() == 1);
}

TEST_CASE("polls_are_spread: a poll at its ordinary time is no hastened one") {
  for (const Duration wait : {Duration(205ms), Duration(210ms)}) {
    Bench b(polls_are_spread);
    b.truth.said.policy.poll_ms = 258;  // 0.8 of it and a round trip are less than 250 ms
    b.change();
    b.ask(1, Purpose::status);
    b.pass(30ms);
    b.answer(1, 304);
    b.event(EventType::intent_to_fallback, Reason::http_error, kA);
    b.pass(wait);
    b.ask(2, Purpose::status);
    CHECK((b.found() == 0) == (wait == Duration(210ms)));
  }
}

}  // namespace understudy::simulation
