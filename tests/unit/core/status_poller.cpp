#include <optional>

#include "core/status/poller.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::status;

namespace {

Instant at(std::int64_t ms) { return Instant(from_ms(ms)); }

constexpr PollOutcome kGood{.ok = true};
constexpr PollOutcome kFailed{.ok = false};

}  // namespace

TEST_CASE("the first poll is due at once and none is due while one is under way") {
  Poller poller{Random(1)};
  REQUIRE(poller.next_poll());
  CHECK(*poller.next_poll() <= at(0));
  poller.started(at(0));
  CHECK_FALSE(poller.next_poll());
}

TEST_CASE("good polls follow each other at the policy's interval, spread by a fifth either way") {
  Poller poller{Random(7)};
  std::int64_t now = 0;
  std::int64_t least = 1 << 30;
  std::int64_t most = 0;
  for (int i = 0; i < 1000; ++i) {
    poller.started(at(now));
    poller.finished(kGood, 2000, false, at(now + 10));
    const std::int64_t wait = to_ms(poller.next_poll().value() - at(now + 10));
    REQUIRE(wait >= 1600);
    REQUIRE(wait <= 2400);
    least = std::min(least, wait);
    most = std::max(most, wait);
    now += 10 + wait;
  }
  CHECK(least < 1620);
  CHECK(most > 2380);
}

TEST_CASE("a poll that fails keeps to the ttl of the last document") {
  Poller poller(Random(3));
  for (int i = 0; i < 50; ++i) {
    poller.started(at(0));
    poller.finished({.ok = false, .ttl_ms = 10'000}, 2000, false, at(0));
    CHECK(*poller.next_poll() >= at(10'000));
  }
}

TEST_CASE("the document's ttl lengthens the interval and does not shorten it") {
  Poller poller{Random(3)};
  poller.started(at(0));
  poller.finished({.ok = true, .ttl_ms = 10'000}, 2000, false, at(0));
  CHECK(to_ms(*poller.next_poll() - at(0)) >= 8000);
  poller.started(at(20'000));
  poller.finished({.ok = true, .ttl_ms = 100}, 2000, false, at(20'000));
  CHECK(to_ms(*poller.next_poll() - at(20'000)) >= 1600);
}

TEST_CASE("slow polling stretches the interval five times, up to half a minute") {
  Poller poller{Random(3)};
  poller.started(at(0));
  poller.finished(kGood, 2000, true, at(0));
  CHECK(to_ms(*poller.next_poll() - at(0)) >= 8000);
  CHECK(to_ms(*poller.next_poll() - at(0)) <= 12'000);
  poller.started(at(20'000));
  poller.finished(kGood, 20'000, true, at(20'000));
  CHECK(to_ms(*poller.next_poll() - at(20'000)) <= 36'000);
}

TEST_CASE("failed polls back off with jitter between the interval and half a minute, and one good poll ends that") {
  Poller poller{Random(11)};
  std::int64_t now = 0;
  std::int64_t most = 0;
  for (int i = 0; i < 200; ++i) {
    poller.started(at(now));
    poller.finished(kFailed, 2000, false, at(now));
    const std::int64_t wait = to_ms(*poller.next_poll() - at(now));
    REQUIRE(wait >= 2000);
    REQUIRE(wait <= 30'000);
    most = std::max(most, wait);
    now += wait;
  }
  CHECK(most > 20'000);
  poller.started(at(now));
  poller.finished(kGood, 2000, false, at(now));
  CHECK(to_ms(*poller.next_poll() - at(now)) <= 2400);
}

TEST_CASE("Retry-After lengthens the wait, is capped, and never shortens it") {
  Poller poller{Random(5)};
  poller.started(at(0));
  poller.finished({.ok = false, .retry_after = from_ms(9000)}, 2000, false, at(0));
  CHECK(to_ms(*poller.next_poll() - at(0)) >= 9000);
  poller.started(at(50'000));
  poller.finished({.ok = false, .retry_after = from_ms(86'400'000)}, 2000, false, at(50'000));
  CHECK(to_ms(*poller.next_poll() - at(50'000)) <= 36'000);
  poller.started(at(100'000));
  poller.finished({.ok = true, .retry_after = from_ms(1)}, 2000, false, at(100'000));
  CHECK(to_ms(*poller.next_poll() - at(100'000)) >= 1600);
}

TEST_CASE("evidence of loss brings the next poll forward to now") {
  Poller poller{Random(5)};
  poller.started(at(0));
  poller.finished(kGood, 2000, false, at(20));
  poller.hasten(at(300));
  CHECK(*poller.next_poll() == at(300));
}

TEST_CASE("evidence does not double a poll that is under way or just went out") {
  Poller poller{Random(5)};
  poller.started(at(0));
  poller.hasten(at(100));
  CHECK_FALSE(poller.next_poll());
  poller.finished(kGood, 2000, false, at(120));
  const Instant planned = *poller.next_poll();
  poller.hasten(at(200));
  CHECK(*poller.next_poll() == planned);
}

TEST_CASE("evidence does not override a server that asked to wait") {
  Poller poller{Random(5)};
  poller.started(at(0));
  poller.finished({.ok = false, .retry_after = from_ms(5000)}, 2000, false, at(0));
  poller.hasten(at(1000));
  CHECK(*poller.next_poll() >= at(5000));
}

TEST_CASE("a stopped poller is due never again") {
  Poller poller{Random(5)};
  poller.started(at(0));
  poller.stop();
  poller.finished(kGood, 2000, false, at(20));
  poller.hasten(at(5000));
  CHECK_FALSE(poller.next_poll());
}

TEST_CASE("the same seed gives the same schedule") {
  Poller one{Random(99)};
  Poller two{Random(99)};
  Poller other{Random(100)};
  for (Poller* poller : {&one, &two, &other}) {
    poller->started(at(0));
    poller->finished(kGood, 2000, false, at(0));
  }
  CHECK(one.next_poll() == two.next_poll());
  CHECK(one.next_poll() != other.next_poll());
}
