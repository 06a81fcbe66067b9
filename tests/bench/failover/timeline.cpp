#include "timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "origin/clock.h"
#include "svg.h"

namespace understudy::bench::failover {
namespace {

constexpr double kWidth = 1200;
constexpr double kHeight = 520;
constexpr double kLeft = 118;
constexpr double kRight = kWidth - 28;
constexpr double kBeforeS = 4;
constexpr double kFlagsTop = 84;
constexpr double kScreenTop = 172;
constexpr double kBar = 26;
constexpr double kSoundTop = 246;
constexpr double kOffsetTop = 290;
constexpr double kBufferTop = 352;
constexpr double kChart = 44;
constexpr double kAxis = 412;
constexpr double kStripTop = 450;

const char* const kStyle =
    "text{font-family:system-ui,'Segoe UI','DejaVu Sans',sans-serif;font-size:12px;fill:#334}"
    ".page{fill:#fff;stroke:#d8dde6}.title{font-size:20px;font-weight:600;fill:#111827}.sub{font-size:13px;fill:#"
    "4b5563}"
    ".lane{text-anchor:end;fill:#374151}.axis{text-anchor:middle;fill:#6b7280;font-size:11px}.end{text-anchor:end}"
    ".rail{fill:#f3f4f6}.grid{stroke:#e5e7eb}.primary{fill:#2563eb}.fallback{fill:#0d9488}.held{fill:#f59e0b}.nothing{"
    "fill:#111827}"
    ".broken{fill:#dc2626}.sound{fill:#8b9bb4}.silent{fill:#dc2626}.aprimary{fill:#2563eb;fill-opacity:.18}"
    ".afallback{fill:#0d9488;fill-opacity:.18}.oprimary{fill:none;stroke:#2563eb;stroke-width:2}"
    ".ofallback{fill:none;stroke:#0d9488;stroke-width:2}.mark{stroke:#374151;stroke-dasharray:3 "
    "3}.fault{stroke:#dc2626;stroke-width:2}"
    ".flag{fill:#111827;font-size:12px}.flagend{fill:#111827;font-size:12px;text-anchor:end}.small{font-size:11px;fill:"
    "#6b7280}"
    ".on{fill:#fff;text-anchor:middle;font-size:12px;font-weight:600}.bad{fill:#b91c1c;font-weight:600}.note{fill:#"
    "b91c1c;font-size:11px}";

struct Span {
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::string kind;  // primary, fallback, held, nothing
};

const char* name_of(int channel) { return channel < 0 ? "nothing" : channel == kPrimary ? "primary" : "fallback"; }

/// Runs of ticks of one kind. A picture that is repeated once more than the recording's resolution explains is held.
std::vector<Span> spans_of(const Evidence& e) {
  std::vector<Span> spans;
  const auto period = static_cast<std::int64_t>(1e9 / e.pictures.ticks_per_second);
  std::int64_t frame = -1;
  int repeats = 0;
  for (const test::Picture& tick : e.pictures.ticks) {
    if (tick.at_ns >= e.end_ns) break;
    repeats = tick.channel >= 0 && tick.frame == frame ? repeats + 1 : 0;
    frame = tick.frame;
    const std::string kind = repeats > 1 ? "held" : name_of(tick.channel);
    if (spans.empty() || spans.back().kind != kind) spans.push_back({tick.at_ns, tick.at_ns, kind});
    spans.back().to = tick.at_ns + period;
  }
  return spans;
}

class Drawing {
 public:
  Drawing(const Evidence& e, const Row& row)
      : e_(e),
        row_(row),
        svg_(kWidth, kHeight, kStyle),
        from_ns_(std::max(e.started_ns, e.fault_ns - static_cast<std::int64_t>(kBeforeS * 1e9))) {}

  std::string draw() {
    svg_.rect(0.5, 0.5, kWidth - 1, kHeight - 1, "page");
    heading();
    axis();
    screen();
    sound();
    offset();
    buffer();
    flags();
    strip();
    return svg_.document();
  }

 private:
  double x(std::int64_t ns) const {
    const double share = static_cast<double>(ns - from_ns_) / static_cast<double>(e_.end_ns - from_ns_);
    return kLeft + std::clamp(share, 0.0, 1.0) * (kRight - kLeft);
  }
  double since_fault(std::int64_t ns) const { return static_cast<double>(ns - e_.fault_ns) / 1e9; }
  void rail(double top, double height, const std::string& label) {
    svg_.rect(kLeft, top, kRight - kLeft, height, "rail");
    svg_.text(kLeft - 10, top + height / 2 + 4, label, "lane");
  }

  void heading() {
    std::string fault = row_.one.fault;
    std::replace(fault.begin(), fault.end(), '_', ' ');
    if (row_.one.brief_s > 0) fault += fmt::format(" for {:g} s", row_.one.brief_s);
    svg_.text(24, 34,
              fmt::format("{} of the primary · {} · standby {} · {} s segments · {}", fault, row_.one.alignment,
                          row_.one.standby, row_.one.segment_s, row_.one.container),
              "title");
    svg_.text(24, 56,
              fmt::format("Read from the recording: {:.0f} ms added gap, {} pictures lost, {} repeated, {:.0f} ms "
                          "missing in the sound, {}. "
                          "At the end: {}.",
                          row_.added_gap_ms, row_.frames_lost, row_.frames_repeated, row_.audio_gap_ms,
                          row_.click ? "a click" : "no click", row_.end),
              "sub");
  }

  void axis() {
    const double step = since_fault(e_.end_ns) > 20 ? 5 : 1;
    for (double s = -kBeforeS; s <= since_fault(e_.end_ns); s += 1) {
      const std::int64_t at = e_.fault_ns + static_cast<std::int64_t>(s * 1e9);
      if (at < from_ns_ || std::fmod(s, step) != 0) continue;
      svg_.line(x(at), kScreenTop, x(at), kAxis, "grid");
      svg_.text(x(at), kAxis + 16, s == 0 ? "0" : fmt::format("{:+.0f} s", s), "axis");
    }
    svg_.text(kLeft - 10, kAxis + 16, "from the fault", "lane");
  }

  void screen() {
    rail(kScreenTop, kBar, "primary");
    rail(kScreenTop + kBar + 8, kBar, "fallback");
    if (row_.one.fault != kNoFault) {
      const std::int64_t over =
          row_.one.brief_s > 0 ? e_.fault_ns + static_cast<std::int64_t>(row_.one.brief_s * 1e9) : e_.end_ns;
      const bool momentary = !leaves(row_.one) && row_.one.brief_s == 0;
      if (!momentary) svg_.rect(x(e_.fault_ns), kScreenTop + kBar, x(over) - x(e_.fault_ns), 4, "broken");
    }
    std::string current = "primary";
    for (const Span& span : spans_of(e_)) {
      if (span.to <= from_ns_) continue;
      if (span.kind == "primary" || span.kind == "fallback") current = span.kind;
      const double top = kScreenTop + (current == "fallback" ? kBar + 8 : 0);
      const double left = x(std::max(span.from, from_ns_));
      svg_.rect(left, top, x(span.to) - left, kBar, span.kind);
      if (x(span.to) - left > 150 && (span.kind == "primary" || span.kind == "fallback"))
        svg_.text(left + 46, top + kBar / 2 + 4, "on screen", "on");
    }
  }

  void sound() {
    rail(kSoundTop, 18, "sound");
    if (!e_.sound) return;
    const auto time_of = [&](std::size_t sample) {
      return e_.sound->start_ns + static_cast<std::int64_t>(static_cast<double>(sample) / e_.sound->rate * 1e9);
    };
    svg_.rect(x(from_ns_), kSoundTop, x(e_.end_ns) - x(from_ns_), 18, "sound");
    for (const test::SampleRange& silence : test::silences(*e_.sound, {0, e_.sound->mono.size()})) {
      if (time_of(silence.end) < from_ns_ || time_of(silence.begin) > e_.end_ns) continue;
      svg_.rect(x(time_of(silence.begin)), kSoundTop,
                std::max(1.5, x(time_of(silence.end)) - x(time_of(silence.begin))), 18, "silent");
    }
  }

  /// How far behind live each picture was: a straight line across the switch is a switch that nobody sees.
  void offset() {
    rail(kOffsetTop, kChart, "behind live");
    struct Point {
      std::int64_t at;
      double seconds;
      int channel;
    };
    std::vector<Point> points;
    for (const test::Picture& tick : e_.pictures.ticks) {
      if (tick.channel < 0 || tick.at_ns < from_ns_ || tick.at_ns >= e_.end_ns) continue;
      const auto content = server::time_of_frame(tick.frame, {25, 1}).time_since_epoch().count();
      points.push_back(
          {tick.at_ns, static_cast<double>(tick.at_ns + e_.wall_minus_monotonic_ns - content) / 1e9, tick.channel});
    }
    if (points.empty()) return;
    const auto [low, high] =
        std::minmax_element(points.begin(), points.end(), [](auto& a, auto& b) { return a.seconds < b.seconds; });
    const double middle = (low->seconds + high->seconds) / 2;
    const double half = std::max(1.0, (high->seconds - low->seconds) * 0.6);
    for (const int channel : {kPrimary, kFallback}) {
      Svg::Points curve;
      for (const Point& p : points)
        if (p.channel == channel)
          curve.push_back({x(p.at), kOffsetTop + kChart * (0.5 + (middle - p.seconds) / half / 2)});
      svg_.polyline(curve, channel == kPrimary ? "oprimary" : "ofallback");
    }
    svg_.text(kLeft - 10, kOffsetTop + kChart / 2 + 18,
              fmt::format("{:.2f} → {:.2f} s", row_.live_offset_before_s.value_or(points.front().seconds),
                          row_.live_offset_after_s.value_or(points.back().seconds)),
              "small end");
  }

  void buffer() {
    rail(kBufferTop, kChart, "buffer");
    double most = 1;
    for (const BufferPoint& p : e_.buffer) most = std::max(most, p.seconds);
    for (const int channel : {kPrimary, kFallback}) {
      Svg::Points curve;
      for (const BufferPoint& p : e_.buffer) {
        if (p.channel != channel || p.at_ns < from_ns_ || p.at_ns > e_.end_ns) continue;
        curve.push_back({x(p.at_ns), kBufferTop + kChart * (1 - std::max(0.0, p.seconds) / most)});
      }
      if (curve.empty()) continue;
      Svg::Points area = curve;
      area.push_back({curve.back().first, kBufferTop + kChart});
      area.push_back({curve.front().first, kBufferTop + kChart});
      svg_.polygon(area, channel == kPrimary ? "aprimary" : "afallback");
      svg_.polyline(curve, channel == kPrimary ? "oprimary" : "ofallback");
    }
    svg_.text(kLeft - 10, kBufferTop + kChart / 2 + 18,
              e_.buffer.empty() ? "not traced" : fmt::format("≤ {:.1f} s", most), "small end");
  }

  void flags() {
    int n = 0;
    const auto flag = [&](std::optional<std::int64_t> at, const std::string& words, const char* css_class) {
      if (!at || *at < from_ns_ || *at > e_.end_ns) return;
      const double top = kFlagsTop + 17 * n++;
      svg_.line(x(*at), top - 10, x(*at), kAxis, css_class);
      const bool late = x(*at) > kWidth * 0.7;
      svg_.text(x(*at) + (late ? -6 : 6), top, fmt::format("{} {:+.2f} s", words, since_fault(*at)),
                late ? "flagend" : "flag");
    };
    if (row_.one.fault != kNoFault) flag(e_.fault_ns, "fault", "fault");
    const Json* suspicion = e_.event("intent_to_fallback");
    flag(e_.event_ns("intent_to_fallback"),
         "suspected (" + (suspicion == nullptr ? "" : suspicion->value("reason", "")) + ")", "mark");
    flag(e_.event_ns("hedge_started"), "fallback being prepared", "mark");
    flag(e_.event_ns("committed"), "committed", "mark");
    flag(e_.event_ns("switched"), "first picture of the fallback", "mark");
  }

  /// The pictures around the switch, or around the fault where there was none, with their numbers.
  void strip() {
    std::vector<test::Picture> shown;
    std::size_t middle = 0;
    bool switched = false;
    for (const test::Picture& tick : e_.pictures.ticks) {
      if (tick.channel < 0 || (!shown.empty() && tick.frame == shown.back().frame)) continue;
      if (!switched && tick.at_ns > e_.fault_ns && (shown.empty() || tick.channel == kFallback)) {
        switched = tick.channel == kFallback;
        middle = shown.size();
      }
      shown.push_back(tick);
    }
    if (!switched) return;
    svg_.text(kLeft - 10, kStripTop + 26, "pictures", "lane");
    const std::size_t first = middle > 8 ? middle - 8 : 0;
    const double width = (kRight - kLeft) / 16;
    for (std::size_t i = first; i < std::min(first + 16, shown.size()); ++i) {
      const double left = kLeft + static_cast<double>(i - first) * width;
      svg_.rect(left + 1.5, kStripTop + 6, width - 3, 32, name_of(shown[i].channel));
      svg_.text(left + width / 2, kStripTop + 26, fmt::format("{}", shown[i].frame % 10000000), "on");
      const std::int64_t step = i == 0 ? 1 : shown[i].frame - shown[i - 1].frame;
      if (step != 1)
        svg_.text(left - 8, kStripTop + 54, fmt::format("{} by {}", step > 1 ? "forward" : "back", std::abs(step - 1)),
                  "note");
    }
    svg_.text(kRight, kStripTop - 4,
              "numbers painted into the pictures, in the order in which they were shown around the switch",
              "small end");
  }

  const Evidence& e_;
  const Row& row_;
  Svg svg_;
  std::int64_t from_ns_;
};

}  // namespace

std::string timeline_svg(const Evidence& evidence, const Row& row) {
  if (!evidence.problem.empty()) {
    Svg svg(kWidth, 60, kStyle);
    svg.text(24, 34, row.one.name() + ": " + evidence.problem, "title");
    return svg.document();
  }
  return Drawing(evidence, row).draw();
}

}  // namespace understudy::bench::failover
