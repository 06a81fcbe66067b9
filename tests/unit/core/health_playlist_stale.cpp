#include "core/health/playlist_stale.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::health;

namespace {

Instant at(std::int64_t ms) { return Instant(from_ms(ms)); }

}  // namespace

TEST_CASE("a playlist is suspect 1.5 segments after its last update and failed 2 after it") {
  PlaylistStale monitor;
  monitor.observe(PlaylistStale::Updated{from_ms(6'000)}, at(1'000));
  CHECK(monitor.verdict(at(9'999)) == Verdict::ok);
  CHECK(monitor.verdict(at(10'000)) == Verdict::suspect);
  CHECK(monitor.verdict(at(12'999)) == Verdict::suspect);
  CHECK(monitor.verdict(at(13'000)) == Verdict::failed);
}

TEST_CASE("a stale playlist's value is the time past the expected update") {
  PlaylistStale monitor;
  CHECK(monitor.value(at(50'000)) == 0);
  monitor.observe(PlaylistStale::Updated{from_ms(6'000)}, at(0));
  CHECK(monitor.value(at(5'000)) == 0);
  CHECK(monitor.value(at(7'500)) == 1'500);
}

TEST_CASE("an update ends staleness and takes over the segments' duration") {
  PlaylistStale monitor;
  monitor.observe(PlaylistStale::Updated{from_ms(6'000)}, at(0));
  monitor.observe(PlaylistStale::Updated{from_ms(2'000)}, at(20'000));
  CHECK(monitor.verdict(at(22'999)) == Verdict::ok);
  CHECK(monitor.verdict(at(24'000)) == Verdict::failed);
}

TEST_CASE("nothing is stale before the first playlist and after the end") {
  PlaylistStale monitor;
  CHECK(monitor.verdict(at(99'000)) == Verdict::ok);
  CHECK_FALSE(monitor.next_deadline(at(99'000)));
  monitor.observe(PlaylistStale::Updated{from_ms(2'000)}, at(99'000));
  monitor.observe(PlaylistStale::NotExpected{}, at(100'000));
  CHECK(monitor.verdict(at(999'000)) == Verdict::ok);
  CHECK_FALSE(monitor.next_deadline(at(999'000)));
}

TEST_CASE("staleness names each moment at which its verdict worsens") {
  PlaylistStale monitor;
  monitor.observe(PlaylistStale::Updated{from_ms(2'000)}, at(0));
  CHECK(monitor.next_deadline(at(0)) == at(3'000));
  CHECK(monitor.next_deadline(at(3'000)) == at(4'000));
  CHECK_FALSE(monitor.next_deadline(at(4'000)));
}

TEST_CASE("a playlist that is looked at seldom is not expected to move between two looks") {
  PlaylistStale monitor;
  monitor.observe(PlaylistStale::Updated{from_ms(2'000)}, at(0));
  monitor.observe(PlaylistStale::LookedAt{from_ms(10'000)}, at(100));
  CHECK(monitor.value(at(9'000)) == 0);
  CHECK(monitor.verdict(at(14'999)) == Verdict::ok);
  CHECK(monitor.verdict(at(20'000)) == Verdict::failed);
  monitor.observe(PlaylistStale::LookedAt{}, at(9'000));
  CHECK(monitor.verdict(at(9'000)) == Verdict::failed);
}

TEST_CASE("very short segments do not make every reload stale") {
  PlaylistStale monitor;
  monitor.observe(PlaylistStale::Updated{from_ms(0)}, at(0));
  CHECK(monitor.verdict(at(749)) == Verdict::ok);
  CHECK(monitor.verdict(at(1'000)) == Verdict::failed);
}

TEST_CASE("after a suspend the playlist counts as fresh, and an older now is ignored") {
  PlaylistStale monitor;
  monitor.observe(PlaylistStale::Updated{from_ms(2'000)}, at(0));
  monitor.reset(at(60'000));
  CHECK(monitor.verdict(at(60'000)) == Verdict::ok);
  monitor.observe(PlaylistStale::Updated{from_ms(2'000)}, at(10'000));
  CHECK(monitor.verdict(at(62'999)) == Verdict::ok);
  CHECK(monitor.verdict(at(63'000)) == Verdict::suspect);
}
