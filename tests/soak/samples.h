// What is looked at every second, and the file that keeps it.
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "judge.h"
#include "support/proc.h"

namespace understudy::soak {

struct Sample {
  double t_s = 0;
  std::string who;  // "recorded", "cheap" or "service"
  test::ProcessFigures process;
  std::int64_t log_bytes = 0;
  bool quiet = false;  // no outage, and the last one is over since some seconds
  // Of the recorded player:
  int channel = -1;  // on screen, moving; −1: nothing is
  std::optional<double> av_offset_ms, live_offset_s, stamp_delay_ms, sound_clock_ms;
};

class Samples {
 public:
  explicit Samples(const std::string& csv_path);
  void add(Sample sample);
  const std::vector<Sample>& all() const { return all_; }
  /// The values that `value` gives of one process' samples.
  template <class Value>
  std::vector<Point> series(const std::string& who, Value value) const {
    std::vector<Point> points;
    for (const Sample& s : all_) {
      if (s.who != who) continue;
      if (const std::optional<double> v = value(s)) points.push_back({s.t_s, *v});
    }
    return points;
  }

 private:
  std::ofstream csv_;
  std::vector<Sample> all_;  // three a second: 3 MB an hour
};

}  // namespace understudy::soak
