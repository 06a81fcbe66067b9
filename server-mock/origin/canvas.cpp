#include "origin/canvas.h"

#include <algorithm>
#include <cmath>

namespace understudy::server {
namespace {

int clamp8(double v) { return static_cast<int>(std::lround(std::clamp(v, 0.0, 255.0))); }

void mix_into(std::uint8_t& target, int value, int alpha) {
  target = static_cast<std::uint8_t>((target * (255 - alpha) + value * alpha + 127) / 255);
}

/// Blends where alpha(x, y), 0 to 255, says so; chroma takes the mean of its four pixels.
template <class Alpha>
void blend_area(const Picture& p, int x0, int y0, int x1, int y1, Colour c, Alpha alpha) {
  x0 = std::max(0, x0) & ~1;
  y0 = std::max(0, y0) & ~1;
  x1 = std::min(p.width, x1);
  y1 = std::min(p.height, y1);
  for (int y = y0; y < y1; y += 2) {
    for (int x = x0; x < x1; x += 2) {
      int sum = 0;
      for (int dy = 0; dy < 2 && y + dy < p.height; ++dy) {
        for (int dx = 0; dx < 2 && x + dx < p.width; ++dx) {
          const int a = alpha(x + dx, y + dy);
          if (a != 0) mix_into(p.plane[0][(y + dy) * p.stride[0] + x + dx], c.y, a);
          sum += a;
        }
      }
      if (sum == 0) continue;
      mix_into(p.plane[1][y / 2 * p.stride[1] + x / 2], c.u, sum / 4);
      mix_into(p.plane[2][y / 2 * p.stride[2] + x / 2], c.v, sum / 4);
    }
  }
}

int coverage(double distance, double opacity) {
  return static_cast<int>(std::clamp(0.5 - distance, 0.0, 1.0) * opacity * 255.0 + 0.5);
}

}  // namespace

Colour rgb(int r, int g, int b, int picture_height) {
  const double kr = picture_height <= 576 ? 0.299 : 0.2126;
  const double kb = picture_height <= 576 ? 0.114 : 0.0722;
  const double y = kr * r + (1 - kr - kb) * g + kb * b;
  return {clamp8(16 + y * 219 / 255), clamp8(128 + (b - y) / (2 * (1 - kb)) * 224 / 255),
          clamp8(128 + (r - y) / (2 * (1 - kr)) * 224 / 255)};
}

Colour mix(Colour a, Colour b, double share_of_b) {
  const auto at = [&](int x, int y) { return clamp8(x + (y - x) * share_of_b); };
  return {at(a.y, b.y), at(a.u, b.u), at(a.v, b.v)};
}

void fill(const Picture& p, Colour c) { fill_rect(p, 0, 0, p.width, p.height, c); }

void fill_rect(const Picture& p, int x0, int y0, int x1, int y1, Colour c) {
  x0 = std::clamp(x0, 0, p.width);
  x1 = std::clamp(x1, x0, p.width);
  y0 = std::clamp(y0, 0, p.height);
  y1 = std::clamp(y1, y0, p.height);
  for (int y = y0; y < y1; ++y) std::fill_n(p.plane[0] + y * p.stride[0] + x0, x1 - x0, static_cast<std::uint8_t>(c.y));
  for (int y = y0 / 2; y < (y1 + 1) / 2; ++y) {
    std::fill_n(p.plane[1] + y * p.stride[1] + x0 / 2, (x1 + 1) / 2 - x0 / 2, static_cast<std::uint8_t>(c.u));
    std::fill_n(p.plane[2] + y * p.stride[2] + x0 / 2, (x1 + 1) / 2 - x0 / 2, static_cast<std::uint8_t>(c.v));
  }
}

void blend(const Picture& p, int x, int y, const Mask& mask, Colour c, double opacity) {
  const int scale = static_cast<int>(opacity * 256);
  blend_area(p, x, y, x + mask.width, y + mask.height, c, [&](int px, int py) {
    const int mx = px - x;
    const int my = py - y;
    if (mx < 0 || my < 0 || mx >= mask.width || my >= mask.height) return 0;
    return mask.alpha[static_cast<std::size_t>(my * mask.width + mx)] * scale / 256;
  });
}

void draw_disc(const Picture& p, double cx, double cy, double radius, Colour c, double opacity) {
  blend_area(p, static_cast<int>(cx - radius) - 1, static_cast<int>(cy - radius) - 1, static_cast<int>(cx + radius) + 2,
             static_cast<int>(cy + radius) + 2, c,
             [&](int x, int y) { return coverage(std::hypot(x + 0.5 - cx, y + 0.5 - cy) - radius, opacity); });
}

void draw_ring(const Picture& p, double cx, double cy, double radius, double thickness, Colour c, double opacity) {
  const double outer = radius + thickness;
  blend_area(p, static_cast<int>(cx - outer) - 1, static_cast<int>(cy - outer) - 1, static_cast<int>(cx + outer) + 2,
             static_cast<int>(cy + outer) + 2, c, [&](int x, int y) {
               return coverage(std::abs(std::hypot(x + 0.5 - cx, y + 0.5 - cy) - radius) - thickness / 2, opacity);
             });
}

void draw_pill(const Picture& p, double x, double y, double width, double height, Colour c, double opacity) {
  const double r = height / 2;
  blend_area(p, static_cast<int>(x) - 1, static_cast<int>(y) - 1, static_cast<int>(x + width) + 2,
             static_cast<int>(y + height) + 2, c, [&](int px, int py) {
               const double nearest = std::clamp(px + 0.5, x + r, x + width - r);
               return coverage(std::hypot(px + 0.5 - nearest, py + 0.5 - (y + r)) - r, opacity);
             });
}

}  // namespace understudy::server
