#include "model/directory.h"

#include <algorithm>

namespace understudy::companion {

void Directory::put(Channel channel) {
  revision_ = std::max(revision_, channel.revision);
  for (const Alias& alias : channel.aliases) {
    revision_ = std::max(revision_, alias.revision);
    alias_owner_[alias.id] = channel.id;
  }
  ++version_;
  std::string id = channel.id;
  channels_.insert_or_assign(std::move(id), std::move(channel));
}

Named Directory::find(const std::string& id) const {
  if (const auto channel = channels_.find(id); channel != channels_.end()) return {&channel->second, nullptr};
  const auto owner = alias_owner_.find(id);
  if (owner == alias_owner_.end()) return {};
  const Channel& channel = channels_.at(owner->second);
  const auto alias =
      std::find_if(channel.aliases.begin(), channel.aliases.end(), [&](const Alias& a) { return a.id == id; });
  return {&channel, &*alias};
}

Named Directory::find_live(const std::string& id) const {
  const Named named = find(id);
  if (!named || named.channel->status == ChannelStatus::deleted) return {};
  if (named.alias != nullptr && named.alias->deleted) return {};
  return named;
}

std::size_t Directory::live_count() const {
  return static_cast<std::size_t>(std::count_if(channels_.begin(), channels_.end(), [](const auto& entry) {
    return entry.second.status != ChannelStatus::deleted;
  }));
}

}  // namespace understudy::companion
