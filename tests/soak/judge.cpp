#include "judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace understudy::soak {
namespace {

constexpr double kPieceS = 10;
constexpr std::size_t kEnough =
    4;  // values of a piece: below, its median may be a single odd one, as at the end of a pause

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<Point> pieces_of(const std::vector<Point>& points, double from_s) {
  std::vector<Point> pieces;
  std::vector<double> values;
  double begin = from_s;
  const auto finish = [&] {
    if (values.size() >= kEnough) pieces.push_back({begin + kPieceS / 2, median_of(std::move(values))});
    values = {};
  };
  for (const Point& p : points) {
    if (p.t_s < from_s) continue;
    if (p.t_s >= begin + kPieceS) {
      finish();
      begin += kPieceS * std::floor((p.t_s - begin) / kPieceS);
    }
    values.push_back(p.value);
  }
  finish();
  return pieces;
}

}  // namespace

double warm_up_s(double run_s) { return std::clamp(run_s / 3, 30.0, 600.0); }

Trend trend_of(const std::vector<Point>& points, double from_s) {
  const std::vector<Point> pieces = pieces_of(points, from_s);
  Trend trend;
  trend.pieces = pieces.size();
  if (pieces.empty()) return trend;
  std::vector<double> values;
  double t = 0;
  double v = 0;
  for (const Point& p : pieces) {
    values.push_back(p.value);
    t += p.t_s / static_cast<double>(pieces.size());
    v += p.value / static_cast<double>(pieces.size());
  }
  trend.median = median_of(values);
  double both = 0;
  double square = 0;
  for (const Point& p : pieces) {
    both += (p.t_s - t) * (p.value - v);
    square += (p.t_s - t) * (p.t_s - t);
  }
  if (square == 0) return trend;
  trend.per_hour = 3600 * both / square;
  trend.growth = both / square * (pieces.back().t_s - pieces.front().t_s);
  return trend;
}

std::optional<double> share_of(const std::vector<Point>& points, double from_s, double p) {
  std::vector<double> values;
  for (const Point& point : points)
    if (point.t_s >= from_s) values.push_back(point.value);
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<std::size_t>(p * static_cast<double>(values.size())))];
}

std::vector<std::string> EventJudge::observe(const LoggedEvent& e) {
  std::vector<std::string> wrong;
  if (e.sequence == 0) return wrong;  // of the program, not of the engine
  const auto say = [&](const std::string& what) {
    wrong.push_back(fmt::format("event {} ({}): {}", e.sequence, e.type, what));
  };
  if (e.sequence != sequence_ + 1) say(fmt::format("follows number {}", sequence_));
  if (e.monotonic_ns < at_ns_) say("is older than the one before");
  sequence_ = e.sequence;
  at_ns_ = std::max(at_ns_, e.monotonic_ns);
  if (e.type == "committed") {
    if (committed_) say("the commit before was never a switch");
    committed_ = true;
  } else if (e.type == "switched") {
    if (!committed_) say("nothing was committed");
    committed_ = false;
  } else if (e.type == "stalled") {
    if (stalled_) say("the stall before did not end");
    stalled_ = true;
  } else if (e.type == "resumed") {
    if (!stalled_) say("nothing had stalled");
    stalled_ = false;
  } else if (e.type == "stopped" || e.type == "pre_live" || e.type == "started") {
    committed_ = stalled_ = false;  // ends whatever was going on
  }
  return wrong;
}

std::vector<std::string> EventJudge::at_end() const {
  std::vector<std::string> wrong;
  if (committed_) wrong.push_back("a commit that never became a switch");
  if (stalled_) wrong.push_back("a stall that never ended");
  return wrong;
}

}  // namespace understudy::soak
