// What is on the screen while no picture is: joining, pre-live, stopped, offline, error.
#pragma once

#include <SDL.h>

#include <cstdint>
#include <string>

#include "text.h"
#include "understudy/player.h"

namespace understudy::desktop {

struct CardView {
  Card::Kind kind = Card::Kind::none;
  std::string announcement;  // as it came; made drawable here
  std::string detail;
  std::string channel;
  SDL_Texture* poster = nullptr;  // of the card's renderer; null: none
  std::int64_t animation_ms = 0;  // only its phase matters
};

/// Stable lower-case name of a kind, as reports use it: "pre_live".
const char* name_of(Card::Kind kind);
/// A card that moves wants to be drawn again after this long; 0: it stands still.
int animation_interval_ms(Card::Kind kind);

void draw_card(SDL_Renderer* renderer, TextPainter& painter, const CardView& card, int width, int height);

}  // namespace understudy::desktop
