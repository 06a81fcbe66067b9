#include "summary.h"

#include <fmt/format.h>

#include <algorithm>

namespace understudy::desktop {
namespace {

constexpr std::size_t kMaxSpans = 40;  // of a long, unhappy session only the last ones; the report has them all

double seconds(Instant start, Instant at) { return static_cast<double>((at - start).count()) / 1e9; }

std::string span_lines(const Report& report) {
  std::string text = "On screen\n";
  const auto& spans = report.on_screen();
  const std::size_t first = spans.size() > kMaxSpans ? spans.size() - kMaxSpans : 0;
  if (first > 0) text += fmt::format("  … {} earlier ones: see the report\n", first);
  for (std::size_t i = first; i < spans.size(); ++i) {
    text += fmt::format("  {:8.2f} – {:8.2f} s  {}\n", seconds(report.start(), spans[i].from),
                        seconds(report.start(), spans[i].to), report.span_label(spans[i]));
  }
  return text;
}

std::string switch_lines(const Report& report) {
  if (report.switches().empty()) return "Switches\n  none\n";
  std::string text = "Switches\n";
  for (const SwitchRow& row : report.switches()) {
    text += fmt::format("  {:8.2f} s  {} → {}  ({})  gap {} ms, {} frames lost, {} repeated\n",
                        seconds(report.start(), row.at), row.from, row.to, understudy::to_string(row.reason),
                        row.facts.gap_ms, row.facts.frames_lost, row.facts.frames_repeated);
  }
  return text;
}

}  // namespace

std::string summary_text(const Report& report) {
  const PlayerStats& s = report.stats();
  const std::string first = s.first_frame_ms < 0 ? std::string("nothing was played")
                                                 : fmt::format("first picture after {} ms", s.first_frame_ms);
  return span_lines(report) + switch_lines(report) +
         fmt::format("In all\n  {}; {} frames shown, {} lost, {} repeated, {} late; longest gap {} ms; ended {}\n",
                     first, s.frames_presented, s.frames_lost, s.frames_repeated, s.frames_dropped_late,
                     s.longest_gap_ms, understudy::to_string(s.state));
}

}  // namespace understudy::desktop
