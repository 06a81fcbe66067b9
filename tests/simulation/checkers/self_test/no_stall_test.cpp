#include "bench.h"

namespace understudy::simulation {

TEST_CASE("no_stall: a stall counts while another member delivers and the buffer sufficed") {
  for (const bool lost : {false, true}) {
    Bench b(no_stall);
    b.show(kA, 1s);
    if (lost) b.truth.lost = "a";
    b.change();
    b.pass(20s);
    b.in(session::Stalled{});
    CHECK((b.found() > 0) == lost);
  }
}

TEST_CASE("no_stall: a member that lags by more than the buffer holds cannot help") {
  for (const Duration lag : {Duration(2s), Duration(30s)}) {
    Bench b(no_stall);
    b.truth.lag_of_b = lag;
    b.show(kA, 1s);
    b.truth.lost = "a";
    b.change();
    b.pass(20s);
    b.in(session::Stalled{});
    CHECK((b.found() > 0) == (lag == Duration(2s)));
  }
}

TEST_CASE("no_stall: where dates have jumped the fallback may seem to lag by any time") {
  for (const bool jumped : {false, true}) {
    Bench b(no_stall);
    b.truth.jumped = jumped;
    b.show(kA, 1s);
    b.truth.lost = "a";
    b.change();
    b.in(session::Stalled{});
    CHECK((b.found() == 0) == jumped);
  }
}

TEST_CASE("no_stall: another fault on top of the first counts with the buffer of its own moment") {
  for (const Duration left : {Duration(20s), Duration(2s)}) {
    Bench b(no_stall);
    b.show(kA, 1s);
    b.truth.lost = "a";
    b.change();
    b.pass(20s);
    b.truth.ahead = left;
    b.truth.more_troubles = 1;
    b.change();
    b.in(session::Stalled{});
    CHECK((b.found() > 0) == (left == Duration(20s)));
  }
}

TEST_CASE("no_stall: who is lost after the fault as well makes it one that the buffer need not bear") {
  Bench b(no_stall);
  b.show(kA, 1s);
  b.truth.lost = "a";
  b.change();
  b.truth.lag_of_b = 30s;
  b.change();
  b.in(session::Stalled{});
  CHECK(b.found() == 0);
}

}  // namespace understudy::simulation
