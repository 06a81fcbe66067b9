#include "model/operations.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/fallback.h"
#include "model/lifecycle.h"
#include "model/settings.h"

namespace understudy::companion {
namespace {

Refused unknown(const std::string& id) { return {Refusal::unknown_id, fmt::format("{}: no such id", id)}; }

// What may still be changed: not a channel on its way out.
Outcome<Named> find_changeable(const Directory& directory, const std::string& id) {
  Outcome<Named> named = find_channel(directory, id);
  if (named && named->channel->status == ChannelStatus::deleting) {
    return Refused{Refusal::wrong_state, fmt::format("{}: is being deleted", id)};
  }
  return named;
}

// The id that a POST asks for, or the fresh one; taken out of `body`.
Outcome<std::string> take_id(const Directory& directory, Json& body, const std::string& fresh) {
  const auto wish = body.find("id");
  if (wish == body.end()) return fresh;
  if (!wish->is_string()) return Refused{Refusal::invalid_member, "id: not a string"};
  const std::string id = wish->get<std::string>();
  body.erase(wish);
  if (!is_valid_id(id)) return Refused{Refusal::invalid_member, "id: not 1–64 letters, digits, '.', '_' or '-'"};
  if (directory.find(id)) {
    return Refused{Refusal::id_taken, fmt::format("{}: is or was in use; ids are never used again", id)};
  }
  return id;
}

Alias& alias_in(Channel& channel, const std::string& id) {
  return *std::find_if(channel.aliases.begin(), channel.aliases.end(), [&](const Alias& a) { return a.id == id; });
}

void stamp(Alias& alias, const Directory& directory, const Now& now) {
  alias.revision = directory.next_revision();
  alias.updated = now.text;
}

bool touches_group(const Json& before, const Json& after) {
  const auto part = [](const Json& settings, const char* name) { return settings.value(name, Json()); };
  return part(before, "fallback") != part(after, "fallback") || part(before, "failover") != part(after, "failover");
}

// The merged settings of `owner`. The group is checked only where the patch changes it: a member that was deleted since
// must not make every other setting unchangeable.
Outcome<Json> patched_settings(const Directory& directory, const Named& owner, const Json& current, const Json& patch) {
  Outcome<Json> settings = merged_settings(owner.alias == nullptr ? Owner::channel : Owner::alias, current, patch);
  if (!settings) return settings;
  if (touches_group(current, *settings)) {
    if (auto refused = check_group(directory, owner, *settings)) return *refused;
  }
  return settings;
}

}  // namespace

bool is_valid_id(const std::string& id) {
  if (id.empty() || id.size() > 64 || id[0] == '.' || id[0] == '-') return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

Outcome<Named> find_channel(const Directory& directory, const std::string& id) {
  const Named named = directory.find_live(id);
  if (!named || named.alias != nullptr) return unknown(id);
  return named;
}

Outcome<Named> find_alias(const Directory& directory, const std::string& channel, const std::string& alias) {
  Outcome<Named> owner = find_channel(directory, channel);
  if (!owner) return owner;
  const Named named = directory.find_live(alias);
  if (!named || named.alias == nullptr || named.channel != owner->channel) return unknown(alias);
  return named;
}

Outcome<Channel> create_channel(const Directory& directory, const Json& body, const Fresh& fresh, const Now& now) {
  if (directory.live_count() >= kMaxChannels || directory.tombstone_count() >= kMaxTombstones) {
    return Refused{Refusal::too_many, fmt::format("the service keeps at most {} channels and {} deleted ones",
                                                  kMaxChannels, kMaxTombstones)};
  }
  if (!body.contains("ingestLocation")) return Refused{Refusal::invalid_member, "ingestLocation: missing"};
  Json wanted = body;
  Outcome<std::string> id = take_id(directory, wanted, fresh.id);
  if (!id) return id.refused();
  Channel channel;
  channel.id = *id;
  channel.created = channel.updated = now.text;
  channel.stream_key = fresh.stream_key;
  channel.revision = directory.next_revision();
  Outcome<Json> settings = patched_settings(directory, {&channel, nullptr}, Json::object(), wanted);
  if (!settings) return settings.refused();
  channel.settings = *settings;
  return channel;
}

Outcome<Channel> patch_channel(const Directory& directory, const std::string& id, const Json& patch, const Now& now) {
  Outcome<Named> named = find_changeable(directory, id);
  if (!named) return named.refused();
  Channel channel = *named->channel;
  Outcome<Json> settings = patched_settings(directory, *named, channel.settings, patch);
  if (!settings) return settings.refused();
  if (visible_difference(channel.settings, *settings)) {
    channel.revision = directory.next_revision();
    channel.updated = now.text;
  }
  channel.settings = *settings;
  return channel;
}

Outcome<Channel> start_channel(const Directory& directory, const std::string& id, const Json& body, const Now& now) {
  Outcome<Named> named = find_changeable(directory, id);
  if (!named) return named.refused();
  Json settings = body;
  settings.erase("rtmpPullUrl");
  for (const auto& item : settings.items()) {
    if (item.key() != "ingestTimeout") return Refused{Refusal::invalid_member, item.key() + ": unknown member"};
  }
  Channel channel = started(*named->channel, now, directory.next_revision());
  Outcome<Json> merged = merged_settings(Owner::channel, channel.settings, settings);
  if (!merged) return merged.refused();
  channel.settings = *merged;
  return channel;
}

Outcome<Channel> stop_channel(const Directory& directory, const std::string& id, const Now& now) {
  Outcome<Named> named = find_changeable(directory, id);
  if (!named) return named.refused();
  return stopped(*named->channel, StopReason::operator_, now, directory.next_revision());
}

Outcome<Channel> remove_channel(const Directory& directory, const std::string& id, const Now& now) {
  Outcome<Named> named = find_channel(directory, id);
  if (!named) return named.refused();
  return removed(*named->channel, now, directory.next_revision());
}

Outcome<Channel> create_alias(const Directory& directory, const std::string& channel_id, const Json& body,
                              const Fresh& fresh, const Now& now) {
  Outcome<Named> named = find_changeable(directory, channel_id);
  if (!named) return named.refused();
  Channel channel = *named->channel;
  if (channel.aliases.size() >= kMaxAliases) {
    return Refused{Refusal::too_many, fmt::format("{}: has {} aliases, deleted ones counted", channel_id, kMaxAliases)};
  }
  Json wanted = body;
  Outcome<std::string> id = take_id(directory, wanted, fresh.id);
  if (!id) return id.refused();
  Alias alias;
  alias.id = *id;
  alias.created = now.text;
  stamp(alias, directory, now);
  Outcome<Json> settings = patched_settings(directory, {&channel, &alias}, Json::object(), wanted);
  if (!settings) return settings.refused();
  alias.settings = *settings;
  channel.aliases.push_back(alias);
  return channel;
}

Outcome<Channel> patch_alias(const Directory& directory, const std::string& channel_id, const std::string& alias_id,
                             const Json& patch, const Now& now) {
  Outcome<Named> named = find_alias(directory, channel_id, alias_id);
  if (!named) return named.refused();
  Outcome<Json> settings = patched_settings(directory, *named, named->alias->settings, patch);
  if (!settings) return settings.refused();
  Channel channel = *named->channel;
  Alias& alias = alias_in(channel, alias_id);
  if (visible_difference(alias.settings, *settings)) stamp(alias, directory, now);
  alias.settings = *settings;
  return channel;
}

Outcome<Channel> set_alias_active(const Directory& directory, const std::string& channel_id,
                                  const std::string& alias_id, bool active, const Now& now) {
  Outcome<Named> named = find_alias(directory, channel_id, alias_id);
  if (!named) return named.refused();
  Channel channel = *named->channel;
  Alias& alias = alias_in(channel, alias_id);
  if (alias.active != active) stamp(alias, directory, now);
  alias.active = active;
  return channel;
}

Outcome<Channel> remove_alias(const Directory& directory, const std::string& channel_id, const std::string& alias_id,
                              const Now& now) {
  Outcome<Named> named = find_alias(directory, channel_id, alias_id);
  if (!named) return named.refused();
  Channel channel = *named->channel;
  Alias& alias = alias_in(channel, alias_id);
  alias.deleted = true;
  stamp(alias, directory, now);
  return channel;
}

}  // namespace understudy::companion
