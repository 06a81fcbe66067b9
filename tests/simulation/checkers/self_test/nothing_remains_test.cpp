#include "bench.h"

namespace understudy::simulation {

TEST_CASE("nothing_remains: after the end no timer, after a stop no request for media") {
  for (const Instant at : {Instant::max(), Instant(2000s)}) {
    Bench b(nothing_remains);
    b.in(session::EndSession{});
    b.event(EventType::stopped, Reason::app, kA);
    b.out(session::Deadline{at, session::DeadlineReason::idle});
    CHECK((b.found() == 0) == (at == Instant::max()));
  }
  for (const bool cancelled : {true, false}) {
    Bench b(nothing_remains);
    b.ask(1, Purpose::segment, kA);
    b.event(EventType::stopped, Reason::primary_stopped, kA);
    if (cancelled) b.out(loading::CancelFetch{RequestId{1}});
    b.turn();
    CHECK((b.found() == 0) == cancelled);
  }
}

}  // namespace understudy::simulation
