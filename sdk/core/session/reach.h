// Inputs at the session's door: facts may come from media that says anything, or from a damaged trace. Private to session/.
#pragma once

#include <optional>

#include "core/session/io.h"

namespace understudy::session {

/// The same input with every time, wait and count in it within reach; nothing where they are.
std::optional<Input> brought_into_reach(const Input& input);

}  // namespace understudy::session
