#include "event_log.h"

#include <nlohmann/json.hpp>

namespace understudy::soak {
namespace {

constexpr std::size_t kMaxOther = 50;

}  // namespace

std::vector<LoggedEvent> EventLog::read_on() {
  std::vector<LoggedEvent> events;
  std::ifstream file(path_, std::ios::binary);
  file.seekg(offset_);
  for (std::string line; std::getline(file, line) && !file.eof();) {
    offset_ += static_cast<std::int64_t>(line.size()) + 1;
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("type")) {
      if (other_lines_.size() < kMaxOther) other_lines_.push_back(line);
      continue;
    }
    events.push_back({json.value("type", ""), json.value("sequence", std::int64_t{0}),
                      json.value("monotonic_ns", std::int64_t{0}), json.value("reason", "")});
    ++counts_[events.back().type];
  }
  return events;
}

std::int64_t EventLog::count(const std::string& type) const {
  const auto found = counts_.find(type);
  return found == counts_.end() ? 0 : found->second;
}

}  // namespace understudy::soak
