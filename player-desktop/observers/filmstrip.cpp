#include "observers/filmstrip.h"

#include <SDL_image.h>
#include <fmt/format.h>

#include <algorithm>

#include "cards.h"

namespace understudy::desktop {
namespace {

constexpr int kWidth = 240;
constexpr int kHeight = 135;
constexpr int kGap = 8;
constexpr int kLabelHeight = 24;
constexpr int kColumns = 8;
constexpr std::size_t kMaxThumbnails = 640;

}  // namespace

Filmstrip::Filmstrip(std::string path, Fonts& fonts, Instant start, Callbacks callbacks)
    : path_(std::move(path)),
      fonts_(fonts),
      start_(start),
      callbacks_(std::move(callbacks)),
      offscreen_(fonts, kWidth, kHeight),
      next_(start + interval_) {}

void Filmstrip::on_picture(const VideoFrame& frame, Instant /*due*/, Instant now) {
  tick(now);
  changed_ = changed_ || !shown_ || shown_->source != frame.source;
  shown_ = frame;
}

void Filmstrip::on_clear(Instant now) {
  tick(now);
  changed_ = true;
  shown_.reset();
}

void Filmstrip::tick(Instant now) {
  for (; next_ <= now; next_ += interval_) capture(next_);
}

void Filmstrip::capture(Instant at) {
  if (!offscreen_.usable()) return;
  changed_ = false;
  if (thumbnails_.size() >= kMaxThumbnails) thin_out();
  ScreenContent content = callbacks_.content();
  content.overlay.reset();
  if (shown_) {
    offscreen_.screen().set_picture(*shown_);
    content.card = Card::Kind::none;
  } else {
    offscreen_.screen().clear_picture();
  }
  Thumbnail thumbnail;
  thumbnail.image.reset(SDL_ConvertSurfaceFormat(offscreen_.draw(content), SDL_PIXELFORMAT_RGB24, 0));
  thumbnail.at = at;
  if (shown_) thumbnail.source = shown_->source;
  thumbnail.card = name_of(content.card);
  if (thumbnail.image) thumbnails_.push_back(std::move(thumbnail));
}

void Filmstrip::thin_out() {
  std::vector<Thumbnail> kept;
  for (std::size_t i = 1; i < thumbnails_.size(); i += 2) kept.push_back(std::move(thumbnails_[i]));
  thumbnails_ = std::move(kept);
  interval_ *= 2;
}

std::string Filmstrip::label(const Thumbnail& thumbnail) const {
  return thumbnail.source ? callbacks_.source_name(*thumbnail.source) : "card: " + thumbnail.card;
}

Result<void> Filmstrip::finish(Instant now) {
  tick(now);
  if (thumbnails_.empty() || changed_) capture(now);  // how it ended is part of the story
  const int count = static_cast<int>(thumbnails_.size());
  const int columns = std::clamp(count, 1, kColumns);
  const int rows = (count + columns - 1) / columns;
  const int cell_h = kHeight + kLabelHeight + kGap;
  const SurfacePtr sheet(SDL_CreateRGBSurfaceWithFormat(0, columns * (kWidth + kGap) + kGap, rows * cell_h + kGap, 32,
                                                        SDL_PIXELFORMAT_ARGB8888));
  SDL_Renderer* renderer = sheet ? SDL_CreateSoftwareRenderer(sheet.get()) : nullptr;
  if (renderer == nullptr) return fail(ErrorCode::file_output_failed, fmt::format("cannot draw {}", path_));
  TextPainter painter(renderer, fonts_);
  painter.fill({0, 0, sheet->w, sheet->h}, {16, 18, 24, 255});
  const Style name{Face::bold, 13, {226, 230, 238, 255}};
  const Style time{Face::mono, 12, {138, 148, 166, 255}};
  for (int i = 0; i < count; ++i) {
    const Thumbnail& thumbnail = thumbnails_[static_cast<std::size_t>(i)];
    const int x = kGap + i % columns * (kWidth + kGap);
    const int y = kGap + i / columns * cell_h;
    SDL_RenderFlush(renderer);
    SDL_Rect target{x, y, kWidth, kHeight};
    SDL_BlitSurface(thumbnail.image.get(), nullptr, sheet.get(), &target);
    const std::string seconds = fmt::format("{:.1f} s", static_cast<double>((thumbnail.at - start_).count()) / 1e9);
    const int time_width = painter.width(seconds, time);
    painter.draw(painter.fit(drawable(label(thumbnail), 100), name, kWidth - time_width - kGap), name, x,
                 y + kHeight + 4);
    painter.draw(seconds, time, x + kWidth - time_width, y + kHeight + 5);
  }
  SDL_RenderFlush(renderer);
  const int failed = IMG_SavePNG(sheet.get(), path_.c_str());
  SDL_DestroyRenderer(renderer);
  if (failed != 0) return fail(ErrorCode::file_output_failed, fmt::format("cannot write {}", path_));
  return {};
}

}  // namespace understudy::desktop
