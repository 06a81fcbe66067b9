// What a client may set on a channel or an alias: known members, their types and ranges, other products' spellings, and
// the deep merge. Pure; knows nothing of other channels (fallback.h does).
#pragma once

#include <string>
#include <vector>

#include "model/channel.h"
#include "model/outcome.h"

namespace understudy::companion {

enum class Owner { channel, alias };

inline constexpr std::size_t kMaxSettingsBytes = 64u << 10;

/// `current` with `patch` merged into it (RFC 7396: objects merge deeply, null removes, everything else replaces).
///  - Unknown members are refused: a misspelt one would otherwise look like a setting that has no effect.
///  - `policy` is short for `failover.policy`, `failoverId` for `fallback` (both are stored in the long spelling), and
///    Tencent's `FailOverSettings{SecondaryInputId, LossThreshold, RecoverBehavior}` for `fallback` and
///    `failover.policy`.
///  - `fallback` and `failover.members` are two spellings of one thing: setting one removes the other.
Outcome<Json> merged_settings(Owner owner, const Json& current, Json patch);

/// The failover policy that the settings describe, defaults for what is not set.
Policy policy_of(const Json& settings);

struct GroupMember {
  std::string src;
  bool enabled = false;
  int priority = 1;
};

/// The members that the settings name, through either spelling; those without a `src` left out.
std::vector<GroupMember> members_of(const Json& settings);

/// Whether players see any difference between two settings.
bool visible_difference(const Json& before, const Json& after);

}  // namespace understudy::companion
