#include "bench.h"

namespace understudy::simulation {

TEST_CASE("stop_is_obeyed: pictures until the bound are forgiven, later ones are not") {
  Bench b(stop_is_obeyed);
  b.show(kA, 1s);
  b.truth.said.status = status::ChannelStatus::stopped;
  b.change();
  b.show(kA, 3s);
  CHECK(b.found() == 0);
  b.show(kA, 2s);
  CHECK(b.found() > 0);
}

TEST_CASE("stop_is_obeyed: an interval that a cache kept from the player is not the one it polls by") {
  for (const bool cached : {true, false}) {
    Bench b(stop_is_obeyed);
    b.truth.said.policy.poll_ms = 20'000;
    b.change();
    b.ask(1, Purpose::status);
    b.answer(1, 200);
    b.pass(1s);
    b.truth.said.policy.poll_ms = 1'000;
    b.truth.said.status = status::ChannelStatus::stopped;
    b.change();
    if (cached) b.truth.age = 5s;
    b.ask(2, Purpose::status);
    b.answer(2, 200);
    b.truth.age = {};
    b.show(kA, 10s);
    CHECK((b.found() == 0) == cached);
  }
}

}  // namespace understudy::simulation
