#include "core/health/input_loss.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::health;

namespace {

Instant at(std::int64_t ms) { return Instant(from_ms(ms)); }

/// `count` segments, each due every 6 s from `from` on and `late` ms late.
void publish(InputLoss& monitor, int count, std::int64_t late, std::int64_t from = 0) {
  for (int i = 0; i < count; ++i) {
    const std::int64_t due = from + i * 6'000;
    monitor.observe(InputLoss::MediaDue{at(due)}, at(due - 6'000));
    monitor.observe(InputLoss::MediaArrived{}, at(due + late));
  }
}

}  // namespace

TEST_CASE("loss counts from when the media was due, not from the last media") {
  InputLoss monitor;
  monitor.observe(InputLoss::MediaDue{at(6'000)}, at(0));
  CHECK(monitor.verdict(at(5'999)) == Verdict::ok);
  CHECK(monitor.value(at(5'999)) == 0);
  CHECK(monitor.value(at(6'500)) == 500);
  CHECK(monitor.verdict(at(8'999)) == Verdict::suspect);
  CHECK(monitor.verdict(at(9'000)) == Verdict::failed);
  CHECK(monitor.value(at(9'000)) == 3'000);
}

TEST_CASE("with few arrivals the prior says when media is late") {
  InputLoss monitor;
  publish(monitor, 19, 0);
  monitor.observe(InputLoss::MediaDue{at(200'000)}, at(194'000));
  CHECK(monitor.verdict(at(201'149)) == Verdict::ok);
  CHECK(monitor.verdict(at(201'150)) == Verdict::suspect);
}

TEST_CASE("with enough arrivals the source's own rhythm says when media is late") {
  InputLoss punctual;
  publish(punctual, 20, 40);
  punctual.observe(InputLoss::MediaDue{at(200'000)}, at(194'000));
  CHECK(punctual.verdict(at(200'189)) == Verdict::ok);
  CHECK(punctual.verdict(at(200'190)) == Verdict::suspect);

  InputLoss sloppy;
  publish(sloppy, 20, 1'800);
  sloppy.observe(InputLoss::MediaDue{at(200'000)}, at(194'000));
  CHECK(sloppy.verdict(at(201'949)) == Verdict::ok);
  CHECK(sloppy.verdict(at(201'950)) == Verdict::suspect);
}

TEST_CASE("a few long losses do not make the monitor deaf") {
  InputLoss monitor;
  publish(monitor, 61, 40);
  publish(monitor, 3, 60'000, 1'000'000);
  monitor.observe(InputLoss::MediaDue{at(2'000'000)}, at(1'994'000));
  CHECK(monitor.verdict(at(2'000'190)) == Verdict::suspect);
}

TEST_CASE("a source that is always later than the threshold is never suspected after it has failed") {
  InputLoss monitor;
  publish(monitor, 40, 60'000);
  monitor.observe(InputLoss::MediaDue{at(5'000'000)}, at(4'994'000));
  CHECK(monitor.verdict(at(5'002'999)) == Verdict::ok);
  CHECK(monitor.verdict(at(5'003'000)) == Verdict::failed);
}

TEST_CASE("a reload that still lacks the segment does not postpone it") {
  InputLoss monitor;
  monitor.observe(InputLoss::MediaDue{at(6'000)}, at(0));
  monitor.observe(InputLoss::MediaDue{at(9'000)}, at(7'000));
  CHECK(monitor.value(at(8'000)) == 2'000);
  monitor.observe(InputLoss::MediaDue{at(5'000)}, at(8'000));
  CHECK(monitor.value(at(8'000)) == 3'000);
}

TEST_CASE("arrival, and nothing being due, end the loss") {
  InputLoss monitor;
  monitor.observe(InputLoss::MediaDue{at(1'000)}, at(0));
  REQUIRE(monitor.verdict(at(5'000)) == Verdict::failed);
  monitor.observe(InputLoss::MediaArrived{}, at(5'000));
  CHECK(monitor.verdict(at(5'000)) == Verdict::ok);
  CHECK(monitor.value(at(5'000)) == 0);
  monitor.observe(InputLoss::MediaDue{at(6'000)}, at(5'000));
  monitor.observe(InputLoss::NothingDue{}, at(5'500));
  CHECK(monitor.verdict(at(60'000)) == Verdict::ok);
  CHECK_FALSE(monitor.next_deadline(at(60'000)));
}

TEST_CASE("input loss names each moment at which its verdict worsens, and none that has passed") {
  InputLoss monitor;
  CHECK_FALSE(monitor.next_deadline(at(0)));
  monitor.observe(InputLoss::MediaDue{at(6'000)}, at(0));
  CHECK(monitor.next_deadline(at(0)) == at(7'150));
  CHECK(monitor.next_deadline(at(7'150)) == at(9'000));
  CHECK_FALSE(monitor.next_deadline(at(9'000)));
}

TEST_CASE("after a suspend the loss counts anew and the rhythm is kept") {
  InputLoss monitor;
  publish(monitor, 20, 0);
  monitor.observe(InputLoss::MediaDue{at(200'000)}, at(194'000));
  REQUIRE(monitor.verdict(at(900'000)) == Verdict::failed);
  monitor.reset(at(900'000));
  CHECK(monitor.verdict(at(900'000)) == Verdict::ok);
  CHECK(monitor.verdict(at(900'150)) == Verdict::suspect);
}

TEST_CASE("input loss ignores an older now") {
  InputLoss monitor;
  monitor.observe(InputLoss::MediaDue{at(1'000)}, at(9'000));
  CHECK(monitor.verdict(at(0)) == Verdict::failed);
  CHECK(monitor.value(at(0)) == 8'000);
}
