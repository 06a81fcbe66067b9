// The verdicts over a whole soak, as pure functions of what was sampled and logged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "event_log.h"

namespace understudy::soak {

struct Point {
  double t_s = 0;
  double value = 0;
};

/// A straight line by least squares through the medians of ten-second pieces, so that a single fault does not tilt it.
struct Trend {
  double per_hour = 0;
  double growth = 0;  // of the line, from its first piece to its last
  double median = 0;
  std::size_t pieces = 0;
};
Trend trend_of(const std::vector<Point>& points, double from_s);

/// What is not judged: the first minute, or a third of a short run; at most ten minutes.
double warm_up_s(double run_s);

/// The p-th share of the values from then on; nothing where there is none.
std::optional<double> share_of(const std::vector<Point>& points, double from_s, double p);

/// Growth that is allowed: a run of any length may settle by `once`, and beyond that by `per_hour`.
struct GrowthBound {
  double once = 0;
  double per_hour = 0;
  double over(double run_s) const { return once + per_hour * run_s / 3600; }
};

/// Watches one player's events, in order, for what FAILOVER.md 8 promises of them. Says what is wrong.
class EventJudge {
 public:
  std::vector<std::string> observe(const LoggedEvent& event);
  /// At the end of a run on a moving picture: what was begun is over.
  std::vector<std::string> at_end() const;

 private:
  std::int64_t sequence_ = 0;
  std::int64_t at_ns_ = 0;
  bool committed_ = false;
  bool stalled_ = false;
};

}  // namespace understudy::soak
