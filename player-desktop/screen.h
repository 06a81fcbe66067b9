// Composes what the viewer sees on any SDL renderer: the picture with its aspect kept, or a card; notices, messages and
// statistics above it. The window, the film strip and the snapshot all draw through it.
#pragma once

#include <SDL.h>

#include <memory>
#include <optional>
#include <string>

#include "fonts.h"
#include "overlay.h"
#include "understudy/frame.h"
#include "understudy/player.h"

namespace understudy::desktop {

struct ScreenContent {
  Card::Kind card = Card::Kind::joining;  // none: the picture is to be seen
  std::string announcement;
  std::string detail;
  std::string channel;
  std::shared_ptr<SDL_Surface> poster;  // decoded
  std::string notice;                   // over a standing picture
  std::string message;
  std::optional<OverlayView> overlay;
  std::int64_t animation_ms = 0;
};

/// The largest rectangle of the picture's shape inside width × height, centred.
SDL_Rect fit_picture(const VideoFrame& frame, int width, int height);

class Screen {
 public:
  /// Neither is owned; both outlive the screen.
  Screen(SDL_Renderer* renderer, Fonts& fonts) : renderer_(renderer), fonts_(fonts) {}

  /// False: the picture could not be uploaded.
  bool set_picture(const VideoFrame& frame);
  void clear_picture() { has_picture_ = false; }
  bool has_picture() const { return has_picture_; }
  void draw(const ScreenContent& content, int width, int height);
  /// The renderer has lost its textures (SDL_RENDER_DEVICE_RESET).
  void forget_textures();

 private:
  struct TextureDeleter {
    void operator()(SDL_Texture* texture) const { SDL_DestroyTexture(texture); }
  };
  using TexturePtr = std::unique_ptr<SDL_Texture, TextureDeleter>;

  bool make_texture(const VideoFrame& frame);
  SDL_Texture* poster_texture(const std::shared_ptr<SDL_Surface>& poster);

  SDL_Renderer* renderer_;
  Fonts& fonts_;
  TexturePtr picture_;
  VideoFrame shape_;  // of picture_
  bool has_picture_ = false;
  TexturePtr poster_;
  std::shared_ptr<SDL_Surface> poster_source_;
};

/// A Screen on memory instead of a window.
class OffscreenScreen {
 public:
  OffscreenScreen(Fonts& fonts, int width, int height);
  ~OffscreenScreen();
  OffscreenScreen(const OffscreenScreen&) = delete;
  OffscreenScreen& operator=(const OffscreenScreen&) = delete;

  bool usable() const { return renderer_ != nullptr; }
  Screen& screen() { return *screen_; }
  /// Owned by this object, valid until the next draw.
  SDL_Surface* draw(const ScreenContent& content);

 private:
  SDL_Surface* surface_ = nullptr;
  SDL_Renderer* renderer_ = nullptr;
  std::unique_ptr<Screen> screen_;
};

}  // namespace understudy::desktop
