// The stroke font of canvas.h. A glyph is a few strokes on a grid 10 units high; each stroke is a run of points, two
// hexadecimal digits each: x and y. '~' before a stroke rounds its corners, '@' rounds and closes it. Digits are all
// equally wide, so that a running clock does not shake.
#include <algorithm>
#include <cmath>

#include "origin/canvas.h"

namespace understudy::server {
namespace {

constexpr double kUnits = 10.0;   // height of a capital
constexpr double kStroke = 1.35;  // thickness, in units
constexpr double kGap = 2.6;      // between letters, in units
constexpr int kRoundings = 3;     // passes of Chaikin's corner cutting

struct Glyph {
  char letter;
  double width;
  std::string_view strokes;
};

constexpr Glyph kGlyphs[] = {
    {' ', 2, ""},
    {'A', 6, "0a306a 1757"},
    {'B', 6, "000a ~003060653505 ~0535656a3a0a"},
    {'C', 6, "~6260300003070a3a6a68"},
    {'D', 6, "000a ~00306063676a3a0a"},
    {'E', 5, "50000a5a 0545"},
    {'F', 5, "50000a 0545"},
    {'G', 6, "~6260300003070a3a6a66 6636"},
    {'H', 6, "000a 606a 0565"},
    {'I', 0, "000a"},
    {'J', 5, "~50575a3a0a08"},
    {'K', 6, "000a 6006 246a"},
    {'L', 5, "000a5a"},
    {'M', 8, "0a0047808a"},
    {'N', 6, "0a006a60"},
    {'O', 6, "@300003070a3a6a676360"},
    {'P', 6, "0a00 ~003060663606"},
    {'Q', 6, "@300003070a3a6a676360 487b"},
    {'R', 6, "0a00 ~003060663606 366a"},
    {'S', 6, "~626030000535656a3a0a08"},
    {'T', 6, "0060 303a"},
    {'U', 6, "~00060a3a6a6660"},
    {'V', 6, "003a60"},
    {'W', 8, "002a436a80"},
    {'X', 6, "006a 600a"},
    {'Y', 6, "003560 353a"},
    {'Z', 6, "00600a6a"},
    {'0', 6, "@300003070a3a6a676360"},
    {'1', 6, "12303a"},
    {'2', 6, "~02003060640a 0a6a"},
    {'3', 6, "~020030606535 ~35656a3a0a08"},
    {'4', 6, "4a400767"},
    {'5', 6, "600004 ~0434646a3a0a08"},
    {'6', 6, "@34040a3a6a64 ~50200207"},
    {'7', 6, "00602a"},
    {'8', 6, "@300005356560 @35050a3a6a65"},
    {'9', 6, "@300006366660 ~63684a1a"},
    {':', 0, "0303 0808"},
    {'.', 0, "0a0a"},
    {',', 1, "1a0c"},
    {'-', 4, "0545"},
    {'_', 6, "0a6a"},
    {'+', 6, "3238 0565"},
    {'/', 5, "500a"},
    {'(', 2, "~20030727"},
    {')', 2, "~00232720"},
    {'#', 6, "201a 504a 0363 0767"},
    {'?', 6, "~02003060643537 3a3a"},
};
constexpr Glyph kUnknown = {'\0', 6, "00606a0a00"};

const Glyph& find_glyph(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  const auto* found =
      std::find_if(std::begin(kGlyphs), std::end(kGlyphs), [c](const Glyph& g) { return g.letter == c; });
  return found == std::end(kGlyphs) ? kUnknown : *found;
}

struct Point {
  double x = 0;
  double y = 0;
};
using Stroke = std::vector<Point>;

Point between(Point a, Point b, double t) { return {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t}; }

Stroke rounded(Stroke in, bool closed) {
  for (int pass = 0; pass < kRoundings; ++pass) {
    Stroke out;
    if (!closed) out.push_back(in.front());
    const std::size_t edges = closed ? in.size() : in.size() - 1;
    for (std::size_t i = 0; i < edges; ++i) {
      const Point a = in[i];
      const Point b = in[(i + 1) % in.size()];
      if (closed || i > 0) out.push_back(between(a, b, 0.25));
      if (closed || i + 1 < edges) out.push_back(between(a, b, 0.75));
    }
    if (!closed) out.push_back(in.back());
    in = std::move(out);
  }
  if (closed) in.push_back(in.front());
  return in;
}

double coordinate(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

std::vector<Stroke> strokes_of(const Glyph& glyph) {
  std::vector<Stroke> strokes;
  std::string_view text = glyph.strokes;
  while (!text.empty()) {
    std::string_view one = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    const char mark = one.front();
    if (mark == '~' || mark == '@') one.remove_prefix(1);
    Stroke stroke;
    for (; one.size() >= 2; one.remove_prefix(2)) stroke.push_back({coordinate(one[0]), coordinate(one[1])});
    strokes.push_back(mark == '~' || mark == '@' ? rounded(std::move(stroke), mark == '@') : std::move(stroke));
  }
  return strokes;
}

double distance(Point p, Point a, Point b) {
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double length2 = dx * dx + dy * dy;
  const double t = length2 == 0 ? 0 : std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length2, 0.0, 1.0);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

int margin(double scale) { return static_cast<int>(kStroke / 2 * scale) + 2; }

Mask rasterise(const Glyph& glyph, int size) {
  const double scale = (size - kStroke * size / kUnits) / kUnits;  // the stroke's thickness is part of the size
  const int border = margin(scale);
  const double half = kStroke / 2 * size / kUnits;
  Mask mask;
  mask.width = static_cast<int>(std::ceil(glyph.width * scale + 2 * half)) + 2 * border;
  mask.height = size + size / 4 + 2 * border;
  mask.alpha.assign(static_cast<std::size_t>(mask.width * mask.height), 0);
  const auto strokes = strokes_of(glyph);
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      const Point p{(x + 0.5 - border - half) / scale, (y + 0.5 - border - half) / scale};
      double nearest = 1e9;
      for (const Stroke& s : strokes) {
        for (std::size_t i = 0; i + 1 < s.size(); ++i) nearest = std::min(nearest, distance(p, s[i], s[i + 1]));
      }
      const double alpha = std::clamp(0.5 + half - nearest * scale, 0.0, 1.0);
      mask.alpha[static_cast<std::size_t>(y * mask.width + x)] = static_cast<std::uint8_t>(alpha * 255 + 0.5);
    }
  }
  return mask;
}

double advance(const Glyph& glyph, double size) {
  return (glyph.width * (kUnits - kStroke) / kUnits + kStroke + kGap - 1.0) * size / kUnits;
}

}  // namespace

double Font::width(std::string_view text, double size) const {
  double sum = 0;
  for (const char c : text) sum += advance(find_glyph(c), size);
  return sum;
}

const Mask& Font::glyph(char c, int size) {
  const auto key = std::make_pair(find_glyph(c).letter, size);
  const auto found = glyphs_.find(key);
  if (found != glyphs_.end()) return found->second;
  return glyphs_.emplace(key, rasterise(find_glyph(c), size)).first->second;
}

void Font::draw(const Picture& p, double x, double y, std::string_view text, double size, Colour c, double opacity) {
  const int pixels = std::max(5, static_cast<int>(std::lround(size)));
  const int border = margin((pixels - kStroke * pixels / kUnits) / kUnits);
  for (const char letter : text) {
    if (letter != ' ') {
      blend(p, static_cast<int>(std::lround(x)) - border, static_cast<int>(std::lround(y)) - border,
            glyph(letter, pixels), c, opacity);
    }
    x += advance(find_glyph(letter), size);
  }
}

}  // namespace understudy::server
