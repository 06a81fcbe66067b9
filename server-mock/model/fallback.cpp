#include "model/fallback.h"

#include <fmt/format.h>

namespace understudy::companion {
namespace {

const char* same_root_reason(const Named& owner, const Named& source) {
  if (owner.alias == nullptr) {
    return source.alias == nullptr ? "a channel can't fall back to itself"
                                   : "a channel can't fall back to its own alias";
  }
  if (source.alias == nullptr) return "an alias can't fall back to its own channel";
  return owner.alias->id == source.alias->id ? "an alias can't fall back to itself"
                                             : "an alias can't fall back to another alias of its channel";
}

}  // namespace

std::optional<Refused> check_group(const Directory& directory, const Named& owner, const Json& settings) {
  for (const GroupMember& member : members_of(settings)) {
    const Named source = directory.find_live(member.src);
    if (!source) {
      return Refused{Refusal::invalid_fallback, fmt::format("{}: no channel or alias has this id", member.src)};
    }
    if (source.channel->id == owner.channel->id) {
      return Refused{Refusal::invalid_fallback, fmt::format("{}: {}", member.src, same_root_reason(owner, source))};
    }
  }
  return std::nullopt;
}

}  // namespace understudy::companion
