// The page's configuration (package/src/messages.md, `load`) as the engine's.
#pragma once

#include <string_view>

#include "understudy/config.h"
#include "understudy/result.h"

namespace understudy::wasm {

/// Error: invalid_config, naming the member, its value and its range. Unknown members of `policy` are refused: a
/// misspelt one would look like a setting without effect.
Result<SessionConfig> parse_config(std::string_view json);

}  // namespace understudy::wasm
