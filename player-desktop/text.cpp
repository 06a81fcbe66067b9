#include "text.h"

#include <algorithm>
#include <memory>

namespace understudy::desktop {
namespace {

struct SurfaceDeleter {
  void operator()(SDL_Surface* surface) const { SDL_FreeSurface(surface); }
};
struct TextureDeleter {
  void operator()(SDL_Texture* texture) const { SDL_DestroyTexture(texture); }
};

/// Bytes of the well-formed UTF-8 sequence at the front, 0 where there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length == 0 || lead >= 0xf5 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool out_of_range = (lead == 0xed && byte(1) >= 0xa0) || (lead == 0xf4 && byte(1) >= 0x90);
  return overlong || out_of_range ? 0 : length;
}

/// U+200E–200F, U+202A–202E, U+2066–2069: they could turn the line's reading order around.
bool is_direction_control(std::string_view sequence) {
  if (sequence.size() != 3 || sequence[0] != '\xe2') return false;
  const auto second = static_cast<unsigned char>(sequence[1]);
  const auto third = static_cast<unsigned char>(sequence[2]);
  return (second == 0x80 && ((third >= 0x8e && third <= 0x8f) || (third >= 0xaa && third <= 0xae))) ||
         (second == 0x81 && third >= 0xa6 && third <= 0xa9);
}

void drop_last_character(std::string& text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) text.pop_back();
  if (!text.empty()) text.pop_back();
}

}  // namespace

std::string drawable(std::string_view text, std::size_t max_bytes) {
  std::string result;
  while (!text.empty() && result.size() + 4 <= max_bytes) {
    const std::size_t length = sequence_length(text);
    const std::string_view sequence = text.substr(0, std::max<std::size_t>(length, 1));
    const unsigned char lead = static_cast<unsigned char>(sequence[0]);
    if (length == 0) {
      result += "\xef\xbf\xbd";  // U+FFFD
    } else if (lead == '\t') {
      result += ' ';
    } else if ((lead >= 0x20 && lead != 0x7f && !is_direction_control(sequence)) || lead == '\n') {
      result += sequence;
    }
    text.remove_prefix(sequence.size());
  }
  return result;
}

int TextPainter::width(std::string_view text, const Style& style) {
  TTF_Font* font = fonts_.get(style.face, style.pixels);
  int w = 0;
  if (font != nullptr) TTF_SizeUTF8(font, std::string(text).c_str(), &w, nullptr);
  return w;
}

int TextPainter::line_height(const Style& style) {
  TTF_Font* font = fonts_.get(style.face, style.pixels);
  return font == nullptr ? style.pixels * 5 / 4 : TTF_FontLineSkip(font);
}

void TextPainter::draw(std::string_view text, const Style& style, int x, int y) {
  TTF_Font* font = fonts_.get(style.face, style.pixels);
  if (font == nullptr || text.empty()) return;
  const std::unique_ptr<SDL_Surface, SurfaceDeleter> surface(
      TTF_RenderUTF8_Blended(font, std::string(text).c_str(), style.color));
  if (!surface) return;
  const std::unique_ptr<SDL_Texture, TextureDeleter> texture(SDL_CreateTextureFromSurface(renderer_, surface.get()));
  const SDL_Rect target{x, y, surface->w, surface->h};
  if (texture) SDL_RenderCopy(renderer_, texture.get(), nullptr, &target);
}

void TextPainter::draw_centered(std::string_view text, const Style& style, int center_x, int y) {
  draw(text, style, center_x - width(text, style) / 2, y);
}

std::string TextPainter::fit(std::string_view text, const Style& style, int max_width) {
  std::string result(text);
  if (width(result, style) <= max_width) return result;
  while (!result.empty() && width(result + "…", style) > max_width) drop_last_character(result);
  return result + "…";
}

std::vector<std::string> TextPainter::wrap(std::string_view text, const Style& style, int max_width,
                                           std::size_t max_lines) {
  std::vector<std::string> lines;
  std::string line;
  bool cut = false;
  const auto flush = [&] {
    if (lines.size() < max_lines) {
      lines.push_back(fit(line, style, max_width));
    } else {
      cut = true;
    }
    line.clear();
  };
  while (!text.empty() && !cut) {
    const std::size_t end = text.find_first_of(" \n");
    const std::string word(text.substr(0, end));
    const bool breaks = end != std::string_view::npos && text[end] == '\n';
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const std::string longer = line.empty() ? word : line + " " + word;
    if (!line.empty() && width(longer, style) > max_width) {
      flush();
      line = word;
    } else {
      line = longer;
    }
    if (breaks) flush();
  }
  if (!line.empty()) flush();
  if (cut && !lines.empty()) lines.back() = fit(lines.back() + " …", style, max_width);
  return lines;
}

void TextPainter::fill(const SDL_Rect& rect, SDL_Color color) {
  SDL_SetRenderDrawBlendMode(renderer_, color.a == 255 ? SDL_BLENDMODE_NONE : SDL_BLENDMODE_BLEND);
  SDL_SetRenderDrawColor(renderer_, color.r, color.g, color.b, color.a);
  SDL_RenderFillRect(renderer_, &rect);
}

void TextPainter::fill_gradient(const SDL_Rect& rect, SDL_Color top, SDL_Color bottom) {
  const auto mix = [&](int a, int b, int y) { return static_cast<Uint8>(a + (b - a) * y / std::max(rect.h - 1, 1)); };
  for (int y = 0; y < rect.h; ++y) {
    fill({rect.x, rect.y + y, rect.w, 1},
         {mix(top.r, bottom.r, y), mix(top.g, bottom.g, y), mix(top.b, bottom.b, y), mix(top.a, bottom.a, y)});
  }
}

}  // namespace understudy::desktop
