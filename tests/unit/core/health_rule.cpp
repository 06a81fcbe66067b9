#include "core/health/rule.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::health;

namespace {

Instant at(std::int64_t ms) { return Instant(from_ms(ms)); }

const Rule kRule{Metric::download_queue, 5, 1'000, 2, 3'000, Severity::critical};

}  // namespace

TEST_CASE("a rule trips only when its metric was beyond the threshold for the duration") {
  RuleState state(kRule);
  state.observe({6}, at(0));
  CHECK_FALSE(state.unhealthy(at(999)));
  CHECK(state.next_deadline(at(500)) == at(1'000));
  CHECK(state.unhealthy(at(1'000)));
}

TEST_CASE("at the threshold is not beyond it, and a dip starts the duration anew") {
  RuleState state(kRule);
  state.observe({5}, at(0));
  CHECK_FALSE(state.unhealthy(at(10'000)));
  state.observe({6}, at(10'000));
  state.observe({5}, at(10'900));
  state.observe({6}, at(10'950));
  CHECK_FALSE(state.unhealthy(at(11'949)));
  CHECK(state.unhealthy(at(11'950)));
}

TEST_CASE("a tripped rule clears only within the clear threshold for the clear duration") {
  RuleState state(kRule);
  state.observe({9}, at(0));
  REQUIRE(state.unhealthy(at(1'000)));
  state.observe({3}, at(2'000));  // between the thresholds: nothing changes
  CHECK(state.unhealthy(at(60'000)));
  CHECK_FALSE(state.next_deadline(at(60'000)));
  state.observe({2}, at(60'000));
  CHECK(state.next_deadline(at(60'000)) == at(63'000));
  CHECK(state.unhealthy(at(62'999)));
  CHECK_FALSE(state.unhealthy(at(63'000)));
}

TEST_CASE("a growing metric trips at its moment with no further reading") {
  RuleState state({Metric::input_loss, 3'000, 500, 0, 2'000, Severity::critical});
  state.observe({1'000, true}, at(10'000));
  CHECK(state.next_deadline(at(10'000)) == at(12'501));
  CHECK_FALSE(state.unhealthy(at(12'500)));
  CHECK(state.unhealthy(at(12'501)));
  state.observe({0, false}, at(13'000));
  CHECK(state.next_deadline(at(13'000)) == at(15'000));
  CHECK_FALSE(state.unhealthy(at(15'000)));
}

TEST_CASE("a growing metric that is read late counts from when it crossed") {
  RuleState state({Metric::input_loss, 3'000, 1'000, 0, 0, Severity::critical});
  state.observe({4'001, true}, at(20'000));
  CHECK(state.unhealthy(at(20'000)));
}

TEST_CASE("an older now is ignored") {
  RuleState state(kRule);
  state.observe({6}, at(5'000));
  state.observe({6}, at(1'000));
  CHECK_FALSE(state.unhealthy(at(5'999)));
  CHECK(state.unhealthy(at(6'000)));
  CHECK(state.unhealthy(at(0)));
}

TEST_CASE("a reset forgets how long a reading lasted and keeps what tripped") {
  RuleState state(kRule);
  state.observe({6}, at(0));
  state.reset(at(900));
  CHECK_FALSE(state.unhealthy(at(5'000)));
  state.observe({6}, at(5'000));
  REQUIRE(state.unhealthy(at(6'000)));
  state.reset(at(7'000));
  CHECK(state.unhealthy(at(8'000)));
}

TEST_CASE("after a reset only what trips anew is news") {
  // FAILOVER.md 12.6: forced switches have evidence newer than the last one.
  RuleState state(Rule{Metric::input_loss, 1'000, 0, 0, 2'000});
  state.observe({2'000}, at(0));
  CHECK(state.unhealthy(at(0)));
  CHECK(state.news());
  state.reset(at(100));
  CHECK(state.unhealthy(at(100)));
  CHECK_FALSE(state.news());
  state.observe({500}, at(200));
  CHECK(state.unhealthy(at(300)));
  CHECK_FALSE(state.news());
  state.observe({500, true}, at(400));
  CHECK(state.next_deadline(at(400)) == at(901));
  CHECK(state.unhealthy(at(901)));
  CHECK(state.news());
  state.observe({0}, at(1'000));
  CHECK_FALSE(state.unhealthy(at(3'000)));
  CHECK_FALSE(state.news());
}

TEST_CASE("rules out of range are refused by name") {
  CHECK(validate(kRule));
  for (const Rule& default_rule : default_rules()) CHECK(validate(default_rule));
  Rule bad = kRule;
  bad.clear_threshold = 6;
  REQUIRE_FALSE(validate(bad));
  CHECK(validate(bad).error().code == ErrorCode::invalid_config);
  CHECK(validate(bad).error().detail == "rule download_queue: clearThreshold is 6, not within 0 to 5");
  CHECK_FALSE(validate(Rule{Metric::failed_requests, 101, 0, 0, 0, Severity::warning}));
  CHECK_FALSE(validate(Rule{Metric::failed_requests, 10, -1, 0, 0, Severity::warning}));
  CHECK_FALSE(validate(Rule{Metric::input_loss, 10, 0, 0, 3'600'001, Severity::warning}));
  CHECK_FALSE(RuleEngine::make({bad}));
  CHECK(RuleEngine::make(std::vector<Rule>(65, kRule)).error().code == ErrorCode::limit_exceeded);
}

TEST_CASE("a warning does not make a source unhealthy, any critical rule does") {
  auto made = RuleEngine::make({{Metric::failed_requests, 50, 0, 20, 0, Severity::warning},
                                {Metric::segment_errors, 2, 0, 0, 0, Severity::critical}});
  REQUIRE(made);
  RuleEngine engine = *std::move(made);
  engine.observe(Metric::failed_requests, {80}, at(0));
  CHECK(engine.health(at(0)).healthy);
  CHECK(engine.health(at(0)).tripped.size() == 1);
  engine.observe(Metric::segment_errors, {3}, at(1));
  CHECK_FALSE(engine.health(at(1)).healthy);
  CHECK(engine.health(at(1)).tripped.size() == 2);
  engine.observe(Metric::segment_errors, {0}, at(2));
  CHECK(engine.health(at(2)).healthy);
}

TEST_CASE("the engine's deadline is the earliest of its rules") {
  auto engine = RuleEngine::make({{Metric::input_loss, 3'000, 0, 0, 0, Severity::critical},
                                  {Metric::playlist_stale, 1'000, 0, 0, 0, Severity::critical}});
  REQUIRE(engine);
  CHECK_FALSE(engine->next_deadline(at(0)));
  engine->observe(Metric::input_loss, {0, true}, at(0));
  engine->observe(Metric::playlist_stale, {0, true}, at(500));
  CHECK(engine->next_deadline(at(500)) == at(1'501));
  engine->reset(at(600));
  CHECK_FALSE(engine->next_deadline(at(600)));
}
