// What hedges may cost while nothing is lost: five percent over ten minutes.
#include "core/base/random.h"
#include "core/failover/hedge_budget.h"
#include "support/catch.h"

namespace understudy::failover {

namespace {
constexpr std::uint64_t kRate = 100'000;  // bytes per second of media
}

TEST_CASE("before any media was measured a hedge is allowed, unless hedges are off") {
  HedgeBudget budget;
  CHECK(budget.affords(1'000'000'000));
  budget.set_percent(0);
  CHECK_FALSE(budget.affords(1));
}

TEST_CASE("a new viewer may hedge, but not again and again") {
  HedgeBudget budget;
  budget.on_media(kRate * 2, kRate);
  const std::uint64_t segment = kRate * 4;
  int hedges = 0;
  while (budget.affords(segment) && hedges < 100) {
    budget.on_hedge(segment);
    ++hedges;
  }
  CHECK(hedges == 3);  // half of five percent of ten minutes are 15 s of media
}

TEST_CASE("over any ten minutes hedges that asked first cost no more than five percent") {
  Random random(7);
  HedgeBudget budget;
  std::vector<std::uint64_t> spent;  // by second
  for (int second = 0; second < 3600; ++second) {
    budget.on_media(kRate, kRate);
    std::uint64_t bytes = kRate * (1 + random.below(6));
    if (random.below(10) < 3 && budget.affords(bytes))
      budget.on_hedge(bytes);
    else
      bytes = 0;
    spent.push_back(bytes);
  }
  std::uint64_t total = 0;
  for (std::size_t begin = 0; begin + 600 <= spent.size(); ++begin) {
    std::uint64_t window = 0;
    for (std::size_t i = begin; i < begin + 600; ++i) window += spent[i];
    CHECK(window <= kRate * 600 * 5 / 100);
    total = std::max(total, window);
  }
  CHECK(total > kRate * 600 * 2 / 100);  // and the allowance is of use
}

TEST_CASE("what a declared loss cost is paid back before the next suspicion may hedge") {
  HedgeBudget budget;
  budget.on_media(kRate, kRate);
  budget.on_hedge(kRate * 40);
  CHECK_FALSE(budget.affords(1));
  budget.on_media(kRate * 900, kRate);  // 22.5 s of media flow in
  CHECK_FALSE(budget.affords(1));
  budget.on_media(kRate * 200, kRate);
  CHECK(budget.affords(1));
}

}  // namespace understudy::failover
