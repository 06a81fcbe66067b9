#include "evidence.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace understudy::bench::failover {

const Json* Evidence::event(const std::string& type) const {
  for (const Json& event : events)
    if (event.value("type", "") == type && event.value("monotonic_ns", std::int64_t{0}) >= fault_ns) return &event;
  return nullptr;
}

std::optional<std::int64_t> Evidence::event_ns(const std::string& type) const {
  const Json* found = event(type);
  return found == nullptr ? std::nullopt : std::optional(found->value("monotonic_ns", std::int64_t{0}));
}

std::vector<std::int64_t> read_presented(const std::string& csv_path) {
  std::ifstream file(csv_path);
  std::vector<std::int64_t> times;
  std::string row;
  std::getline(file, row);  // the names of the columns
  while (std::getline(file, row)) times.push_back(std::atoll(row.c_str()));
  return times;
}

std::vector<BufferPoint> read_buffer(const std::string& trace_path, std::int64_t zero_ns) {
  std::ifstream file(trace_path);
  std::vector<BufferPoint> points;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("< ", 0) != 0 || line.find(" media_state ") == std::string::npos) continue;
    const std::string playhead = "playhead=";
    const std::size_t at = line.find(playhead);
    if (at == std::string::npos) continue;
    const std::int64_t now = std::atoll(line.c_str() + at + playhead.size());
    const std::string good = "good_until=";
    for (std::size_t i = line.find(good); i != std::string::npos; i = line.find(good, i + 1)) {
      // A source is written as {source=1 good_until=…}; the first one, the primary, without its number.
      const int channel = line[i - 1] == '{' ? kPrimary : kFallback;
      const std::int64_t until = std::atoll(line.c_str() + i + good.size());
      points.push_back({zero_ns + std::atoll(line.c_str() + 2), channel, static_cast<double>(until - now) / 1e9});
    }
  }
  return points;
}

}  // namespace understudy::bench::failover
