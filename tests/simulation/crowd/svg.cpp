#include "simulation/crowd/svg.h"

#include <algorithm>
#include <cstdio>

namespace understudy::crowd {

namespace {

constexpr int kWidth = 1120;
constexpr int kTop = 92;       // caption and legend
constexpr int kRow = 190;
constexpr int kLeft = 64;
constexpr int kPlotWidth = 480;
constexpr int kColumn = 548;
constexpr int kPlotHeight = 116;
constexpr int kBefore = 5;     // seconds shown before the mark
constexpr int kAfter = 25;     // and after it
constexpr int kBinsPerPoint = 2;

struct Line {
  Place place;
  const char* colour;
  const char* label;
};
constexpr Line kLines[] = {{Place::primary, "#1f6fb4", "primary"},
                           {Place::fallback, "#d1481f", "fallback"},
                           {Place::cache, "#2e8540", "status, at its caches"}};

using Text = std::string;

Text number(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", v);
  Text t = text;
  if (t.size() > 2 && t.substr(t.size() - 2) == ".0") t.resize(t.size() - 2);
  return t;
}

Text label(double x, double y, const Text& words, const char* style = "") {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" " + style + ">" + words + "</text>\n";
}

Text rule(double x1, double y1, double x2, double y2, const char* style) {
  return "<path d=\"M" + number(x1) + " " + number(y1) + "L" + number(x2) + " " + number(y2) + "\" " + style + "/>\n";
}

Text millions(std::int64_t v) { return number(static_cast<double>(v) / 1e6) + " M"; }

/// The next of 1, 2, 4, 5 × 10^n that is not below.
std::int64_t round_up(std::int64_t v) {
  for (std::int64_t unit = 1;; unit *= 10)
    for (const std::int64_t step : {1, 2, 3, 4, 5, 6, 8})
      if (step * unit >= v) return step * unit;
}

std::vector<std::int64_t> points(const Performance& p, Place place) {
  const Series s = rate(p.tally, place, p.figures.viewers);
  std::vector<std::int64_t> out;
  const auto from = static_cast<std::size_t>((p.act.mark - std::chrono::seconds(kBefore)) / kBin);
  const auto count = static_cast<std::size_t>(std::chrono::seconds(kBefore + kAfter) / kBin);
  for (std::size_t i = from; i < from + count && i + kBinsPerPoint < s.size(); i += kBinsPerPoint) {
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < kBinsPerPoint; ++k) sum += s[i + k];
    out.push_back(sum / kBinsPerPoint);
  }
  return out;
}

std::int64_t most(const Performance& p) {
  std::int64_t m = 1;
  for (const Line& line : kLines)
    for (const std::int64_t v : points(p, line.place)) m = std::max(m, v);
  return m;
}

Text curve(const Performance& p, const Line& line, double x0, double y0, std::int64_t top) {
  const auto values = points(p, line.place);
  Text path;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = x0 + static_cast<double>(i) * kBinsPerPoint * 0.1 / (kBefore + kAfter) * kPlotWidth;
    const double y = y0 - static_cast<double>(values[i]) / static_cast<double>(top) * kPlotHeight;
    path += (i == 0 ? "M" : "L") + number(x) + " " + number(y);
  }
  return "<path d=\"" + path + "\" fill=\"none\" stroke=\"" + line.colour + "\" stroke-width=\"1.6\" stroke-linejoin=\"round\"/>\n";
}

Text panel(const Performance& p, double x0, double y0, std::int64_t top) {
  Text svg;
  for (int part = 0; part <= 2; ++part) {
    const double y = y0 - kPlotHeight * part / 2.0;
    svg += rule(x0, y, x0 + kPlotWidth, y, part == 0 ? "class=\"axis\"" : "class=\"grid\"");
    svg += label(x0 - 6, y + 4, part == 0 ? "0" : millions(top * part / 2), "text-anchor=\"end\" class=\"tick\"");
  }
  for (int second = -kBefore; second <= kAfter; second += 5) {
    const double x = x0 + static_cast<double>(second + kBefore) / (kBefore + kAfter) * kPlotWidth;
    svg += rule(x, y0, x, y0 + 4, "class=\"axis\"");
    svg += label(x, y0 + 16, std::to_string(second) + (second == kAfter ? " s" : ""), "text-anchor=\"middle\" class=\"tick\"");
  }
  const double mark = x0 + static_cast<double>(kBefore) / (kBefore + kAfter) * kPlotWidth;
  svg += rule(mark, y0 - kPlotHeight, mark, y0, "stroke=\"#888\" stroke-dasharray=\"3 3\"");
  for (const Line& line : kLines) svg += curve(p, line, x0, y0, top);
  const Figures& f = p.figures;
  Text words = to_string(f.busiest) + ": busiest second " + number(static_cast<double>(f.whole_permille) / 1000) + " × steady";
  if (p.act.media_remains) words += ", stalls " + number(static_cast<double>(f.stalled_per_100k) / 100) + " ‰";
  svg += label(x0 + kPlotWidth, y0 - kPlotHeight - 6, words, "text-anchor=\"end\" class=\"note\"");
  return svg;
}

}  // namespace

std::string draw(const std::vector<Performance>& performances, const std::string& caption) {
  std::vector<const Performance*> rows;  // the first of each act
  for (const Performance& p : performances)
    if (std::none_of(rows.begin(), rows.end(), [&](const Performance* r) { return r->act.name == p.act.name; })) rows.push_back(&p);
  const int height = kTop + static_cast<int>(rows.size()) * kRow + 10;
  Text svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(kWidth) + " " + std::to_string(height) +
             "\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\">\n<style>.axis{stroke:#444;stroke-width:1}"
             ".grid{stroke:#ddd;stroke-width:1}.tick{font-size:11px;fill:#444}.note{font-size:12px;fill:#333}"
             ".title{font-size:14px;font-weight:bold;fill:#111}</style>\n"
             "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
  svg += label(kLeft, 26, caption, "font-size=\"17\" font-weight=\"bold\"");
  svg += label(kLeft, 48, "Requests per second (vertical) against seconds from the dashed mark, where it happens (horizontal)", "class=\"note\"");
  double x = kLeft;
  for (const Line& line : kLines) {
    svg += "<path d=\"M" + number(x) + " 66h26\" stroke=\"" + line.colour + "\" stroke-width=\"3\"/>\n";
    svg += label(x + 32, 70, line.label);
    x += 60 + 7.0 * static_cast<double>(Text(line.label).size());
  }
  svg += label(kLeft, kTop + 2, "with the spreading rules", "class=\"note\" font-style=\"italic\"");
  svg += label(kLeft + kColumn, kTop + 2, "without: everybody throws the same dice", "class=\"note\" font-style=\"italic\"");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const double y0 = kTop + static_cast<double>(row) * kRow + kRow - 26;
    svg += label(kLeft, y0 - kPlotHeight - 24, rows[row]->act.title, "class=\"title\"");
    std::int64_t top = 1;
    for (const Performance& p : performances)
      if (p.act.name == rows[row]->act.name) top = std::max(top, most(p));
    top = round_up(top);
    for (const Performance& p : performances)
      if (p.act.name == rows[row]->act.name) svg += panel(p, kLeft + (p.spread ? 0 : kColumn), y0, top);
  }
  return svg + "</svg>\n";
}

}  // namespace understudy::crowd
