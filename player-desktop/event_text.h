// Events as lines for people.
#pragma once

#include <string>

#include "understudy/event.h"

namespace understudy::desktop {

/// "  12.345 s  switched  ch-a → ch-b  reason=reset gap=0ms lost=0 repeated=0"; times count from `start`.
std::string to_text(const Event& event, Instant start);

}  // namespace understudy::desktop
