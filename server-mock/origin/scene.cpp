#include "origin/scene.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "origin/strip.h"

namespace understudy::server {
namespace {

constexpr double kTwoPi = 6.283185307179586;

struct Palette {
  std::array<int, 3> top, bottom, accent;
};
constexpr std::array<Palette, 6> kPalettes = {{
    {{11, 32, 62}, {22, 84, 122}, {86, 204, 242}},   // harbour blue
    {{52, 16, 42}, {134, 46, 70}, {255, 176, 97}},   // velvet and amber
    {{10, 44, 40}, {24, 104, 84}, {140, 230, 160}},  // pine
    {{36, 24, 72}, {88, 62, 150}, {196, 168, 255}},  // violet
    {{56, 34, 12}, {140, 88, 32}, {255, 220, 120}},  // ochre
    {{30, 34, 40}, {84, 94, 108}, {220, 228, 236}},  // slate
}};

struct Wave {
  double level, height, length, cycles_per_s, shade;  // level and height in lines of 360
};
constexpr std::array<Wave, 3> kWaves = {{
    {276, 10, 430, 0.10, 0.62},
    {296, 12, 310, -0.15, 0.40},
    {322, 9, 520, 0.20, 0.16},
}};

Picture view(std::vector<std::uint8_t>& planes, int w, int h) {
  const int cw = (w + 1) / 2;
  const int ch = (h + 1) / 2;
  Picture p;
  p.width = w;
  p.height = h;
  p.plane[0] = planes.data();
  p.plane[1] = p.plane[0] + w * h;
  p.plane[2] = p.plane[1] + cw * ch;
  p.stride[0] = w;
  p.stride[1] = p.stride[2] = cw;
  return p;
}

void copy(const Picture& from, const Picture& to) {
  for (int i = 0; i < 3; ++i) {
    const int w = i == 0 ? from.width : (from.width + 1) / 2;
    const int h = i == 0 ? from.height : (from.height + 1) / 2;
    for (int y = 0; y < h; ++y) {
      std::memcpy(to.plane[i] + y * to.stride[i], from.plane[i] + y * from.stride[i], static_cast<std::size_t>(w));
    }
  }
}

}  // namespace

std::string utc_text(WallTime t) {
  const std::int64_t ms = to_ms(t.time_since_epoch());
  const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d.%03d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                tm.tm_hour, tm.tm_min, tm.tm_sec, static_cast<int>(ms % 1000));
  return text;
}

Scene::Scene(SceneOptions options) : options_(std::move(options)), unit_(options_.height / 360.0) {
  const auto w = static_cast<std::size_t>(options_.width);
  const auto h = static_cast<std::size_t>(options_.height);
  background_.resize(w * h + 2 * ((w + 1) / 2) * ((h + 1) / 2));
  paint_background();
}

void Scene::paint_background() {
  const Palette& palette = kPalettes[options_.channel_index % kPalettes.size()];
  const Picture p = view(background_, options_.width, options_.height);
  const Colour top = colour(palette.top[0], palette.top[1], palette.top[2]);
  const Colour bottom = colour(palette.bottom[0], palette.bottom[1], palette.bottom[2]);
  const Colour accent = colour(palette.accent[0], palette.accent[1], palette.accent[2]);
  for (int y = 0; y < p.height; y += 2) {
    fill_rect(p, 0, y, p.width, y + 2, mix(top, bottom, std::pow(static_cast<double>(y) / p.height, 1.4)));
  }
  const double x = p.width - 118 * unit_;
  for (int i = 0; i < 4; ++i) draw_disc(p, x, 150 * unit_, (86 + 34 * i) * unit_, accent, 0.055);
  draw_ring(p, x, 150 * unit_, 70 * unit_, 3 * unit_, accent, 0.35);

  const double room = p.width - 44 * unit_ - 230 * unit_;
  const double size = std::min(56 * unit_, 56 * unit_ * room / std::max(1.0, font_.width(options_.label, 56 * unit_)));
  font_.draw(p, 44 * unit_, 88 * unit_ + (56 * unit_ - size) / 2, options_.label, size, colour(255, 255, 255));
  font_.draw(p, 44 * unit_, 246 * unit_, options_.caption, 12 * unit_, accent, 0.8);
  draw_pill(p, 44 * unit_, 48 * unit_, 62 * unit_, 22 * unit_, colour(214, 40, 57));
  font_.draw(p, 67 * unit_, 54 * unit_, "LIVE", 10.5 * unit_, colour(255, 255, 255));
}

void Scene::paint(const Picture& p, std::int64_t n) {
  copy(view(background_, options_.width, options_.height), p);
  // An hour is a whole number of turns for everything that moves, and keeps the angles precise.
  const std::int64_t hour = 3600 * options_.rate.num / options_.rate.den;
  const double t = static_cast<double>(floor_mod(n, hour)) * static_cast<double>(options_.rate.den) /
                   static_cast<double>(options_.rate.num);
  paint_waves(p, t);
  paint_dial(p, t);
  draw_disc(p, 56 * unit_, 59 * unit_, 3.6 * unit_, colour(255, 255, 255), 0.6 + 0.4 * std::cos(kTwoPi * t));
  paint_text(p, n);
  if (options_.strip) {
    paint_strip(p.plane[0], p.stride[0], p.width, p.height, {options_.channel_index, n});
    const int rows = (strip_height(p.height) + 1) / 2;
    for (int y = 0; y < rows; ++y) {
      std::memset(p.plane[1] + y * p.stride[1], 128, static_cast<std::size_t>((p.width + 1) / 2));
      std::memset(p.plane[2] + y * p.stride[2], 128, static_cast<std::size_t>((p.width + 1) / 2));
    }
  }
}

void Scene::paint_waves(const Picture& p, double t) const {
  const Palette& palette = kPalettes[options_.channel_index % kPalettes.size()];
  const Colour accent = colour(palette.accent[0], palette.accent[1], palette.accent[2]);
  const Colour deep = colour(palette.top[0] / 2, palette.top[1] / 2, palette.top[2] / 2);
  for (const Wave& wave : kWaves) {
    const Colour c = mix(deep, accent, wave.shade);
    for (int x = 0; x < p.width; x += 2) {
      const double phase = kTwoPi * (x / unit_ / wave.length + wave.cycles_per_s * t);
      const double top = (wave.level + wave.height * (std::sin(phase) + 0.4 * std::sin(2 * phase + 1.3))) * unit_;
      const int y0 = static_cast<int>(top);
      const double covered = 1.0 - (top - y0);
      for (int dx = 0; dx < 2 && x + dx < p.width; ++dx) {
        std::uint8_t* edge = p.plane[0] + y0 * p.stride[0] + x + dx;
        *edge = static_cast<std::uint8_t>(*edge + (c.y - *edge) * covered);
        for (int y = y0 + 1; y < p.height; ++y) p.plane[0][y * p.stride[0] + x + dx] = static_cast<std::uint8_t>(c.y);
      }
      for (int y = (y0 + 1) / 2; y < (p.height + 1) / 2; ++y) {
        p.plane[1][y * p.stride[1] + x / 2] = static_cast<std::uint8_t>(c.u);
        p.plane[2][y * p.stride[2] + x / 2] = static_cast<std::uint8_t>(c.v);
      }
    }
  }
}

void Scene::paint_dial(const Picture& p, double t) const {
  const Palette& palette = kPalettes[options_.channel_index % kPalettes.size()];
  const Colour accent = colour(palette.accent[0], palette.accent[1], palette.accent[2]);
  const double x = p.width - 118 * unit_;
  const double y = 150 * unit_;
  for (int i = 7; i >= 0; --i) {
    const double turn = t / 2 - 0.018 * i - 0.25;
    draw_disc(p, x + 70 * unit_ * std::cos(kTwoPi * turn), y + 70 * unit_ * std::sin(kTwoPi * turn), (10 - i) * unit_,
              i == 0 ? colour(255, 255, 255) : accent, i == 0 ? 1.0 : 0.75 - 0.09 * i);
  }
}

void Scene::paint_text(const Picture& p, std::int64_t n) {
  const std::string text = utc_text(time_of_frame(n, options_.rate));
  const Colour white = colour(255, 255, 255);
  font_.draw(p, 44 * unit_, 166 * unit_, text.substr(11, 8), 36 * unit_, white);
  font_.draw(p, 44 * unit_ + font_.width(text.substr(11, 8), 36 * unit_), 182 * unit_, text.substr(19), 20 * unit_,
             white, 0.75);
  font_.draw(p, 44 * unit_, 220 * unit_, text.substr(0, 10) + " UTC   FRAME " + std::to_string(n), 13 * unit_, white,
             0.8);

  const std::string seconds = text.substr(17, 2);
  const double x = p.width - 118 * unit_ - font_.width(seconds, 44 * unit_) / 2 + 3 * unit_;
  font_.draw(p, x, 128 * unit_, seconds, 44 * unit_, white, 0.9);
}

}  // namespace understudy::server
