// Drawing of text and panels on an SDL renderer.
#pragma once

#include <SDL.h>

#include <string>
#include <string_view>
#include <vector>

#include "fonts.h"

namespace understudy::desktop {

struct Style {
  Face face = Face::regular;
  int pixels = 16;
  SDL_Color color{255, 255, 255, 255};
};

/// Text from the network as one can draw it: valid UTF-8, line breaks kept, other control characters gone, bounded.
std::string drawable(std::string_view text, std::size_t max_bytes = 4096);

class TextPainter {
 public:
  TextPainter(SDL_Renderer* renderer, Fonts& fonts) : renderer_(renderer), fonts_(fonts) {}

  int width(std::string_view text, const Style& style);
  int line_height(const Style& style);
  /// Left edge and top of the line.
  void draw(std::string_view text, const Style& style, int x, int y);
  void draw_centered(std::string_view text, const Style& style, int center_x, int y);
  /// Breaks at spaces and line breaks; what exceeds `max_lines` ends in "…".
  std::vector<std::string> wrap(std::string_view text, const Style& style, int max_width, std::size_t max_lines);
  /// Cut with "…" to fit.
  std::string fit(std::string_view text, const Style& style, int max_width);

  void fill(const SDL_Rect& rect, SDL_Color color);
  void fill_gradient(const SDL_Rect& rect, SDL_Color top, SDL_Color bottom);

 private:
  SDL_Renderer* renderer_;
  Fonts& fonts_;
};

}  // namespace understudy::desktop
