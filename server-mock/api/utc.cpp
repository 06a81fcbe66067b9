#include "api/utc.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>

namespace understudy::companion {

std::string iso_time(std::int64_t unix_ms) {
  const std::time_t seconds = static_cast<std::time_t>(unix_ms / 1000);
  std::tm t{};
  gmtime_r(&seconds, &t);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                     t.tm_min, t.tm_sec, unix_ms % 1000);
}

Now current_time() {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  const auto monotonic = std::chrono::steady_clock::now().time_since_epoch();
  return {Instant(std::chrono::duration_cast<Duration>(monotonic)),
          iso_time(std::chrono::duration_cast<std::chrono::milliseconds>(wall).count())};
}

}  // namespace understudy::companion
