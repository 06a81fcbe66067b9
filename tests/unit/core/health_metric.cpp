#include <set>

#include "core/health/metric.h"
#include "support/catch.h"

using namespace understudy::health;

TEST_CASE("every metric's name leads back to it") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Metric::pts_jump); ++i) {
    const auto metric = static_cast<Metric>(i);
    CHECK(metric_from_string(to_string(metric)) == metric);
    names.insert(to_string(metric));
  }
  CHECK(names.size() == 20);
  CHECK_FALSE(metric_from_string("Input_Loss"));
  CHECK_FALSE(metric_from_string(""));
}

TEST_CASE("units are those of the table of metrics") {
  CHECK(unit_of(Metric::input_loss) == Unit::milliseconds);
  CHECK(unit_of(Metric::failed_requests) == Unit::percent);
  CHECK(unit_of(Metric::segment_errors) == Unit::count);
  CHECK(unit_of(Metric::ts_p2_errors) == Unit::per_minute);
  CHECK(to_string(Unit::milliseconds) == "ms");
  CHECK(to_string(Unit::percent) == "%");
  CHECK(to_string(Unit::count) == "count");
  CHECK(to_string(Unit::per_minute) == "per minute");
}
