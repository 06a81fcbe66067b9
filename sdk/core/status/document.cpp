#include "core/status/document.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/base/policy_fields.h"

// Built without exceptions: every value's type is checked before it is read, or nlohmann/json would abort.
namespace understudy::status {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxDepth = 16;  // the format needs 4
constexpr std::size_t kMaxIdBytes = 256;
constexpr std::size_t kMaxUrlBytes = 4096;
constexpr std::size_t kMaxMessageBytes = 1024;
constexpr std::int64_t kMaxTtlMs = 30'000;

Unexpected bad(const std::string& member, const std::string& what) {
  return fail(ErrorCode::bad_status_document, member + ": " + what);
}

Unexpected too_much(const std::string& member, const std::string& what) {
  return fail(ErrorCode::limit_exceeded, member + ": " + what);
}

// Nesting is bounded before parsing, so the bound does not depend on how the JSON library allocates.
bool too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

// An object of the document together with its path, so that every error can name the member.
class Members {
 public:
  Members(const Json& object, std::string path) : object_(object), path_(std::move(path)) {}

  const Json* find(const char* name) const {
    const auto it = object_.find(name);
    return it == object_.end() || it->is_null() ? nullptr : &*it;  // null means absent
  }
  std::string path(const char* name) const { return path_.empty() ? name : path_ + "." + name; }

  Result<std::string> text(const char* name, std::size_t most) const {
    const Json* value = find(name);
    if (value == nullptr) return std::string();
    if (!value->is_string()) return bad(path(name), "not a string");
    const auto& string = value->get_ref<const std::string&>();
    if (string.size() > most) return too_much(path(name), "longer than " + std::to_string(most) + " bytes");
    return string;
  }

  Result<std::string> id(const char* name) const {
    Result<std::string> value = text(name, kMaxIdBytes);
    if (value && value->empty()) return bad(path(name), "missing or empty");
    return value;
  }

  Result<std::string> url(const char* name) const {
    Result<std::string> value = text(name, kMaxUrlBytes);
    if (!value || value->empty()) return value;
    const bool http = value->rfind("http://", 0) == 0 || value->rfind("https://", 0) == 0;
    if (!http) return bad(path(name), "neither http nor https");
    const bool clean = std::all_of(value->begin(), value->end(), [](char c) {
      return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '"' && c != '<' && c != '>';
    });
    if (!clean) return bad(path(name), "not a URL");
    return value;
  }

  Result<bool> flag(const char* name, bool otherwise) const {
    const Json* value = find(name);
    if (value == nullptr) return otherwise;
    if (!value->is_boolean()) return bad(path(name), "not a boolean");
    return value->get<bool>();
  }

  // A member that is an object; an empty one where it is absent.
  Result<Members> object(const char* name) const {
    static const Json kEmpty = Json::object();
    const Json* value = find(name);
    if (value == nullptr) return Members(kEmpty, path(name));
    if (!value->is_object()) return bad(path(name), "not an object");
    return Members(*value, path(name));
  }

  // Lenient: a number that is missing or of another type is `otherwise`; fractions are cut, huge values saturate.
  std::int64_t number(const char* name, std::int64_t otherwise) const {
    constexpr std::int64_t kHuge = std::int64_t{1} << 53;
    const Json* value = find(name);
    if (value == nullptr) return otherwise;
    if (value->is_number_unsigned()) {
      return static_cast<std::int64_t>(std::min<std::uint64_t>(value->get<std::uint64_t>(), kHuge));
    }
    if (value->is_number_integer()) return std::clamp(value->get<std::int64_t>(), -kHuge, kHuge);
    if (value->is_number_float()) {
      return static_cast<std::int64_t>(
          std::clamp(value->get<double>(), static_cast<double>(-kHuge), static_cast<double>(kHuge)));
    }
    return otherwise;
  }

 private:
  const Json& object_;
  std::string path_;
};

struct StatusText {
  bool stated;
  ChannelStatus code;
  std::string message;
};

Result<StatusText> read_status(const Members& owner) {
  Result<Members> status = owner.object("status");
  if (!status) return Unexpected{status.error()};
  Result<std::string> code = status->text("code", kMaxIdBytes);
  if (!code) return Unexpected{code.error()};
  Result<std::string> message = status->text("message", kMaxMessageBytes);
  if (!message) return Unexpected{message.error()};
  return StatusText{!code->empty(), parse_channel_status(*code), *message};
}

Result<PlayoutUrls> read_playout(const Members& owner) {
  Result<Members> playout = owner.object("playout");
  if (!playout) return Unexpected{playout.error()};
  Result<std::string> hls = playout->url("hls");
  if (!hls) return Unexpected{hls.error()};
  return PlayoutUrls{*hls};
}

Result<void> read_header(const Members& top, StatusDocument& document) {
  if (top.number("version", 0) != 1) return bad("version", "missing, or not 1");
  Result<std::string> id = top.id("id");
  if (!id) return Unexpected{id.error()};
  document.id = *id;
  Result<std::string> kind = top.text("kind", kMaxIdBytes);
  if (!kind) return Unexpected{kind.error()};
  if (*kind != "channel" && *kind != "alias" && !kind->empty()) return bad("kind", "neither \"channel\" nor \"alias\"");
  document.is_alias = *kind == "alias";
  Result<bool> active = top.flag("active", true);
  if (!active) return Unexpected{active.error()};
  document.active = *active;
  Result<std::string> generated_at = top.text("generatedAt", 64);
  if (!generated_at) return Unexpected{generated_at.error()};
  document.generated_at = *generated_at;
  document.revision = std::max<std::int64_t>(0, top.number("revision", 0));
  document.ttl_ms = std::clamp<std::int64_t>(top.number("ttlMs", 0), 0, kMaxTtlMs);
  return {};
}

Result<void> read_channel(const Members& top, StatusDocument& document) {
  Result<Members> channel = top.object("channel");
  if (!channel) return Unexpected{channel.error()};
  Result<std::string> id = channel->id("id");
  if (!id) return Unexpected{id.error()};
  document.channel_id = *id;
  Result<StatusText> status = read_status(*channel);
  if (!status) return Unexpected{status.error()};
  if (!status->stated) return bad("channel.status.code", "missing or empty");
  document.status = status->code;
  document.status_message = status->message;
  Result<std::string> reason = channel->text("stopReason", kMaxIdBytes);
  if (!reason) return Unexpected{reason.error()};
  if (*reason == "operator") document.stop_reason = StopReason::operator_;
  if (*reason == "timeout") document.stop_reason = StopReason::timeout;
  return {};
}

Result<void> read_prelive(const Members& top, StatusDocument& document) {
  Result<Members> prelive = top.object("prelive");
  if (!prelive) return Unexpected{prelive.error()};
  Result<std::string> announcement = prelive->text("announcement", kMaxAnnouncementBytes);
  if (!announcement) return Unexpected{announcement.error()};
  Result<std::string> poster = prelive->url("posterImg");
  if (!poster) return Unexpected{poster.error()};
  document.prelive = Prelive{*announcement, *poster};
  return {};
}

void read_policy(const Members& from, Policy& policy) {
  for (const PolicyNumber& field : kPolicyNumbers) {
    policy.*field.member = clamped(field, from.number(field.wire, policy.*field.member));
  }
  for (const PolicyFlag& field : kPolicyFlags) {
    policy.*field.member = from.flag(field.wire, policy.*field.member).value_or(policy.*field.member);
  }
  const std::string recovery = from.text("recovery", kMaxIdBytes).value_or("");
  if (recovery == "PRIMARY_PREFERRED") policy.recovery = Recovery::primary_preferred;
  const std::string standby = from.text("standby", kMaxIdBytes).value_or("");
  if (standby == "warm") policy.standby = Standby::warm;
  if (standby == "hot") policy.standby = Standby::hot;
  // Two values that are each in range may still contradict each other; validate() refuses that, a document is
  // corrected.
  policy.probe_max_ms = std::max(policy.probe_max_ms, policy.probe_min_ms);
  policy.max_clear_ms = std::max(policy.max_clear_ms, policy.clear_ms);
  policy.max_live_offset_ms = std::max(policy.max_live_offset_ms, policy.target_live_offset_ms);
}

Result<MemberState> read_member(const Members& from, int default_priority) {
  constexpr std::int64_t kMaxPriority = 1'000'000;
  MemberState member;
  Result<std::string> src = from.id("src");
  if (!src) return Unexpected{src.error()};
  member.src = *src;
  Result<std::string> channel = from.text("channel", kMaxIdBytes);
  if (!channel) return Unexpected{channel.error()};
  member.channel = channel->empty() ? member.src : *channel;
  Result<bool> enabled = from.flag("enabled", false);
  if (!enabled) return Unexpected{enabled.error()};
  member.enabled = *enabled;
  Result<bool> active = from.flag("active", true);
  if (!active) return Unexpected{active.error()};
  member.active = *active;
  member.priority =
      static_cast<int>(std::clamp<std::int64_t>(from.number("priority", default_priority), 0, kMaxPriority));
  Result<StatusText> status = read_status(from);
  if (!status) return Unexpected{status.error()};
  member.status = status->code;
  Result<PlayoutUrls> playout = read_playout(from);
  if (!playout) return Unexpected{playout.error()};
  member.playout = *playout;
  return member;
}

Result<void> read_members(const Members& failover, StatusDocument& document) {
  const Json* list = failover.find("members");
  if (list == nullptr) return {};
  const std::string path = failover.path("members");
  if (!list->is_array()) return bad(path, "not an array");
  if (list->size() > kMaxMembers) return too_much(path, "more than " + std::to_string(kMaxMembers));
  std::set<std::string> seen;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string item = path + "[" + std::to_string(i) + "]";
    if (!(*list)[i].is_object()) return bad(item, "not an object");
    Result<MemberState> member = read_member(Members((*list)[i], item), static_cast<int>(i) + 1);
    if (!member) return Unexpected{member.error()};
    if (!seen.insert(member->src).second) return bad(item + ".src", "named twice");
    document.members.push_back(*member);
  }
  std::stable_sort(document.members.begin(), document.members.end(),
                   [](const MemberState& a, const MemberState& b) { return a.priority < b.priority; });
  return {};
}

Result<void> read_failover(const Members& top, StatusDocument& document) {
  Result<Members> failover = top.object("failover");
  if (!failover) return Unexpected{failover.error()};
  if (failover->text("mode", kMaxIdBytes).value_or("") == "flat") document.policy.mode = GroupMode::flat;
  if (Result<Members> policy = failover->object("policy"); policy) read_policy(*policy, document.policy);
  return read_members(*failover, document);
}

Result<void> read_document(const Members& top, StatusDocument& document) {
  for (const auto read : {read_header, read_channel, read_prelive, read_failover}) {
    if (Result<void> done = read(top, document); !done) return done;
  }
  Result<PlayoutUrls> playout = read_playout(top);
  if (!playout) return Unexpected{playout.error()};
  document.playout = *playout;
  return {};
}

Json status_json(ChannelStatus code, const std::string& message) {
  return {{"code", std::string(to_string(code))}, {"message", message}};
}

Json playout_json(const PlayoutUrls& urls) {
  Json json = Json::object();
  if (!urls.hls.empty()) json["hls"] = urls.hls;
  return json;
}

Json policy_json(const Policy& policy) {
  Json json = Json::object();
  for (const PolicyNumber& field : kPolicyNumbers) json[field.wire] = policy.*field.member;
  for (const PolicyFlag& field : kPolicyFlags) json[field.wire] = policy.*field.member;
  json["recovery"] = policy.recovery == Recovery::primary_preferred ? "PRIMARY_PREFERRED" : "CURRENT_PREFERRED";
  json["standby"] = policy.standby == Standby::hot ? "hot" : policy.standby == Standby::warm ? "warm" : "cold";
  return json;
}

Json member_json(const MemberState& member) {
  return {{"src", member.src},
          {"channel", member.channel},
          {"enabled", member.enabled},
          {"active", member.active},
          {"priority", member.priority},
          {"status", status_json(member.status, "")},
          {"playout", playout_json(member.playout)}};
}

}  // namespace

Result<StatusDocument> parse_document(std::string_view json) {
  if (json.size() > kMaxDocumentBytes) {
    return too_much("document", "larger than " + std::to_string(kMaxDocumentBytes) + " bytes");
  }
  if (too_deep(json)) return too_much("document", "nested deeper than " + std::to_string(kMaxDepth));
  const Json parsed = Json::parse(json.begin(), json.end(), nullptr, false);
  if (parsed.is_discarded()) return bad("document", "not JSON");
  if (!parsed.is_object()) return bad("document", "not an object");
  StatusDocument document;
  if (Result<void> read = read_document(Members(parsed, ""), document); !read) return Unexpected{read.error()};
  return document;
}

std::string to_json(const StatusDocument& document) {
  Json channel = {{"id", document.channel_id}, {"status", status_json(document.status, document.status_message)}};
  if (document.stop_reason == StopReason::operator_) channel["stopReason"] = "operator";
  if (document.stop_reason == StopReason::timeout) channel["stopReason"] = "timeout";
  Json members = Json::array();
  for (const MemberState& member : document.members) members.push_back(member_json(member));
  Json prelive = Json::object();
  if (!document.prelive.announcement.empty()) prelive["announcement"] = document.prelive.announcement;
  if (!document.prelive.poster_url.empty()) prelive["posterImg"] = document.prelive.poster_url;
  const Json json = {
      {"version", 1},
      {"id", document.id},
      {"kind", document.is_alias ? "alias" : "channel"},
      {"active", document.active},
      {"revision", document.revision},
      {"generatedAt", document.generated_at},
      {"ttlMs", document.ttl_ms},
      {"channel", std::move(channel)},
      {"playout", playout_json(document.playout)},
      {"prelive", std::move(prelive)},
      {"failover",
       {{"mode", document.policy.mode == GroupMode::flat ? "flat" : "prioritized"},
        {"policy", policy_json(document.policy)},
        {"members", std::move(members)}}},
  };
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace understudy::status
