#include "core/health/segment_errors.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::health;

namespace {

void segments(SegmentErrors& monitor, std::string_view pattern) {
  for (const char c : pattern) monitor.observe(SegmentErrors::SegmentDone{c == '+'}, Instant{});
}

Verdict verdict(std::string_view pattern) {
  SegmentErrors monitor;
  segments(monitor, pattern);
  return monitor.verdict(Instant{});
}

}  // namespace

TEST_CASE("one bad segment is suspect until the next good one") {
  CHECK(verdict("") == Verdict::ok);
  CHECK(verdict("+++-") == Verdict::suspect);
  CHECK(verdict("+++-+") == Verdict::ok);
}

TEST_CASE("three bad segments of the last ten are failed, wherever they are") {
  CHECK(verdict("---") == Verdict::failed);
  CHECK(verdict("-+++-+++-") == Verdict::failed);
  CHECK(verdict("-+++-++++-") == Verdict::failed);
  CHECK(verdict("-+++-+++++-") == Verdict::suspect);
  CHECK(verdict("-+-+-+++") == Verdict::failed);
}

TEST_CASE("errors leave the window segment by segment") {
  SegmentErrors monitor;
  segments(monitor, "---");
  CHECK(monitor.value(Instant{}) == 3);
  segments(monitor, "+++++++");
  CHECK(monitor.value(Instant{}) == 3);
  segments(monitor, "+");
  CHECK(monitor.value(Instant{}) == 2);
  segments(monitor, "++");
  CHECK(monitor.value(Instant{}) == 0);
}

TEST_CASE("a reset forgets all segments, and time alone changes nothing") {
  SegmentErrors monitor;
  segments(monitor, "---");
  CHECK_FALSE(monitor.next_deadline(Instant{}));
  monitor.reset(Instant{});
  CHECK(monitor.verdict(Instant{}) == Verdict::ok);
  CHECK(monitor.value(Instant{}) == 0);
}
