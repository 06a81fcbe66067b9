#include "bench.h"

namespace understudy::simulation {

TEST_CASE("replays_alike: what the twin does not do is told") {
  Bench b(replays_alike);
  session::Session session(b.truth.settings);
  const session::Input tick = session::Tick{};
  b.in(tick);
  session.handle(tick, b.truth.at, b.truth.wall());
  for (;;) {
    const session::Output output = session.poll_output();
    b.out(output);
    if (std::holds_alternative<session::Deadline>(output)) break;
  }
  CHECK(b.found() == 0);
  b.in(tick);
  b.out(session::StopMedia{});
  CHECK(b.found() == 1);
}

}  // namespace understudy::simulation
