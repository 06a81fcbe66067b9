// The synthetic programme: what a viewer of the test origin sees. A pure function of the frame number, so any frame can
// be painted again and two channels differ only in name and colour.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "origin/canvas.h"
#include "origin/clock.h"

namespace understudy::server {

struct SceneOptions {
  int width = 640;
  int height = 360;
  FrameRate rate;
  std::string label;               // the channel's name, in large letters
  std::string caption;             // a line for people below the clock, e.g. container and segment length
  std::uint8_t channel_index = 0;  // picks the colours; also in the strip
  bool strip = true;
};

class Scene {
 public:
  explicit Scene(SceneOptions options);
  /// REQUIRES: the picture has the size of the options; n >= 0.
  void paint(const Picture& p, std::int64_t n);

 private:
  void paint_background();
  void paint_waves(const Picture& p, double t) const;
  void paint_text(const Picture& p, std::int64_t n);
  void paint_dial(const Picture& p, double t) const;
  Colour colour(int r, int g, int b) const { return rgb(r, g, b, options_.height); }

  SceneOptions options_;
  double unit_;  // one line of a 360-line picture
  Font font_;
  std::vector<std::uint8_t> background_;  // planes one after the other, painted once
};

/// "2026-11-21 14:03:27.480" for a wall time.
std::string utc_text(WallTime t);

}  // namespace understudy::server
