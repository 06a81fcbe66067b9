#include "simulation/crowd/report.h"

#include <cinttypes>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace understudy::crowd {

namespace {

// The figures to reach, with the spreading rules.
constexpr std::int64_t kMostRatioPermille = 1300;

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[256];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string ratio(std::int64_t permille) { return formatted("%.2f", static_cast<double>(permille) / 1000); }
std::string seconds(std::int64_t ms) { return ms < 0 ? "-" : formatted("%.2f", static_cast<double>(ms) / 1000); }

const char* goal_words(Goal goal) {
  switch (goal) {
    case Goal::on_fallback: return "on the fallback";
    case Goal::on_primary: return "back on the primary";
    case Goal::picture: return "have a picture";
    case Goal::stopped: return "stopped";
    case Goal::nothing: break;
  }
  return "";
}

bool loses_primary(const Act& act) { return act.goal == Goal::on_fallback; }

}  // namespace

std::string table_head() {
  return formatted("%-9s %-7s %-9s %10s %10s %10s %10s %9s\n", "act", "rules", "host", "before/s", "after/s", "first 1.5s", "peak/s",
                   "peak MB/s");
}

std::string table_rows(const Performance& p) {
  const Figures& f = p.figures;
  std::string text;
  for (const Place place : {Place::primary, Place::fallback, Place::cache, Place::service}) {
    const Load& l = f.load[static_cast<int>(place)];
    text += formatted("%-9s %-7s %-9s %10" PRId64 " %10" PRId64 " %10" PRId64 " %10" PRId64 " %9" PRId64 "\n", p.act.name.c_str(),
                      p.spread ? "with" : "without", to_string(place).c_str(), l.before, l.after, l.early_peak, l.peak,
                      l.peak_bytes / 1'000'000);
  }
  text += "          " + to_string(f.busiest) + " over its steady state: " + ratio(f.ratio_permille) + " in the first 1.5 s (tenths " +
          ratio(f.tenth_permille) + "), " + ratio(f.whole_permille) + " in all; stalls " +
          ratio(f.stalled_per_100k * 10) + " per thousand" +
          (f.stalled_per_100k > 0 ? formatted(" (%" PRId64 " ms)", f.stalled_ms_mean) : "") +
          formatted("; frames lost %" PRId64 ", repeated %" PRId64 "\n", f.frames_lost, f.frames_repeated);
  if (p.act.goal != Goal::nothing)
    text += std::string("          50 / 99 / 99.9 % ") + goal_words(p.act.goal) + " after " + seconds(f.reached_ms[0]) + " / " +
            seconds(f.reached_ms[1]) + " / " + seconds(f.reached_ms[2]) + " s\n";
  return text;
}

std::string json(const Options& options, const std::vector<Performance>& performances, std::int64_t cpu_ms) {
  nlohmann::ordered_json acts = nlohmann::ordered_json::array();
  for (const Performance& p : performances) {
    const Figures& f = p.figures;
    nlohmann::ordered_json act = {{"act", p.act.name}, {"title", p.act.title}, {"spread", p.spread}, {"controllers", p.tally.viewers}};
    for (const Place place : {Place::primary, Place::fallback, Place::cache, Place::service}) {
      const Load& l = f.load[static_cast<int>(place)];
      act["requests_per_second"][to_string(place)] = {{"before", l.before}, {"after", l.after}, {"first_1500_ms", l.early_peak},
                                                      {"first_1500_ms_tenths", l.early_tenth}, {"peak", l.peak},
                                                      {"peak_tenths", l.peak_tenth}};
      act["bytes_per_second"][to_string(place)] = {{"after", l.bytes_after}, {"peak", l.peak_bytes}};
    }
    act["busiest"] = to_string(f.busiest);
    act["first_1500_ms_over_steady"] = static_cast<double>(f.ratio_permille) / 1000;
    act["peak_over_steady"] = static_cast<double>(f.whole_permille) / 1000;
    act["stalled_per_thousand"] = static_cast<double>(f.stalled_per_100k) / 100;
    act["stalled_before_per_thousand"] = static_cast<double>(f.early_stalls_per_100k) / 100;
    act["reached_percent"] = static_cast<double>(f.reached_per_100k) / 1000;
    act["reached_ms"] = {{"50", f.reached_ms[0]}, {"99", f.reached_ms[1]}, {"99.9", f.reached_ms[2]}};
    act["switches"] = f.switches;
    act["frames_lost"] = f.frames_lost;
    act["frames_repeated"] = f.frames_repeated;
    act["idle_hedges_per_1000_viewer_hours"] = f.idle_hedges_per_1k_hours;
    acts.push_back(std::move(act));
  }
  const nlohmann::ordered_json whole = {{"viewers", options.viewers}, {"controllers", options.controllers},
                                        {"seed", options.seed},       {"segment_ms", options.segment_ms},
                                        {"standby", options.standby}, {"cpu_ms", cpu_ms},
                                        {"acts", std::move(acts)}};
  return whole.dump(1) + "\n";
}

std::vector<std::string> not_reached(const std::vector<Performance>& performances) {
  std::vector<std::string> missed;
  for (const Performance& p : performances) {
    if (!p.spread) continue;
    const Figures& f = p.figures;
    if (loses_primary(p.act) && f.ratio_permille > kMostRatioPermille)
      missed.push_back(p.act.name + ": the fallback's busiest second of the first 1.5 s is " + ratio(f.ratio_permille) + " × steady, not 1.3");
    if (p.act.media_remains && f.stalled_per_100k > 0)
      missed.push_back(p.act.name + ": " + ratio(f.stalled_per_100k * 10) + " viewers in a thousand stalled");
  }
  return missed;
}

}  // namespace understudy::crowd
