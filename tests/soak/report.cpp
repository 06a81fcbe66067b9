#include "report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "svg.h"

namespace understudy::soak {
namespace {

using bench::failover::Svg;

constexpr double kWidth = 1000;
constexpr double kLeft = 150;
constexpr double kPlotHeight = 74;
constexpr double kPlotStep = 100;
constexpr double kTop = 70;
constexpr const char* kStyle =
    "text{font:12px "
    "sans-serif;fill:#222}.b{font-weight:bold}.e{text-anchor:end;fill:#666;font-size:11px}.bad{fill:#c00}"
    ".recorded{fill:none;stroke:#06c;stroke-width:1.2}.cheap{fill:none;stroke:#e80;stroke-width:1.2}.service{fill:none;"
    "stroke:#393;stroke-width:1.2}"
    ".frame{fill:none;stroke:#ccc}.outage{fill:#d33;opacity:.13}.page{fill:#fff}";

using Value = std::optional<double> (*)(const Sample&);

struct Plot {
  const char* title;
  const char* unit;
  Value value;
  bool players_only;
};

const Plot kPlots[] = {
    {"memory (RSS)", "MB",
     [](const Sample& s) -> std::optional<double> { return static_cast<double>(s.process.rss_kb) / 1024; }, true},
    {"memory (PSS)", "MB",
     [](const Sample& s) -> std::optional<double> { return static_cast<double>(s.process.pss_kb) / 1024; }, true},
    {"service's memory (RSS)", "MB",
     [](const Sample& s) -> std::optional<double> {
       return s.who == "service" ? std::optional(static_cast<double>(s.process.rss_kb) / 1024) : std::nullopt;
     },
     false},
    {"descriptors", "", [](const Sample& s) -> std::optional<double> { return s.process.descriptors; }, true},
    {"sockets", "", [](const Sample& s) -> std::optional<double> { return s.process.sockets; }, true},
    {"threads", "", [](const Sample& s) -> std::optional<double> { return s.process.threads; }, true},
    {"sound − picture", "ms", [](const Sample& s) { return s.av_offset_ms; }, true},
    {"behind live", "s", [](const Sample& s) { return s.live_offset_s; }, true},
    {"sound's clock − machine's", "ms", [](const Sample& s) { return s.sound_clock_ms; }, true},
    {"log", "kB", [](const Sample& s) -> std::optional<double> { return static_cast<double>(s.log_bytes) / 1024; },
     true},
};

struct Range {
  double low = 1e300;
  double high = -1e300;
};

Range range_of(const Samples& samples, const Plot& plot) {
  Range r;
  for (const char* who : {"recorded", "cheap", "service"}) {
    if (plot.players_only && who == std::string("service")) continue;
    for (const Point& p : samples.series(who, plot.value))
      r.low = std::min(r.low, p.value), r.high = std::max(r.high, p.value);
  }
  if (r.low > r.high) r = {0, 1};
  if (r.high - r.low < 1e-9) r = {r.low - 1, r.high + 1};
  return r;
}

/// At most a thousand points: of each piece the highest, which is what one looks for.
Svg::Points line_of(const std::vector<Point>& points, const Range& r, double y, double px_per_s) {
  Svg::Points line;
  const std::size_t step = points.size() / 1000 + 1;
  for (std::size_t i = 0; i < points.size(); i += step) {
    Point highest = points[i];
    for (std::size_t k = i; k < std::min(points.size(), i + step); ++k)
      if (points[k].value > highest.value) highest = points[k];
    line.emplace_back(kLeft + highest.t_s * px_per_s,
                      y + kPlotHeight * (1 - (highest.value - r.low) / (r.high - r.low)));
  }
  return line;
}

}  // namespace

std::string report_svg(const Options& options, const Samples& samples, const std::vector<OutageRecord>& outages,
                       const std::vector<Verdict>& verdicts) {
  const double seconds = samples.all().empty() ? 1 : std::max(1.0, samples.all().back().t_s);
  const double px_per_s = (kWidth - kLeft - 20) / seconds;
  const double below = kTop + kPlotStep * static_cast<double>(std::size(kPlots));
  Svg svg(kWidth, below + 40 + 18 * static_cast<double>(verdicts.size()), kStyle);
  svg.rect(0, 0, kWidth, below + 40 + 18 * static_cast<double>(verdicts.size()), "page");
  svg.text(20, 24,
           fmt::format("Soak of {:.1f} minutes, seed {}, {} outages", seconds / 60, options.seed, outages.size()), "b");
  svg.text(20, 44, "blue: the recorded player; orange: the cheap one; green: the service; red: something is broken",
           "");
  double y = kTop;
  for (const Plot& plot : kPlots) {
    const Range r = range_of(samples, plot);
    svg.rect(kLeft, y, kWidth - kLeft - 20, kPlotHeight, "frame");
    for (const OutageRecord& o : outages)
      svg.rect(kLeft + o.begin_s * px_per_s, y, std::max(1.0, (o.end_s - o.begin_s) * px_per_s), kPlotHeight, "outage");
    svg.text(kLeft - 8, y + 34, plot.title, "e");
    svg.text(kLeft - 8, y + 10, fmt::format("{:.4g} {}", r.high, plot.unit), "e");
    svg.text(kLeft - 8, y + kPlotHeight, fmt::format("{:.4g} {}", r.low, plot.unit), "e");
    for (const char* who : {"service", "cheap", "recorded"}) {
      if (plot.players_only && who == std::string("service")) continue;
      svg.polyline(line_of(samples.series(who, plot.value), r, y, px_per_s), who);
    }
    y += kPlotStep;
  }
  y += 20;
  for (const Verdict& v : verdicts) {
    svg.text(20, y, fmt::format("{}  {}: {}", v.ok ? "ok" : "WRONG", v.name, v.text.substr(0, 150)), v.ok ? "" : "bad");
    y += 18;
  }
  return svg.document();
}

Json report_json(const Options& options, const std::vector<OutageRecord>& outages,
                 const std::vector<Verdict>& verdicts) {
  Json json = {
      {"seed", options.seed}, {"minutes", options.minutes}, {"outages", Json::array()}, {"verdicts", Json::array()}};
  for (const OutageRecord& o : outages) {
    json["outages"].push_back({{"what", to_text(o.outage)},
                               {"kind", std::string(to_string(o.outage.kind))},
                               {"begin_s", o.begin_s},
                               {"end_s", o.end_s},
                               {"back_s", o.back_s ? Json(*o.back_s) : Json()},
                               {"longest_gap_s", o.longest_gap_s}});
  }
  for (const Verdict& v : verdicts) json["verdicts"].push_back({{"name", v.name}, {"ok", v.ok}, {"text", v.text}});
  return json;
}

}  // namespace understudy::soak
