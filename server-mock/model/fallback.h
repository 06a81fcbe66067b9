// Who may fall back to whom (FAILOVER.md 1). The root channels must differ:
//
//   A → B, A → B1, A1 → B, A1 → B1, A ↔ B   valid (mutual fallbacks are fine: a fallback's own fallback is not
//   followed) A → A, A → A1, A1 → A, A1 → A1, A1 → A2  refused: what takes the channel down takes these down with it
#pragma once

#include <optional>

#include "model/directory.h"
#include "model/settings.h"

namespace understudy::companion {

/// Nothing: `owner` may name all the members of `settings`. Else the first that it may not, with the reason.
std::optional<Refused> check_group(const Directory& directory, const Named& owner, const Json& settings);

}  // namespace understudy::companion
