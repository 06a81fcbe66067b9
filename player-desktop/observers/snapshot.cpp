#include "observers/snapshot.h"

#include <SDL_image.h>
#include <fmt/format.h>

#include <algorithm>

namespace understudy::desktop {
namespace {

constexpr int kCardWidth = 1280;
constexpr int kCardHeight = 720;

}  // namespace

Result<void> Snapshot::finish(Instant /*now*/) {
  ScreenContent content = content_();
  int width = kCardWidth;
  int height = kCardHeight;
  if (shown_) {  // pixel for pixel, but with square pixels
    content.card = Card::Kind::none;
    height = shown_->height;
    width = static_cast<int>(std::int64_t{shown_->width} * std::max(shown_->sample_aspect_num, 1) /
                             std::max(shown_->sample_aspect_den, 1));
  }
  OffscreenScreen offscreen(fonts_, std::clamp(width, 16, 16384), std::clamp(height, 16, 16384));
  if (!offscreen.usable()) return fail(ErrorCode::file_output_failed, fmt::format("cannot draw {}", path_));
  if (shown_) offscreen.screen().set_picture(*shown_);
  if (IMG_SavePNG(offscreen.draw(content), path_.c_str()) != 0) {
    return fail(ErrorCode::file_output_failed, fmt::format("cannot write {}", path_));
  }
  return {};
}

}  // namespace understudy::desktop
