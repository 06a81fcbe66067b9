#include "player/event_json.h"

#include "support/catch.h"

namespace understudy {
namespace {

TEST_CASE("a time is written as ISO 8601 with milliseconds, leap days and times before 1970 included") {
  const auto at = [](std::int64_t ms) { return to_iso8601(WallTime(from_ms(ms))); };
  CHECK(at(0) == "1970-01-01T00:00:00.000Z");
  CHECK(at(1'767'323'045'678) == "2026-01-02T03:04:05.678Z");
  CHECK(at(1'709'251'199'999) == "2024-02-29T23:59:59.999Z");
  CHECK(at(-1) == "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace understudy
