#include "core/health/failed_requests.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::health;

namespace {

Instant at(std::int64_t ms) { return Instant(from_ms(ms)); }

void requests(FailedRequests& monitor, int count, bool failed, std::int64_t ms) {
  for (int i = 0; i < count; ++i) monitor.observe(FailedRequests::RequestDone{failed}, at(ms));
}

}  // namespace

TEST_CASE("with too few requests the share of failures says nothing") {
  FailedRequests monitor;
  requests(monitor, 7, true, 0);
  CHECK(monitor.value(at(0)) == 0);
  CHECK(monitor.verdict(at(0)) == Verdict::ok);
  requests(monitor, 1, true, 0);
  CHECK(monitor.value(at(0)) == 100);
  CHECK(monitor.verdict(at(0)) == Verdict::failed);
}

TEST_CASE("a fifth of failed requests is suspect, half of them failed") {
  FailedRequests monitor;
  requests(monitor, 17, false, 0);
  requests(monitor, 4, true, 0);
  CHECK(monitor.value(at(0)) == 19);
  CHECK(monitor.verdict(at(0)) == Verdict::ok);
  requests(monitor, 1, true, 0);
  CHECK(monitor.verdict(at(0)) == Verdict::suspect);
  requests(monitor, 12, true, 0);
  CHECK(monitor.value(at(0)) == 50);
  CHECK(monitor.verdict(at(0)) == Verdict::failed);
}

TEST_CASE("requests leave the window by their age") {
  FailedRequests monitor;
  requests(monitor, 10, true, 0);
  requests(monitor, 10, false, 10'000);
  CHECK(monitor.value(at(10'000)) == 50);
  CHECK(monitor.next_deadline(at(10'000)) == at(30'000));
  CHECK(monitor.value(at(29'999)) == 50);
  CHECK(monitor.value(at(30'000)) == 0);
  CHECK(monitor.next_deadline(at(30'000)) == at(40'000));
  CHECK_FALSE(monitor.next_deadline(at(40'000)));
}

TEST_CASE("the requests that are kept are bounded, the oldest go") {
  FailedRequests monitor;
  requests(monitor, 1'000, true, 0);
  requests(monitor, static_cast<int>(FailedRequests::kMaxRequests), false, 1);
  CHECK(monitor.value(at(1)) == 0);
}

TEST_CASE("a reset forgets all requests, and an older now counts as the newest one") {
  FailedRequests monitor;
  requests(monitor, 10, true, 50'000);
  CHECK(monitor.value(at(0)) == 100);
  requests(monitor, 10, false, 0);
  CHECK(monitor.value(at(50'000)) == 50);
  monitor.reset(at(50'000));
  CHECK(monitor.value(at(50'000)) == 0);
}
