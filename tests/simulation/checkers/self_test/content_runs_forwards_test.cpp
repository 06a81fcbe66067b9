#include "bench.h"

namespace understudy::simulation {

TEST_CASE("content_runs_forwards: what had left the window of the new source as it was prepared may be missing") {
  for (const Duration behind : {Duration(5s), Duration(15s)}) {
    Bench b(content_runs_forwards);
    b.truth.at += 1h;
    b.frame = (b.truth.wall().time_since_epoch() - behind) / world::kFrame;
    b.show(kA, 1s);
    b.event(EventType::hedge_started, Reason::reset, kB);
    b.frame += 25;
    b.show(kB, 1s);
    CHECK((b.found() == 0) == (behind == Duration(15s)));
  }
}

TEST_CASE("content_runs_forwards: no frame comes twice, none is missing") {
  for (const std::int64_t step : {0, -3, 5}) {
    Bench b(content_runs_forwards);
    b.truth.at += 1h;
    b.show(kA, 1s);
    b.frame += step;
    b.show(kB, 1s);
    CHECK((b.found() > 0) == (step != 0));
  }
}

}  // namespace understudy::simulation
