// What a key means.
#pragma once

#include <optional>

namespace understudy::desktop {

enum class Action { pause, mute, volume_down, volume_up, full_screen, next_source, overlay, quit };

/// `key` is an SDL_Keycode.
std::optional<Action> action_of(int key);

}  // namespace understudy::desktop
