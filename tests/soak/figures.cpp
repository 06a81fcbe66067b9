// The bounds of trends and baselines, each with its reason.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "play.h"

namespace understudy::soak {
namespace {

// An allocator's high-water mark settles late, and each kind of outage has its own; a leak of one segment an outage is
// far above.
constexpr GrowthBound kMemoryKb{24 << 10, 2 << 10};
// Logs keep all that happens: some kB an outage. What comes every poll or every segment would be far above.
constexpr GrowthBound kLogBytes{256 << 10, 12 << 20};
constexpr double kDescriptorsMore = 6;  // kept-alive connections to whom is played from and probed
constexpr double kThreadsMore = 3;      // decoders of a standby
constexpr double kAvMedianMs =
    45;  // a tick of the recording is 40 ms; ITU-R BT.1359: noticed from 45 ms of early sound
constexpr double kAvShareMs = 125;  // 95 % of all seconds; BT.1359: noticed from 125 ms of late sound
constexpr double kAvDriftMs = 30;
constexpr double kClockDriftMs = 60;  // of the player's sound against the machine: an hour of 16 ppm

using Value = std::optional<double>;

double run_growth_allowed(double once, double run_s) { return once * std::max(1.0, run_s / 3600); }

Verdict grows(const std::string& name, const std::vector<Point>& points, double run_s, const GrowthBound& bound,
              const char* unit) {
  const Trend trend = trend_of(points, warm_up_s(run_s));
  const double allowed = bound.over(run_s);
  return {name, trend.pieces > 0 && trend.growth <= allowed,
          fmt::format("median {:.0f} {}, grows by {:+.0f} after warm-up ({:+.0f} an hour); allowed {:.0f}",
                      trend.median, unit, trend.growth, trend.per_hour, allowed)};
}

/// Of quiet seconds: the end against the beginning.
Verdict returns(const std::string& name, const Samples& samples, const std::string& who, Value (*value)(const Sample&),
                double more) {
  std::vector<Point> quiet;
  for (const Sample& s : samples.all())
    if (s.who == who && s.quiet && value(s)) quiet.push_back({s.t_s, *value(s)});
  if (quiet.size() < 8) return {name, false, "too few quiet seconds"};
  const std::size_t quarter = std::max<std::size_t>(4, quiet.size() / 4);
  double first = 0;
  for (std::size_t i = 0; i < quarter; ++i) first = std::max(first, quiet[i].value);
  double last = 1e9;  // the least of the end: a connection that is just being opened is no leak
  for (std::size_t i = quiet.size() - quarter; i < quiet.size(); ++i) last = std::min(last, quiet[i].value);
  return {name, last <= first + more,
          fmt::format("at most {:.0f} in the first quiet quarter, back to {:.0f} in the last", first, last)};
}

Verdict drifts(const std::string& name, const std::vector<Point>& points, double run_s, double allowed_ms) {
  const Trend trend = trend_of(points, warm_up_s(run_s));
  const double allowed = run_growth_allowed(allowed_ms, run_s);
  return {name, trend.pieces > 0 && std::abs(trend.growth) <= allowed,
          fmt::format("median {:+.1f} ms, drifts by {:+.1f} ms after warm-up; allowed {:.0f}", trend.median,
                      trend.growth, allowed)};
}

Verdict av_offset(const std::vector<Point>& offsets, double run_s) {
  std::vector<Point> absolute;
  for (const Point& p : offsets) absolute.push_back({p.t_s, std::abs(p.value)});
  const auto median = share_of(offsets, 0, 0.5);
  const auto most = share_of(absolute, 0, 0.95);
  if (!median || offsets.size() < run_s / 10)
    return {"sound and picture", false, fmt::format("located only {} times", offsets.size())};
  return {"sound and picture", std::abs(*median) <= kAvMedianMs && *most <= kAvShareMs,
          fmt::format("median {:+.1f} ms (allowed {:.0f}), 95 % within {:.0f} ms (allowed {:.0f}), {} seconds located",
                      *median, kAvMedianMs, *most, kAvShareMs, offsets.size())};
}

}  // namespace

std::vector<Verdict> figures_verdicts(const Samples& samples, double run_s) {
  std::vector<Verdict> all;
  const auto rss = [](const Sample& s) -> Value { return static_cast<double>(s.process.rss_kb); };
  const auto pss = [](const Sample& s) -> Value { return static_cast<double>(s.process.pss_kb); };
  const auto log = [](const Sample& s) -> Value { return static_cast<double>(s.log_bytes); };
  for (const char* who : {"recorded", "cheap"}) {
    const std::string name = who;
    all.push_back(grows(name + ": RSS", samples.series(who, rss), run_s, kMemoryKb, "kB"));
    all.push_back(grows(name + ": PSS", samples.series(who, pss), run_s, kMemoryKb, "kB"));
    all.push_back(grows(name + ": log", samples.series(who, log), run_s, kLogBytes, "bytes"));
    all.push_back(returns(
        name + ": descriptors", samples, who, [](const Sample& s) -> Value { return s.process.descriptors; },
        kDescriptorsMore));
    all.push_back(returns(
        name + ": sockets", samples, who, [](const Sample& s) -> Value { return s.process.sockets; },
        kDescriptorsMore));
    all.push_back(returns(
        name + ": threads", samples, who, [](const Sample& s) -> Value { return s.process.threads; }, kThreadsMore));
  }
  const auto offsets = samples.series("recorded", [](const Sample& s) { return s.av_offset_ms; });
  all.push_back(av_offset(offsets, run_s));
  all.push_back(drifts("sound against picture", offsets, run_s, kAvDriftMs));
  all.push_back(drifts("sound's clock", samples.series("recorded", [](const Sample& s) { return s.sound_clock_ms; }),
                       run_s, kClockDriftMs));
  all.push_back(drifts("pictures' clock", samples.series("recorded", [](const Sample& s) { return s.stamp_delay_ms; }),
                       run_s, kClockDriftMs));
  return all;
}

}  // namespace understudy::soak
