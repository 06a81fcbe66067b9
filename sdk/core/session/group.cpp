#include "core/session/group.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace understudy::session {

bool looks_like_hls(const std::string& url) {
  const std::string_view view(url);
  if (view.substr(0, 7) != "http://" && view.substr(0, 8) != "https://") return false;
  const std::string_view path = view.substr(0, view.find_first_of("?#"));
  constexpr std::array<std::string_view, 6> kOther = {".mpd", ".mp4", ".mkv", ".ts", ".webm", ".flv"};
  return std::none_of(kOther.begin(), kOther.end(), [&](std::string_view ending) {
    return path.size() >= ending.size() && path.substr(path.size() - ending.size()) == ending;
  });
}

Member& Group::place(const std::string& name, bool primary) {
  if (primary && !members_.empty()) {
    members_.front().name = name;
    return members_.front();
  }
  const auto known = std::find_if(members_.begin(), members_.end(),
                                  [&](const Member& m) { return m.id.value != 0 && m.name == name; });
  if (!primary && known != members_.end()) return *known;
  Member member;
  member.id = SourceId{static_cast<std::uint32_t>(members_.size())};
  member.name = name;
  members_.push_back(std::move(member));
  return members_.back();
}

/// A new URL needs a new loader; the old one's requests end here.
void Group::equip(Member& member, std::string url, const Policy& policy, const SessionConfig& config) {
  member.moved_to.reset();
  std::optional<Duration> live_offset;
  if (policy.target_live_offset_ms > 0) live_offset = from_ms(policy.target_live_offset_ms);
  if (member.loader) member.loader->set_live_offset(live_offset, from_ms(policy.max_live_offset_ms));
  if (member.loader && member.url == url) return;
  if (member.loader && member.loader->level() != loading::SourceLoader::Level::off) {
    member.moved_to = std::move(url);  // Session::follow_moves: the document that says so comes once, then it is 304
    return;
  }
  member.url = std::move(url);
  if (member.url.empty()) return;
  loading::SourceSettings settings;
  settings.url = member.url;
  settings.hls = looks_like_hls(member.url);
  settings.goes_on = !config.status_url.empty();
  settings.max_bandwidth = config.max_bandwidth;
  settings.live_offset = live_offset;
  settings.max_live_offset = from_ms(policy.max_live_offset_ms);
  member.loader = std::make_unique<loading::SourceLoader>(member.id, std::move(settings), *outbox_,
                                                          random_.fork(100 + member.id.value));
  member.monitor = std::make_unique<SourceMonitor>(policy);
}

void Group::adopt(const status::StatusDocument& document, const Policy& policy, const SessionConfig& config) {
  for (Member& member : members_) member.present = false;
  Member& primary = place(document.id, true);
  primary.present = primary.enabled = true;
  primary.active = document.active;
  primary.playing = status::is_playable(document.status);
  primary.terminal = status::is_terminal(document.status);
  equip(primary, document.playout.hls, policy, config);
  for (const status::MemberState& state : document.members) {
    if (members_.size() >= kMaxRemembered) break;
    Member& member = place(state.src, false);
    member.present = true;
    member.enabled = state.enabled;
    member.active = state.active;
    member.playing = status::is_playable(state.status);
    member.terminal = status::is_terminal(state.status);
    member.priority = state.priority;
    equip(member, state.playout.hls, policy, config);
  }
}

void Group::adopt(const std::vector<PlainSource>& sources, const Policy& policy, const SessionConfig& config) {
  for (std::size_t i = 0; i < sources.size(); ++i) {
    Member& member = place(sources[i].name, i == 0);
    member.present = member.enabled = member.playing = true;
    member.priority = static_cast<int>(i);
    equip(member, sources[i].url, policy, config);
  }
}

}  // namespace understudy::session
