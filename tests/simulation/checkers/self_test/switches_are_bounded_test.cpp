#include "bench.h"

namespace understudy::simulation {

TEST_CASE("switches_are_bounded: a forced switch has fresh evidence") {
  for (const bool failed : {true, false}) {
    Bench b(switches_are_bounded);
    b.event(EventType::started, Reason::start, kA);
    b.pass(100s);
    b.ask(1, Purpose::segment, kA);
    b.answer(1, failed ? 503 : 200);
    b.event(EventType::committed, Reason::http_error, kB);
    CHECK((b.found() == 0) == failed);
  }
}

TEST_CASE("switches_are_bounded: a failback waits, and comes no more than four times") {
  Bench b(switches_are_bounded);
  const auto away_and_back = [&](Duration wait) {
    b.ask(1, Purpose::segment, kA);
    b.answer(1, 503);
    b.event(EventType::committed, Reason::http_error, kB);
    b.pass(wait);
    b.event(EventType::committed, Reason::failback, kA, kB);
  };
  away_and_back(31s);
  CHECK(b.found() == 0);
  away_and_back(31s);  // the second failure doubles it
  CHECK(b.found() == 1);

  Bench often(switches_are_bounded);
  for (int i = 0; i < 4; ++i) often.event(EventType::committed, Reason::failback, kA, kB);
  CHECK(often.found() == 0);
  often.event(EventType::committed, Reason::failback, kA, kB);
  CHECK(often.found() == 1);
}

}  // namespace understudy::simulation
