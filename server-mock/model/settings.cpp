#include "model/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "core/base/policy_fields.h"
#include "model/settings_rules.h"

namespace understudy::companion {
namespace {

using Checked = std::optional<Refused>;  // nothing: fine

Refused wrong(const std::string& path, const std::string& what) {
  return {Refusal::invalid_member, fmt::format("{}: {}", path, what)};
}

bool applies(const Rule& rule, Owner owner) {
  return rule.on == On::both || (rule.on == On::channel) == (owner == Owner::channel);
}

const Rule* rule_at(std::string_view path, Owner owner) {
  for (const Rule& rule : kRules) {
    if (rule.path == path && applies(rule, owner)) return &rule;
  }
  return nullptr;
}

bool rules_below(const std::string& path, Owner owner) {
  const std::string prefix = path + ".";
  return std::any_of(std::begin(kRules), std::end(kRules), [&](const Rule& rule) {
    return applies(rule, owner) && std::string_view(rule.path).substr(0, prefix.size()) == prefix;
  });
}

bool is_choice(std::string_view choices, std::string_view value) {
  while (!choices.empty()) {
    const std::size_t bar = choices.find('|');
    if (choices.substr(0, bar) == value) return true;
    choices.remove_prefix(bar == std::string_view::npos ? choices.size() : bar + 1);
  }
  return false;
}

bool is_http_url(const std::string& url) {
  const bool http = url.rfind("http://", 0) == 0 || url.rfind("https://", 0) == 0;
  return http && std::all_of(url.begin(), url.end(), [](char c) {
           return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '"' && c != '<' && c != '>';
         });
}

Checked check_number(const Rule& rule, const Json& value) {
  if (rule.kind == Kind::integer ? !value.is_number_integer() : !value.is_number()) {
    return wrong(rule.path, rule.kind == Kind::integer ? "not an integer" : "not a number");
  }
  const double number = value.get<double>();
  if (number < rule.min || number > rule.max) return wrong(rule.path, fmt::format("not in {}–{}", rule.min, rule.max));
  return std::nullopt;
}

Checked check_text(const Rule& rule, const Json& value) {
  if (!value.is_string()) return wrong(rule.path, "not a string");
  const auto& text = value.get_ref<const std::string&>();
  if (rule.kind == Kind::one_of) {
    if (!is_choice(rule.choices, text)) return wrong(rule.path, fmt::format("not one of {}", rule.choices));
    return std::nullopt;
  }
  if (static_cast<double>(text.size()) > rule.max)
    return wrong(rule.path, fmt::format("longer than {} bytes", rule.max));
  if (rule.kind == Kind::url && !text.empty() && !is_http_url(text))
    return wrong(rule.path, "not an http or https URL");
  return std::nullopt;
}

Checked check_list(const Rule& rule, const Json& value) {
  if (!value.is_array()) return wrong(rule.path, "not an array");
  if (static_cast<double>(value.size()) > rule.max)
    return wrong(rule.path, fmt::format("more than {} items", rule.max));
  const bool texts = rule.kind == Kind::texts;
  for (const Json& item : value) {
    if (texts ? !item.is_string() : !item.is_object()) {
      return wrong(rule.path, texts ? "an item is not a string" : "an item is not an object");
    }
  }
  return std::nullopt;
}

Checked check_value(const Rule& rule, const Json& value) {
  switch (rule.kind) {
    case Kind::boolean: return value.is_boolean() ? Checked{} : wrong(rule.path, "not a boolean");
    case Kind::integer:
    case Kind::number: return check_number(rule, value);
    case Kind::text:
    case Kind::url:
    case Kind::one_of: return check_text(rule, value);
    case Kind::texts:
    case Kind::objects: return check_list(rule, value);
    case Kind::object: return value.is_object() ? Checked{} : wrong(rule.path, "not an object");
  }
  return std::nullopt;
}

// failover.policy: the numbers and flags of the core's own table. Empty inside: not a policy field.
std::optional<Checked> check_policy_field(const std::string& name, const std::string& path, const Json& value) {
  for (const PolicyNumber& field : kPolicyNumbers) {
    if (name != field.wire) continue;
    if (value.is_null()) return Checked{};
    if (!value.is_number_integer()) return wrong(path, "not an integer");
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(field.max)) {
      return wrong(path, fmt::format("not in {}–{}", field.min, field.max));
    }
    if (!in_range(field, value.get<std::int64_t>()))
      return wrong(path, fmt::format("not in {}–{}", field.min, field.max));
    return Checked{};
  }
  for (const PolicyFlag& field : kPolicyFlags) {
    if (name == field.wire) return value.is_boolean() || value.is_null() ? Checked{} : wrong(path, "not a boolean");
  }
  return std::nullopt;
}

Checked check_members(const Json& object, const std::string& prefix, Owner owner) {
  for (const auto& item : object.items()) {
    const std::string path = prefix.empty() ? item.key() : prefix + "." + item.key();
    if (prefix == "failover.policy") {
      if (const auto policy = check_policy_field(item.key(), path, item.value())) {
        if (*policy) return *policy;
        continue;
      }
    }
    const Rule* rule = rule_at(path, owner);
    const bool parent = rules_below(path, owner);
    if (rule == nullptr && !parent) return wrong(path, "unknown member");
    if (item.value().is_null()) continue;
    if (rule != nullptr) {
      if (Checked bad = check_value(*rule, item.value())) return bad;
    } else if (!item.value().is_object()) {
      return wrong(path, "not an object");
    } else if (Checked bad = check_members(item.value(), path, owner)) {
      return bad;
    }
  }
  return std::nullopt;
}

// Group members are written in full, so that a GET shows what applies. The order of the list is the default priority.
Checked complete_group(Json& members) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < members.size(); ++i) {
    Json& member = members[i];
    const std::string path = fmt::format("failover.members[{}]", i);
    for (const auto& item : member.items()) {
      if (item.key() != "src" && item.key() != "enabled" && item.key() != "priority") {
        return wrong(path + "." + item.key(), "unknown member");
      }
    }
    if (!member.contains("src") || !member["src"].is_string() || member["src"] == "")
      return wrong(path + ".src", "missing");
    if (!seen.insert(member["src"].get<std::string>()).second) return wrong(path + ".src", "named twice");
    Json& enabled = member.emplace("enabled", false).first.value();
    if (!enabled.is_boolean()) return wrong(path + ".enabled", "not a boolean");
    Json& priority = member.emplace("priority", i + 1).first.value();
    if (!priority.is_number_integer() || priority < 0 || priority > 1'000'000) {
      return wrong(path + ".priority", "not an integer in 0–1000000");
    }
  }
  return std::nullopt;
}

// Tencent StreamLive: AttachedInput.FailOverSettings; an empty SecondaryInputId takes the fallback away.
Checked translate_tencent(Json& patch) {
  const auto found = patch.find("FailOverSettings");
  if (found == patch.end()) return std::nullopt;
  const Json settings = *found;
  patch.erase(found);
  if (!settings.is_object()) return wrong("FailOverSettings", "not an object");
  Json& policy = patch["failover"]["policy"];
  for (const auto& item : settings.items()) {
    if (item.key() == "SecondaryInputId") {
      if (!item.value().is_string()) return wrong("FailOverSettings.SecondaryInputId", "not a string");
      patch["fallback"] = {{"src", item.value()}, {"enabled", item.value() != ""}};
    } else if (item.key() == "LossThreshold") {
      policy["lossThresholdMs"] = item.value();
    } else if (item.key() == "RecoverBehavior") {
      policy["recovery"] = item.value();
    } else {
      return wrong("FailOverSettings." + item.key(), "unknown member");
    }
  }
  if (policy.is_null()) policy = Json::object();
  return std::nullopt;
}

Checked translate_spellings(Json& patch) {
  for (const char* group : {"failover", "fallback"}) {
    if (patch.contains(group) && !patch[group].is_object() && !patch[group].is_null())
      return wrong(group, "not an object");
  }
  if (patch.contains("failover") && patch["failover"].contains("policy") && !patch["failover"]["policy"].is_object() &&
      !patch["failover"]["policy"].is_null()) {
    return wrong("failover.policy", "not an object");
  }
  if (patch.contains("policy")) {
    if (!patch["policy"].is_object()) return wrong("policy", "not an object");
    patch["failover"]["policy"].merge_patch(patch["policy"]);
    patch.erase("policy");
  }
  if (patch.contains("failoverId")) {
    if (!patch["failoverId"].is_string()) return wrong("failoverId", "not a string");
    patch["fallback"] = {{"src", patch["failoverId"]}, {"enabled", patch["failoverId"] != ""}};
    patch.erase("failoverId");
  }
  return translate_tencent(patch);
}

// Two spellings of one group: the one that this patch sets wins.
void keep_one_spelling(const Json& patch, Json& settings) {
  const bool sets_members = patch.contains("failover") && patch["failover"].contains("members");
  if (sets_members && !patch.contains("fallback")) settings.erase("fallback");
  if (patch.contains("fallback") && !sets_members && settings.contains("failover"))
    settings["failover"].erase("members");
}

template <class T>
T member_or(const Json& object, const char* name, T otherwise) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? otherwise : found->get<T>();
}

const Json& part(const Json& settings, const char* name) {
  static const Json kEmpty = Json::object();
  const auto found = settings.find(name);
  return found == settings.end() || !found->is_object() ? kEmpty : *found;
}

Checked check_whole(const Json& settings) {
  const Json& fallback = part(settings, "fallback");
  if (member_or(fallback, "enabled", false) && member_or<std::string>(fallback, "src", "").empty()) {
    return wrong("fallback.src", "missing, though the fallback is enabled");
  }
  if (const Result<void> policy = validate(policy_of(settings)); !policy) {
    return wrong("failover.policy", policy.error().detail);
  }
  if (settings.dump(-1, ' ', false, Json::error_handler_t::replace).size() > kMaxSettingsBytes) {
    return Refused{Refusal::too_large, fmt::format("the settings would exceed {} bytes", kMaxSettingsBytes)};
  }
  return std::nullopt;
}

}  // namespace

Outcome<Json> merged_settings(Owner owner, const Json& current, Json patch) {
  if (Checked bad = translate_spellings(patch)) return *bad;
  if (Checked bad = check_members(patch, "", owner)) return *bad;
  const bool both = patch.contains("fallback") && patch["fallback"].is_object() && patch.contains("failover") &&
                    patch["failover"].is_object() && patch["failover"].contains("members");
  if (both) return wrong("failover.members", "given together with fallback; they are two spellings of one thing");
  if (patch.contains("failover") && patch["failover"].is_object() && patch["failover"].contains("members") &&
      patch["failover"]["members"].is_array()) {
    if (Checked bad = complete_group(patch["failover"]["members"])) return *bad;
  }
  Json settings = current;
  settings.merge_patch(patch);
  keep_one_spelling(patch, settings);
  if (Checked bad = check_whole(settings)) return *bad;
  return settings;
}

Policy policy_of(const Json& settings) {
  Policy policy;
  const Json& failover = part(settings, "failover");
  const Json& given = part(failover, "policy");
  for (const PolicyNumber& field : kPolicyNumbers) {
    policy.*field.member = member_or(given, field.wire, policy.*field.member);
  }
  for (const PolicyFlag& field : kPolicyFlags) {
    policy.*field.member = member_or(given, field.wire, policy.*field.member);
  }
  if (member_or<std::string>(given, "recovery", "") == "PRIMARY_PREFERRED")
    policy.recovery = Recovery::primary_preferred;
  const std::string standby = member_or<std::string>(given, "standby", "");
  if (standby == "warm") policy.standby = Standby::warm;
  if (standby == "hot") policy.standby = Standby::hot;
  if (member_or<std::string>(failover, "mode", "") == "flat") policy.mode = GroupMode::flat;
  return policy;
}

std::vector<GroupMember> members_of(const Json& settings) {
  std::vector<GroupMember> members;
  const Json& failover = part(settings, "failover");
  if (const auto list = failover.find("members"); list != failover.end() && list->is_array()) {
    for (const Json& member : *list) {
      members.push_back({member["src"], member["enabled"], member["priority"]});
    }
    return members;
  }
  const Json& fallback = part(settings, "fallback");
  const std::string src = member_or<std::string>(fallback, "src", "");
  if (!src.empty()) members.push_back({src, member_or(fallback, "enabled", false), 1});
  return members;
}

bool visible_difference(const Json& before, const Json& after) {
  for (const char* name : {"customization", "fallback", "failover"}) {
    if (part(before, name) != part(after, name)) return true;
  }
  return false;
}

}  // namespace understudy::companion
