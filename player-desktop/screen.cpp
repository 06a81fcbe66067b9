#include "screen.h"

#include <algorithm>

#include "cards.h"

namespace understudy::desktop {
namespace {

/// SDL2 knows BT.601 and BT.709 in limited range and BT.601 in full range; what it lacks gets the nearest of these.
SDL_YUV_CONVERSION_MODE conversion_of(const VideoFrame& frame) {
  if (frame.full_range) return SDL_YUV_CONVERSION_JPEG;
  return frame.matrix == ColorMatrix::bt601 ? SDL_YUV_CONVERSION_BT601 : SDL_YUV_CONVERSION_BT709;
}

bool same_shape(const VideoFrame& a, const VideoFrame& b) {
  return a.width == b.width && a.height == b.height && a.format == b.format && a.matrix == b.matrix &&
         a.full_range == b.full_range;
}

}  // namespace

SDL_Rect fit_picture(const VideoFrame& frame, int width, int height) {
  const std::int64_t shape_w = std::int64_t{frame.width} * std::max(frame.sample_aspect_num, 1);
  const std::int64_t shape_h = std::int64_t{frame.height} * std::max(frame.sample_aspect_den, 1);
  if (shape_w <= 0 || shape_h <= 0) return {0, 0, width, height};
  SDL_Rect fitted{0, 0, width, height};
  if (shape_w * height > shape_h * width) {
    fitted.h = static_cast<int>(width * shape_h / shape_w);
  } else {
    fitted.w = static_cast<int>(height * shape_w / shape_h);
  }
  fitted.x = (width - fitted.w) / 2;
  fitted.y = (height - fitted.h) / 2;
  return fitted;
}

bool Screen::make_texture(const VideoFrame& frame) {
  // The matrix is fixed when a texture is made (hardware) or filled (software): a change of it needs a new one.
  SDL_SetYUVConversionMode(conversion_of(frame));
  const Uint32 format = frame.format == PixelFormat::nv12 ? SDL_PIXELFORMAT_NV12 : SDL_PIXELFORMAT_IYUV;
  picture_.reset(SDL_CreateTexture(renderer_, format, SDL_TEXTUREACCESS_STREAMING, frame.width, frame.height));
  if (!picture_) return false;
  SDL_SetTextureScaleMode(picture_.get(), SDL_ScaleModeLinear);
  return true;
}

bool Screen::set_picture(const VideoFrame& frame) {
  if (frame.width < 1 || frame.height < 1 || frame.planes[0] == nullptr) return false;
  if ((!picture_ || !same_shape(shape_, frame)) && !make_texture(frame)) return false;
  SDL_SetYUVConversionMode(conversion_of(frame));
  shape_ = frame;
  shape_.owner.reset();  // only the shape is kept, not the pixels
  shape_.planes = {};
  const int failed = frame.format == PixelFormat::nv12
                         ? SDL_UpdateNVTexture(picture_.get(), nullptr, frame.planes[0], frame.strides[0],
                                               frame.planes[1], frame.strides[1])
                         : SDL_UpdateYUVTexture(picture_.get(), nullptr, frame.planes[0], frame.strides[0],
                                                frame.planes[1], frame.strides[1], frame.planes[2], frame.strides[2]);
  has_picture_ = failed == 0;
  return has_picture_;
}

void Screen::forget_textures() {
  picture_.reset();
  poster_.reset();
  poster_source_.reset();
  has_picture_ = false;
}

SDL_Texture* Screen::poster_texture(const std::shared_ptr<SDL_Surface>& poster) {
  if (poster != poster_source_) {
    poster_source_ = poster;
    poster_.reset(poster ? SDL_CreateTextureFromSurface(renderer_, poster.get()) : nullptr);
    if (poster_) SDL_SetTextureScaleMode(poster_.get(), SDL_ScaleModeLinear);
  }
  return poster_.get();
}

void Screen::draw(const ScreenContent& content, int width, int height) {
  SDL_SetRenderDrawColor(renderer_, 0, 0, 0, 255);
  SDL_RenderClear(renderer_);
  TextPainter painter(renderer_, fonts_);
  if (has_picture_ && content.card == Card::Kind::none) {
    const SDL_Rect target = fit_picture(shape_, width, height);
    SDL_RenderCopy(renderer_, picture_.get(), nullptr, &target);
  } else {
    draw_card(renderer_, painter,
              {content.card, content.announcement, content.detail, content.channel, poster_texture(content.poster),
               content.animation_ms},
              width, height);
  }
  if (content.overlay) draw_overlay(painter, *content.overlay, width, height);
  if (!content.notice.empty()) draw_notice(painter, content.notice, width, height);
  if (!content.message.empty()) draw_message(painter, content.message, width, height);
}

OffscreenScreen::OffscreenScreen(Fonts& fonts, int width, int height)
    : surface_(SDL_CreateRGBSurfaceWithFormat(0, width, height, 32, SDL_PIXELFORMAT_ARGB8888)) {
  if (surface_ != nullptr) renderer_ = SDL_CreateSoftwareRenderer(surface_);
  screen_ = std::make_unique<Screen>(renderer_, fonts);
}

OffscreenScreen::~OffscreenScreen() {
  screen_.reset();
  if (renderer_ != nullptr) SDL_DestroyRenderer(renderer_);
  SDL_FreeSurface(surface_);
}

SDL_Surface* OffscreenScreen::draw(const ScreenContent& content) {
  screen_->draw(content, surface_->w, surface_->h);
  SDL_RenderFlush(renderer_);
  return surface_;
}

}  // namespace understudy::desktop
