#include <algorithm>
#include <vector>

#include "core/base/quantile.h"
#include "core/base/random.h"
#include "support/catch.h"

using namespace understudy;

TEST_CASE("a window quantile is the nearest rank of what it holds") {
  WindowQuantile<int, 64> window;
  for (int i = 100; i >= 1; --i) window.add(i);  // 64…1 stay
  CHECK(window.size() == 64);
  CHECK(window.at(0) == 1);
  CHECK(window.at(50) == 32);
  CHECK(window.at(95) == 61);
  CHECK(window.at(100) == 64);
  window.clear();
  CHECK(window.size() == 0);
}

TEST_CASE("a window quantile equals the sorted last values, whatever comes") {
  Random random(7);
  WindowQuantile<std::int64_t, 20> window;
  std::vector<std::int64_t> all;
  for (int i = 0; i < 2'000; ++i) {
    const auto value = static_cast<std::int64_t>(random.below(50));
    window.add(value);
    all.push_back(value);
    std::vector<std::int64_t> last(all.end() - std::min<std::ptrdiff_t>(20, i + 1), all.end());
    std::sort(last.begin(), last.end());
    for (const std::size_t percent : {1u, 50u, 95u, 100u}) {
      REQUIRE(window.at(percent) == last[(last.size() * percent + 99) / 100 - 1]);
    }
  }
}
