#include "bench.h"

namespace understudy::simulation {

TEST_CASE("one_switched_event: a commit, its splice, the switch, its event") {
  for (const int events : {0, 1, 2}) {
    Bench b(one_switched_event);
    b.show(kA, 1s);
    b.out(session::Splice{kB});
    b.event(EventType::committed, Reason::reset, kB);
    b.in(session::Switched{kA, kB, {}, {}, 0, 0});
    for (int i = 0; i < events; ++i) b.event(EventType::switched, Reason::reset, kB);
    b.show(kB, 1s);
    CHECK((b.found() == 0) == (events == 1));
  }
}

}  // namespace understudy::simulation
