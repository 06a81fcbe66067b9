#include "support/world/status_service.h"

#include <algorithm>

namespace understudy::world {

StatusService::StatusService(std::string id) {
  document_.id = document_.channel_id = std::move(id);
  document_.revision = 1;
  document_.generated_at = "2026-01-02T03:04:05.000Z";
  document_.status = status::ChannelStatus::playing;
}

status::MemberState& StatusService::member(status::StatusDocument& document, const std::string& src) const {
  const auto it = std::find_if(document.members.begin(), document.members.end(),
                               [&](const status::MemberState& m) { return m.src == src; });
  if (it != document.members.end()) return *it;
  status::MemberState member;
  member.src = member.channel = src;
  member.enabled = true;
  member.status = status::ChannelStatus::playing;
  member.priority = static_cast<int>(document.members.size()) + 1;
  document.members.push_back(member);
  return document.members.back();
}

Answer StatusService::answer(const loading::Fetch& fetch) const {
  const status::StatusDocument& document = pinned_ ? *pinned_ : document_;
  Answer answer;
  answer.etag = "\"r" + std::to_string(document.revision) + "\"";
  answer.resource.status = fetch.if_none_match == answer.etag ? 304 : 200;
  if (answer.resource.status == 200) answer.resource.text = status::to_json(document);
  return answer;
}

}  // namespace understudy::world
