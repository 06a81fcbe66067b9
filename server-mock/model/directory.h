// All channels by id. One name space for channels and aliases; deleted ones stay in it, because their ids go on
// answering.
#pragma once

#include <map>
#include <string>

#include "model/channel.h"

namespace understudy::companion {

inline constexpr std::size_t kMaxChannels = 1000;  // deleted ones not counted
inline constexpr std::size_t kMaxTombstones = 10'000;
inline constexpr std::size_t kMaxAliases = 64;  // per channel, deleted ones counted

/// What an id names. `alias` is null where it names the channel itself.
struct Named {
  const Channel* channel = nullptr;
  const Alias* alias = nullptr;
  explicit operator bool() const { return channel != nullptr; }
};

class Directory {
 public:
  /// Adds or replaces.
  void put(Channel channel);
  Named find(const std::string& id) const;
  /// As find, without what is deleted: what management calls see.
  Named find_live(const std::string& id) const;
  const std::map<std::string, Channel>& channels() const { return channels_; }
  std::size_t live_count() const;
  std::size_t tombstone_count() const { return channels_.size() - live_count(); }

  /// One more than any revision so far.
  std::int64_t next_revision() const { return revision_ + 1; }
  /// Changes with every put: what was rendered from an older version is stale.
  std::uint64_t version() const { return version_; }

 private:
  std::map<std::string, Channel> channels_;
  std::map<std::string, std::string> alias_owner_;
  std::int64_t revision_ = 0;
  std::uint64_t version_ = 0;
};

}  // namespace understudy::companion
