#include "overlay.h"

#include <fmt/format.h>

#include <algorithm>

namespace understudy::desktop {
namespace {

constexpr SDL_Color kPanel{10, 12, 18, 205};
constexpr SDL_Color kText{226, 230, 238, 255};
constexpr SDL_Color kLabel{138, 148, 166, 255};
constexpr SDL_Color kHead{92, 160, 255, 255};

SDL_Color color_of(SourceState state) {
  switch (state) {
    case SourceState::active: return {108, 217, 132, 255};
    case SourceState::hot: return {255, 190, 92, 255};
    case SourceState::warm: return {240, 220, 140, 255};
    case SourceState::cold: return {138, 148, 166, 255};
    case SourceState::unhealthy: return {255, 107, 107, 255};
    case SourceState::disabled: return {90, 96, 108, 255};
  }
  return kText;
}

struct Row {
  std::string label;
  std::string value;
  SDL_Color color = kText;
};

std::vector<Row> rows_of(const OverlayView& view) {
  const PlayerStats& s = view.stats;
  std::vector<Row> rows;
  for (const SourceInfo& source : s.sources) {
    const bool on_air = s.on_air && *s.on_air == source.id;
    std::string value = fmt::format("{}{}", to_string(source.state), on_air ? ", on air" : "");
    if (source.lag_ms) value += fmt::format(", lag {:+} ms", *source.lag_ms);
    if (source.skew_ms) value += fmt::format(", dates {:+} ms", *source.skew_ms);
    rows.push_back({drawable(source.name, 64), std::move(value), color_of(source.state)});
  }
  rows.push_back({"", ""});
  rows.push_back({"state", std::string(to_string(s.state))});
  rows.push_back({"buffer", fmt::format("{:.2f} s", static_cast<double>(s.buffer_ms) / 1000)});
  rows.push_back({"live offset", s.live_offset_ms == 0
                                     ? "no dates"
                                     : fmt::format("{:.2f} s", static_cast<double>(s.live_offset_ms) / 1000)});
  rows.push_back(
      {"picture", s.width == 0 ? "none" : fmt::format("{} × {}, {}", s.width, s.height, drawable(s.video_codec, 32))});
  rows.push_back({"sound", fmt::format("{}, {}", s.audio_codec.empty() ? "none" : drawable(s.audio_codec, 32),
                                       view.muted ? "muted" : fmt::format("volume {} %", view.volume))});
  rows.push_back({"bitrate", fmt::format("{:.2f} Mbit/s", static_cast<double>(view.bits_per_second) / 1e6)});
  rows.push_back({"rate", fmt::format("{:+} ppm", s.rate_ppm)});
  rows.push_back({"frames", fmt::format("{} shown, {} lost, {} repeated, {} late", s.frames_presented, s.frames_lost,
                                        s.frames_repeated, s.frames_dropped_late)});
  rows.push_back({"longest gap", fmt::format("{} ms, {} stalls", s.longest_gap_ms, s.stalls)});
  const auto megabytes = [](std::uint64_t bytes) { return static_cast<double>(bytes) / 1e6; };
  rows.push_back({"loaded", fmt::format("{:.1f} MB, hedges {:.2f}, standby {:.2f}", megabytes(s.bytes_total),
                                        megabytes(s.bytes_hedged), megabytes(s.standby[1].bytes + s.standby[2].bytes))});
  return rows;
}

void draw_bar(TextPainter& painter, const std::string& text, int center_x, int y, const Style& style, int max_width) {
  const std::string shown = painter.fit(text, style, max_width);
  const int pad = style.pixels * 2 / 3;
  const int w = painter.width(shown, style) + 2 * pad;
  painter.fill({center_x - w / 2, y, w, painter.line_height(style) + pad}, kPanel);
  painter.draw_centered(shown, style, center_x, y + pad / 2);
}

}  // namespace

void draw_overlay(TextPainter& painter, const OverlayView& view, int width, int height) {
  const int pixels = std::clamp(std::min(height / 42, width / 72), 9, 24);
  const Style text{Face::mono, pixels, kText};
  const Style head{Face::bold, pixels, kHead};
  const int line = painter.line_height(text);
  const int pad = pixels;
  const int left = pad * 2;
  const int column = left + painter.width("longest gap  ", text);
  const int panel_width = std::min(width - 2 * pad, painter.width(std::string(72, 'x'), text) + 3 * pad);
  const int room = panel_width + pad - left - pad;

  const std::vector<Row> rows = rows_of(view);
  const int switches = static_cast<int>(std::min<std::size_t>(view.switches.size(), 4));
  const int fixed = static_cast<int>(rows.size()) + 1 + (switches > 0 ? switches + 2 : 0) + 2;
  const int space = (height - 4 * pad) / line - fixed;
  const int events = std::clamp(space, 0, static_cast<int>(view.events.size()));
  const int total = fixed + events;
  painter.fill({pad, pad, panel_width, std::min(total * line + 2 * pad, height - 2 * pad)}, kPanel);

  int y = 2 * pad;
  const auto draw_head = [&](const char* title) {
    painter.draw(title, head, left, y);
    y += line;
  };
  const auto draw_tail = [&](const std::vector<std::string>& lines, int count) {
    for (std::size_t i = lines.size() - static_cast<std::size_t>(count); i < lines.size(); ++i, y += line) {
      painter.draw(painter.fit(drawable(lines[i], 300), text, room), text, left, y);
    }
  };
  draw_head("SOURCES");
  for (const Row& row : rows) {
    painter.draw(painter.fit(row.label, text, column - left - pixels), {Face::mono, pixels, kLabel}, left, y);
    painter.draw(painter.fit(row.value, text, room - (column - left)), {Face::mono, pixels, row.color}, column, y);
    y += line;
  }
  if (switches > 0) {
    y += line;
    draw_head("SWITCHES");
    draw_tail(view.switches, switches);
  }
  if (events > 0) {
    y += line;
    draw_head("EVENTS");
    draw_tail(view.events, events);
  }
}

void draw_message(TextPainter& painter, const std::string& text, int width, int height) {
  const Style style{Face::bold, std::clamp(height / 24, 12, 40), kText};
  draw_bar(painter, text, width / 2, height - style.pixels * 7 / 2, style, width * 4 / 5);
}

void draw_notice(TextPainter& painter, const std::string& text, int width, int height) {
  const Style style{Face::bold, std::clamp(height / 28, 11, 32), {255, 190, 92, 255}};
  draw_bar(painter, text, width / 2, style.pixels, style, width * 4 / 5);
}

}  // namespace understudy::desktop
