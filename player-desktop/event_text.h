// Events as lines for people and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "understudy/event.h"

namespace understudy::desktop {

/// The source's name as the event knows it, else "source 3".
std::string name_of(const Event& event, SourceId id);

/// "  12.345 s  switched  ch-a → ch-b  reason=reset gap=0ms lost=0 repeated=0"; times count from `start`.
std::string to_text(const Event& event, Instant start);
/// One object; the same one that reports hold (report.schema.json).
nlohmann::ordered_json to_json(const Event& event, Instant start);

}  // namespace understudy::desktop
