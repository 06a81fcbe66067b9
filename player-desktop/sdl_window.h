// The window: pictures, cards and what lies over them; and the keys that were pressed in it.
#pragma once

#include <SDL.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "keys.h"
#include "observers/observer.h"
#include "screen.h"

namespace understudy::desktop {

class SdlWindow final : public ScreenObserver {
 public:
  /// Error: video_output_failed. `fonts` outlives the window.
  static Result<std::unique_ptr<SdlWindow>> open(Fonts& fonts, bool fullscreen);
  ~SdlWindow() override;

  void on_picture(const VideoFrame& frame, Instant due, Instant now) override;
  void on_clear(Instant now) override;

  /// Handles what the user did; a closed window is Action::quit.
  std::vector<Action> take_actions();
  void toggle_fullscreen();
  void set_title(const std::string& title);
  /// Something other than the picture has changed.
  void invalidate() { dirty_ = true; }
  /// Draws and shows if anything has changed.
  void draw(const std::function<ScreenContent()>& content);
  bool has_picture() const { return screen_->has_picture(); }

 private:
  struct WindowCloser {
    void operator()(SDL_Window* window) const { SDL_DestroyWindow(window); }
  };
  struct RendererCloser {
    void operator()(SDL_Renderer* renderer) const { SDL_DestroyRenderer(renderer); }
  };

  SdlWindow() = default;
  void handle(const SDL_Event& event, std::vector<Action>& actions);
  void handle_window_event(const SDL_WindowEvent& event);
  bool is_fullscreen() const;

  std::unique_ptr<SDL_Window, WindowCloser> window_;
  std::unique_ptr<SDL_Renderer, RendererCloser> renderer_;
  std::unique_ptr<Screen> screen_;
  std::optional<VideoFrame> shown_;  // kept so that a lost texture can be filled again
  std::string title_;
  Instant next_draw_{};
  bool dirty_ = true;
  bool visible_ = true;
};

}  // namespace understudy::desktop
