#include "keys.h"

#include <SDL_keycode.h>

namespace understudy::desktop {

std::optional<Action> action_of(int key) {
  switch (key) {
    case SDLK_SPACE: return Action::pause;
    case SDLK_m: return Action::mute;
    case SDLK_9:
    case SDLK_KP_DIVIDE: return Action::volume_down;
    case SDLK_0:
    case SDLK_KP_MULTIPLY: return Action::volume_up;
    case SDLK_f: return Action::full_screen;
    case SDLK_b: return Action::next_source;
    case SDLK_i: return Action::overlay;
    case SDLK_q:
    case SDLK_ESCAPE: return Action::quit;
    default: return std::nullopt;
  }
}

}  // namespace understudy::desktop
