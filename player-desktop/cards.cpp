#include "cards.h"

#include <algorithm>
#include <array>

namespace understudy::desktop {
namespace {

constexpr SDL_Color kTop{24, 28, 38, 255};
constexpr SDL_Color kBottom{9, 11, 16, 255};
constexpr SDL_Color kHeadline{244, 246, 250, 255};
constexpr SDL_Color kQuiet{150, 158, 173, 255};
constexpr SDL_Color kBlue{92, 160, 255, 255};
constexpr SDL_Color kAmber{255, 190, 92, 255};
constexpr SDL_Color kGrey{150, 158, 173, 255};
constexpr SDL_Color kRed{255, 107, 107, 255};

constexpr int kDots = 3;
constexpr int kDotStepMs = 250;
constexpr std::size_t kMaxHeadlineLines = 4;
constexpr std::size_t kMaxDetailLines = 3;

struct Words {
  const char* label;
  const char* headline;  // where the card has no announcement
  const char* detail;    // where the card has none
  SDL_Color accent;
};

Words words_of(Card::Kind kind) {
  switch (kind) {
    case Card::Kind::none:
    case Card::Kind::joining: return {"JOINING", "Connecting to the stream", "", kBlue};
    case Card::Kind::pre_live: return {"STARTING SOON", "The live stream has not started yet.", "", kAmber};
    case Card::Kind::stopped: return {"ENDED", "The stream has ended.", "", kGrey};
    case Card::Kind::offline:
      return {"OFFLINE", "You seem to be offline.", "Playback continues by itself once the network is back.", kAmber};
    case Card::Kind::error: return {"NOT AVAILABLE", "This stream cannot be played.", "", kRed};
  }
  return {"", "", "", kGrey};
}

/// Fills the area with the poster, its overhang cut off, then darkens what text will stand on.
void draw_poster(SDL_Renderer* renderer, TextPainter& painter, SDL_Texture* poster, int width, int height) {
  int w = 0;
  int h = 0;
  SDL_QueryTexture(poster, nullptr, nullptr, &w, &h);
  if (w < 1 || h < 1) return;
  const double scale = std::max(width / static_cast<double>(w), height / static_cast<double>(h));
  const int scaled_w = static_cast<int>(w * scale);
  const int scaled_h = static_cast<int>(h * scale);
  const SDL_Rect target{(width - scaled_w) / 2, (height - scaled_h) / 2, scaled_w, scaled_h};
  SDL_SetTextureBlendMode(poster, SDL_BLENDMODE_BLEND);
  SDL_RenderCopy(renderer, poster, nullptr, &target);
  painter.fill({0, 0, width, height}, {9, 11, 16, 70});
  painter.fill_gradient({0, height / 4, width, height - height / 4}, {9, 11, 16, 0}, {9, 11, 16, 240});
}

/// A row of dots of which one is bright, going round.
void draw_dots(TextPainter& painter, SDL_Color color, std::int64_t animation_ms, int center_x, int y, int unit) {
  const int step = unit * 3 / 5;
  const int bright = static_cast<int>(animation_ms / kDotStepMs % kDots);
  for (int i = 0; i < kDots; ++i) {
    SDL_Color dot = color;
    dot.a = i == bright ? 255 : 80;
    painter.draw_centered("●", {Face::regular, unit * 2 / 5, dot}, center_x + (i - kDots / 2) * step, y);
  }
}

/// Letters of a label stand apart; SDL_ttf has no letter spacing.
std::string spaced(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (!result.empty()) result += "\u200a\u200a";
    result += c;
  }
  return result;
}

struct Line {
  std::string text;
  Style style;
  int space_above;
};

std::vector<Line> lines_of(TextPainter& painter, const CardView& card, const Words& words, int width, int unit) {
  const Style label{Face::bold, unit * 5 / 9, words.accent};
  const Style headline{Face::bold, unit * 5 / 4, kHeadline};
  const Style detail{Face::regular, unit * 3 / 4, kQuiet};
  const int text_width = width * 4 / 5;
  std::vector<Line> lines = {{spaced(words.label), label, 0}};
  // The announcement is about a stream to come; over one that has ended or cannot be reached it would be a lie.
  const bool announces = card.kind == Card::Kind::pre_live && !card.announcement.empty();
  const std::string announcement = drawable(announces ? card.announcement : words.headline);
  int space = unit * 2 / 3;
  for (std::string& text : painter.wrap(announcement, headline, text_width, kMaxHeadlineLines)) {
    lines.push_back({std::move(text), headline, space});
    space = 0;
  }
  space = unit / 2;
  const std::string more = drawable(card.detail.empty() ? words.detail : card.detail, 600);
  for (std::string& text : painter.wrap(more, detail, text_width, kMaxDetailLines)) {
    lines.push_back({std::move(text), detail, space});
    space = unit / 8;
  }
  return lines;
}

}  // namespace

const char* name_of(Card::Kind kind) {
  switch (kind) {
    case Card::Kind::none: return "none";
    case Card::Kind::joining: return "joining";
    case Card::Kind::pre_live: return "pre_live";
    case Card::Kind::stopped: return "stopped";
    case Card::Kind::offline: return "offline";
    case Card::Kind::error: return "error";
  }
  return "none";
}

int animation_interval_ms(Card::Kind kind) {
  return kind == Card::Kind::joining || kind == Card::Kind::none || kind == Card::Kind::pre_live ? kDotStepMs : 0;
}

void draw_card(SDL_Renderer* renderer, TextPainter& painter, const CardView& card, int width, int height) {
  const Words words = words_of(card.kind);
  const int unit = std::max(8, std::min(height / 18, width / 26));
  painter.fill_gradient({0, 0, width, height}, kTop, kBottom);
  if (card.poster != nullptr) draw_poster(renderer, painter, card.poster, width, height);

  const std::vector<Line> lines = lines_of(painter, card, words, width, unit);
  int total = 0;
  for (const Line& line : lines) total += line.space_above + painter.line_height(line.style);
  const int footer = height - unit * 5 / 2;  // the channel's name stands below it
  int y = card.poster != nullptr ? footer - total - unit * 3 / 2 : (height - total) / 2 - unit / 2;
  for (const Line& line : lines) {
    y += line.space_above;
    painter.draw_centered(line.text, line.style, width / 2, y);
    y += painter.line_height(line.style);
  }
  if (animation_interval_ms(card.kind) > 0)
    draw_dots(painter, words.accent, card.animation_ms, width / 2, y + unit / 2, unit);
  const Style channel{Face::regular, unit * 5 / 9, {104, 112, 128, 255}};
  painter.draw_centered(painter.fit(drawable(card.channel, 200), channel, width * 4 / 5), channel, width / 2,
                        footer + unit / 2);
}

}  // namespace understudy::desktop
