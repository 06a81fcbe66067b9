// As much SVG as a time line needs. Coordinates in pixels; colours and style as CSS classes of the sheet that the
// document begins with.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace understudy::bench::failover {

class Svg {
 public:
  using Points = std::vector<std::pair<double, double>>;

  Svg(double width, double height, const std::string& style_sheet);
  void rect(double x, double y, double w, double h, const std::string& css_class);
  void line(double x1, double y1, double x2, double y2, const std::string& css_class);
  void polyline(const Points& points, const std::string& css_class);
  void polygon(const Points& points, const std::string& css_class);
  /// `css_class` says where the anchor is.
  void text(double x, double y, const std::string& words, const std::string& css_class);
  std::string document() const { return body_ + "</svg>\n"; }

 private:
  void points(const char* element, const Points& points, const std::string& css_class);
  std::string body_;
};

}  // namespace understudy::bench::failover
