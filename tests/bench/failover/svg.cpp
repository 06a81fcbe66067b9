#include "svg.h"

#include <fmt/format.h>

namespace understudy::bench::failover {
namespace {

std::string escaped(const std::string& words) {
  std::string out;
  for (const char c : words) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else
      out += c;
  }
  return out;
}

}  // namespace

Svg::Svg(double width, double height, const std::string& style_sheet)
    : body_(fmt::format(
          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:g}\" height=\"{1:g}\" viewBox=\"0 0 {0:g} {1:g}\">\n"
          "<style>{2}</style>\n",
          width, height, style_sheet)) {}

void Svg::rect(double x, double y, double w, double h, const std::string& css_class) {
  body_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" class=\"{}\"/>\n", x, y, w,
                       h, css_class);
}

void Svg::line(double x1, double y1, double x2, double y2, const std::string& css_class) {
  body_ += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x1, y1, x2, y2,
                       css_class);
}

void Svg::polyline(const Points& all, const std::string& css_class) { points("polyline", all, css_class); }
void Svg::polygon(const Points& all, const std::string& css_class) { points("polygon", all, css_class); }

void Svg::points(const char* element, const Points& all, const std::string& css_class) {
  if (all.empty()) return;
  body_ += fmt::format("<{} class=\"{}\" points=\"", element, css_class);
  for (const auto& [x, y] : all) body_ += fmt::format("{:.1f},{:.1f} ", x, y);
  body_ += "\"/>\n";
}

void Svg::text(double x, double y, const std::string& words, const std::string& css_class) {
  body_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">{}</text>\n", x, y, css_class, escaped(words));
}

}  // namespace understudy::bench::failover
