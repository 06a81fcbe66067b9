// The statistics panel and the brief messages that lie over the picture.
#pragma once

#include <SDL.h>

#include <string>
#include <vector>

#include "text.h"
#include "understudy/player.h"

namespace understudy::desktop {

struct OverlayView {
  PlayerStats stats;
  std::vector<std::string> switches;  // one line each, the newest last
  std::vector<std::string> events;    // tail of the event log, the newest last
  std::int64_t bits_per_second = 0;   // media bytes over the last seconds
  int volume = 100;
  bool muted = false;
};

void draw_overlay(TextPainter& painter, const OverlayView& view, int width, int height);
/// A line at the lower edge, on a dark bar: what a key has done.
void draw_message(TextPainter& painter, const std::string& text, int width, int height);
/// A bar at the upper edge over a standing picture: why it stands.
void draw_notice(TextPainter& painter, const std::string& text, int width, int height);

}  // namespace understudy::desktop
