#include "clock.h"

#include <fmt/format.h>

#include <ctime>

namespace understudy::desktop {

Instant monotonic_now() { return Instant(std::chrono::steady_clock::now().time_since_epoch()); }

WallTime utc_now() {
  return WallTime(std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()));
}

std::string to_iso8601(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  const std::time_t whole = seconds.count();
  std::tm parts{};
  gmtime_r(&whole, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     to_ms(time.time_since_epoch() - seconds));
}

}  // namespace understudy::desktop
