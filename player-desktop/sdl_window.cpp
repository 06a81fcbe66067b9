#include "sdl_window.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "clock.h"

namespace understudy::desktop {
namespace {

constexpr int kWidth = 1280;
constexpr int kHeight = 720;

Unexpected no_window() { return fail(ErrorCode::video_output_failed, fmt::format("no window: {}", SDL_GetError())); }

/// 1280 × 720, or what a smaller desktop has room for.
SDL_Rect initial_size() {
  SDL_Rect usable{0, 0, kWidth, kHeight};
  SDL_Rect size{0, 0, kWidth, kHeight};
  if (SDL_GetDisplayUsableBounds(0, &usable) == 0 && (usable.w < kWidth || usable.h < kHeight)) {
    size.w = std::max(320, std::min(usable.w, usable.h * 16 / 9));
    size.h = size.w * 9 / 16;
  }
  return size;
}

/// Without a display SDL silently draws to memory; nobody wants that but who asked for it.
bool is_invisible_driver() {
  const std::string_view driver = SDL_GetCurrentVideoDriver();
  return (driver == "offscreen" || driver == "dummy") && SDL_getenv("SDL_VIDEODRIVER") == nullptr;
}

}  // namespace

Result<std::unique_ptr<SdlWindow>> SdlWindow::open(Fonts& fonts, bool fullscreen) {
  SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");  // SIGINT and SIGTERM are the application's
  SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
  if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) return no_window();
  std::unique_ptr<SdlWindow> self(new SdlWindow());
  if (is_invisible_driver()) return fail(ErrorCode::video_output_failed, "no window: there is no display");
  const SDL_Rect size = initial_size();
  Uint32 flags = SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
  if (fullscreen) flags |= SDL_WINDOW_FULLSCREEN_DESKTOP;
  self->window_.reset(
      SDL_CreateWindow("Understudy", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, size.w, size.h, flags));
  if (!self->window_) return no_window();
  SDL_SetWindowMinimumSize(self->window_.get(), 320, 180);
  // No vertical sync: it would let a compositor that withholds frames (a covered window) block the thread that keeps
  // the stream.
  self->renderer_.reset(SDL_CreateRenderer(self->window_.get(), -1, 0));
  if (!self->renderer_) return no_window();
  self->screen_ = std::make_unique<Screen>(self->renderer_.get(), fonts);
  if (fullscreen) SDL_ShowCursor(SDL_DISABLE);
  return self;
}

SdlWindow::~SdlWindow() {
  screen_.reset();
  renderer_.reset();
  window_.reset();
  SDL_QuitSubSystem(SDL_INIT_VIDEO);
}

void SdlWindow::on_picture(const VideoFrame& frame, Instant /*due*/, Instant /*now*/) {
  shown_ = frame;
  screen_->set_picture(frame);
  dirty_ = true;
}

void SdlWindow::on_clear(Instant /*now*/) {
  shown_.reset();
  screen_->clear_picture();
  dirty_ = true;
}

std::vector<Action> SdlWindow::take_actions() {
  std::vector<Action> actions;
  SDL_Event event;
  while (SDL_PollEvent(&event) != 0) handle(event, actions);
  return actions;
}

void SdlWindow::handle(const SDL_Event& event, std::vector<Action>& actions) {
  switch (event.type) {
    case SDL_QUIT: actions.push_back(Action::quit); break;
    case SDL_KEYDOWN: {
      const auto action = action_of(event.key.keysym.sym);
      const bool repeats = action == Action::volume_up || action == Action::volume_down;
      if (action && (event.key.repeat == 0 || repeats)) actions.push_back(*action);
      break;
    }
    case SDL_MOUSEBUTTONDOWN:
      if (event.button.button == SDL_BUTTON_LEFT && event.button.clicks == 2) actions.push_back(Action::full_screen);
      break;
    case SDL_WINDOWEVENT: handle_window_event(event.window); break;
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET:
      screen_->forget_textures();
      if (shown_) screen_->set_picture(*shown_);
      dirty_ = true;
      break;
    default: break;
  }
}

void SdlWindow::handle_window_event(const SDL_WindowEvent& event) {
  if (event.event == SDL_WINDOWEVENT_HIDDEN || event.event == SDL_WINDOWEVENT_MINIMIZED) visible_ = false;
  if (event.event == SDL_WINDOWEVENT_SHOWN || event.event == SDL_WINDOWEVENT_RESTORED) visible_ = true;
  dirty_ = true;
}

bool SdlWindow::is_fullscreen() const {
  return (SDL_GetWindowFlags(window_.get()) & SDL_WINDOW_FULLSCREEN_DESKTOP) != 0;
}

void SdlWindow::toggle_fullscreen() {
  const bool enter = !is_fullscreen();
  SDL_SetWindowFullscreen(window_.get(), enter ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
  SDL_ShowCursor(enter ? SDL_DISABLE : SDL_ENABLE);
  dirty_ = true;
}

void SdlWindow::set_title(const std::string& title) {
  if (title == title_) return;
  title_ = title;
  SDL_SetWindowTitle(window_.get(), title.c_str());
}

void SdlWindow::draw(const std::function<ScreenContent()>& content) {
  const Instant begin = monotonic_now();
  if (!dirty_ || !visible_ || begin < next_draw_) return;
  dirty_ = false;
  int width = 0;
  int height = 0;
  if (SDL_GetRendererOutputSize(renderer_.get(), &width, &height) != 0) return;
  screen_->draw(content(), width, height);
  SDL_RenderPresent(renderer_.get());
  // At most half of the time is for drawing: on a starved machine pictures are skipped before the sound breaks off.
  const Instant end = monotonic_now();
  next_draw_ = end + (end - begin);
}

}  // namespace understudy::desktop
