// The player's log of events, read as it grows: a line is parsed once, and only what the judge needs is kept.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace understudy::soak {

struct LoggedEvent {
  std::string type;
  std::int64_t sequence = 0;
  std::int64_t monotonic_ns = 0;
  std::string reason;
};

class EventLog {
 public:
  explicit EventLog(std::string path) : path_(std::move(path)) {}
  /// Reads what has been written since; returns the events of it.
  std::vector<LoggedEvent> read_on();
  std::int64_t bytes() const { return offset_; }
  std::int64_t count(const std::string& type) const;
  const std::map<std::string, std::int64_t>& counts() const { return counts_; }
  /// Lines that are no events: what the player had to say besides.
  const std::vector<std::string>& other_lines() const { return other_lines_; }

 private:
  std::string path_;
  std::int64_t offset_ = 0;
  std::map<std::string, std::int64_t> counts_;
  std::vector<std::string> other_lines_;  // bound: kMaxOther
};

}  // namespace understudy::soak
