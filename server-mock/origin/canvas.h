// Anti-aliased drawing into a planar 4:2:0 picture: masks, discs, rings and a small stroke font. No dependency, since
// the picture is a test pattern; a stroke font, since strokes stay smooth at any size.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy::server {

/// A picture somebody else owns. Chroma planes have half the width and height, rounded up.
struct Picture {
  std::uint8_t* plane[3] = {};
  int stride[3] = {};
  int width = 0;
  int height = 0;
};

struct Colour {
  int y = 16;
  int u = 128;
  int v = 128;
};

/// Limited-range YUV of an sRGB colour; BT.601 for pictures up to 576 lines, BT.709 above, as the encoder tags them.
Colour rgb(int r, int g, int b, int picture_height);
Colour mix(Colour a, Colour b, double share_of_b);

struct Mask {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> alpha;
};

void fill(const Picture& p, Colour c);
/// Horizontal span [x0, x1) of rows [y0, y1), clipped, opaque.
void fill_rect(const Picture& p, int x0, int y0, int x1, int y1, Colour c);
void blend(const Picture& p, int x, int y, const Mask& mask, Colour c, double opacity = 1.0);
void draw_disc(const Picture& p, double cx, double cy, double radius, Colour c, double opacity = 1.0);
void draw_ring(const Picture& p, double cx, double cy, double radius, double thickness, Colour c, double opacity = 1.0);
/// A bar with round ends, as wide as the box.
void draw_pill(const Picture& p, double x, double y, double width, double height, Colour c, double opacity = 1.0);

/// Upper-case letters, digits and the punctuation of clocks and names; anything else is drawn as a hollow box.
class Font {
 public:
  /// Advance width of a text whose capitals are `size` pixels high.
  double width(std::string_view text, double size) const;
  /// Draws with the top left of the capitals at (x, y). Masks are kept per letter and size.
  void draw(const Picture& p, double x, double y, std::string_view text, double size, Colour c, double opacity = 1.0);

 private:
  const Mask& glyph(char c, int size);
  std::map<std::pair<char, int>, Mask> glyphs_;  // bound: the letters of the font times the few sizes of a scene
};

}  // namespace understudy::server
