#include "bench.h"

namespace understudy::simulation {

TEST_CASE("requests_are_bounded: no more than twelve a second, and no gap") {
  Bench b(requests_are_bounded);
  for (int i = 0; i < 13; ++i) {
    b.checker->on_request({b.truth.at, "a.test", "x", Purpose::segment});
    b.pass(i < 12 ? 80ms : 0ms);
  }
  CHECK(b.found() == 1);
  b.checker->on_request({b.truth.at, "b.test", "gap", Purpose::segment});
  CHECK(b.found() == 2);
}

TEST_CASE("requests_are_bounded: Retry-After is waited for") {
  for (const Duration wait : {Duration(10s), Duration(9s)}) {
    Bench b(requests_are_bounded);
    b.ask(1, Purpose::segment, kA);
    b.answer(1, 503, 10s);
    b.pass(wait);
    b.ask(2, Purpose::segment, kA);
    CHECK((b.found() == 0) == (wait == Duration(10s)));
  }
}

}  // namespace understudy::simulation
