// A small crowd, with margins wide enough for a few hundred engines. The figures of a large one are in README.md.
#include "simulation/crowd/crowd.h"
#include "simulation/crowd/figures.h"
#include "simulation/crowd/options.h"
#include "simulation/crowd/play.h"
#include "support/catch.h"

namespace understudy::crowd {

namespace {

constexpr std::int64_t kControllers = 250;

Tally played(const char* act, bool spread, int jobs = 2) {
  return play(make_act(act), {kControllers, 7, jobs, from_ms(2000), spread});
}
Figures seen(const char* act, bool spread = true) { return figures_of(make_act(act), played(act, spread), kControllers); }

int run(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return crowd_main(static_cast<int>(argv.size()), argv.data());
}

}  // namespace

TEST_CASE("a crowd that loses its primary reaches the fallback without a stall and not as one wave") {
  const Figures spread = seen("refused");
  CHECK(spread.ratio_permille < 1700);
  CHECK(spread.whole_permille < 3200);
  CHECK(spread.stalled_per_100k == 0);
  CHECK(spread.frames_lost + spread.frames_repeated == 0);
  CHECK(spread.reached_per_100k == 100'000);
  // Without the rules it is a wave; a crowd in which they win nothing proves nothing.
  CHECK(seen("refused", false).ratio_permille > spread.ratio_permille * 13 / 10);
}

TEST_CASE("nobody stalls at a black hole or at a playlist that stands still") {
  for (const char* act : {"silent", "stale"}) {
    INFO(act);
    const Figures f = seen(act);
    CHECK(f.stalled_per_100k == 0);
    CHECK(f.reached_per_100k == 100'000);
    CHECK(f.ratio_permille < 1700);
  }
}

TEST_CASE("viewers go back to the primary over the spread of the policy") {
  const Figures f = seen("failback");
  CHECK(f.ratio_permille < 1300);
  CHECK(f.whole_permille < 1700);
  CHECK(f.stalled_per_100k == 0);
}

TEST_CASE("losing the status service stalls nobody and brings it no more requests") {
  const Figures f = seen("status");
  CHECK(f.whole_permille < 1300);
  CHECK(f.stalled_per_100k == 0);
  CHECK(f.switches < kControllers / 10);
}

TEST_CASE("a stop reaches everybody in one poll, its caches and a request") {
  const Figures f = seen("stop");
  CHECK(f.reached_per_100k == 100'000);
  CHECK(f.reached_ms[2] <= 300 + 2400 + 1000 + 1000);  // published 300 ms after the stream ended
}

TEST_CASE("the same seed gives the same crowd, on however many threads") {
  const Tally one = played("refused", true, 1);
  const Tally four = played("refused", true, 4);
  CHECK(one.requests == four.requests);
  CHECK(one.bytes == four.bytes);
  CHECK(one.arrivals == four.arrivals);
}

TEST_CASE("wrong arguments are told and answered with 2") {
  CHECK(run({"crowd", "--viewers"}) == 2);
  CHECK(run({"crowd", "--viewers", "many"}) == 2);
  CHECK(run({"crowd", "--acts", "war"}) == 2);
  CHECK(run({"crowd", "--nonsense", "1"}) == 2);
  CHECK(run({"crowd", "--help"}) == 0);
}

}  // namespace understudy::crowd
