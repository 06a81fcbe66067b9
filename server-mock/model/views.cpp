#include "model/views.h"

#include <algorithm>

#include "model/settings.h"

namespace understudy::companion {
namespace {

// Of everything that a document shows, the latest change; revisions come from one counter, so this never goes back
// while the group stays the same, and a change of the group is itself a later change of its owner.
struct Stamp {
  std::int64_t revision = 0;
  std::string at;
  void note(std::int64_t other, const std::string& other_at) {
    if (other > revision) {
      revision = other;
      at = other_at;
    }
  }
  void note(const Named& named) {
    note(named.channel->revision, named.channel->updated);
    if (named.alias != nullptr) note(named.alias->revision, named.alias->updated);
  }
};

bool is_active(const Named& named) { return named.alias == nullptr || (named.alias->active && !named.alias->deleted); }

status::MemberState member_state(const Directory& directory, const GroupMember& member, const PlayoutUrlOf& url_of,
                                 Stamp& stamp) {
  status::MemberState state;
  state.src = state.channel = member.src;
  state.enabled = member.enabled;
  state.priority = member.priority;
  const Named named = directory.find(member.src);
  if (!named) return state;
  stamp.note(named);
  state.channel = named.channel->id;
  state.active = is_active(named);
  state.status = named.channel->status;
  state.playout.hls = url_of(named.channel->id);
  return state;
}

std::string text_at(const Json& settings, const char* group, const char* name) {
  const Json& part = settings.value(group, Json::object());
  return part.value(name, std::string());
}

}  // namespace

Json status_view(const Channel& channel) {
  return {{"code", std::string(to_string(channel.status))}, {"message", channel.message}};
}

Json channel_view(const Channel& channel, const std::string& playout_url) {
  Json view = {{"channelMode", "production"}, {"ingestType", "push"},       {"ingestProtocol", "rtmp"},
               {"ingestTimeout", 3600},       {"metadata", Json::object()}, {"fallback", {{"enabled", false}}}};
  view.merge_patch(channel.settings);
  view["channelId"] = channel.id;
  view["creationDate"] = channel.created;
  view["streamKey"] = channel.stream_key;
  view["region"] = channel.settings.value("ingestLocation", "");
  view["status"] = status_view(channel);
  view["playout"] = {{"hls", playout_url}};
  return view;
}

Json alias_view(const Channel& channel, const Alias& alias) {
  Json view = {{"metadata", Json::object()}, {"fallback", {{"enabled", false}}}};
  view.merge_patch(alias.settings);
  view["channelId"] = alias.id;
  view["parentChannelId"] = channel.id;
  view["active"] = alias.active;
  view["creationDate"] = alias.created;
  return view;
}

std::optional<status::StatusDocument> playout_document(const Directory& directory, const std::string& id,
                                                       const PlayoutUrlOf& playout_url_of) {
  const Named named = directory.find(id);
  if (!named) return std::nullopt;
  const Json& settings = named.alias == nullptr ? named.channel->settings : named.alias->settings;
  Stamp stamp;
  stamp.note(named);
  status::StatusDocument document;
  document.id = id;
  document.is_alias = named.alias != nullptr;
  document.active = is_active(named);
  document.ttl_ms = kPlayoutTtlMs;
  document.channel_id = named.channel->id;
  document.status = named.channel->status;
  document.status_message = named.channel->message;
  document.stop_reason = named.channel->stop_reason;
  document.playout.hls = playout_url_of(named.channel->id);
  document.prelive = {text_at(settings, "customization", "announcement"),
                      text_at(settings, "customization", "posterImg")};
  document.policy = policy_of(settings);
  for (const GroupMember& member : members_of(settings)) {
    document.members.push_back(member_state(directory, member, playout_url_of, stamp));
  }
  std::stable_sort(document.members.begin(), document.members.end(),
                   [](const auto& a, const auto& b) { return a.priority < b.priority; });
  document.revision = stamp.revision;
  document.generated_at = stamp.at;
  return document;
}

}  // namespace understudy::companion
