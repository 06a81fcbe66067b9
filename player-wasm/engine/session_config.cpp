#include "session_config.h"

#include <nlohmann/json.hpp>

#include "core/base/policy_fields.h"

namespace understudy::wasm {
namespace {

using Json = nlohmann::json;

Unexpected invalid(const std::string& detail) { return fail(ErrorCode::invalid_config, detail); }

std::string text_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// One of the names, or an error that lists them.
template <class E, std::size_t N>
Result<void> set_enum(const std::string& name, const Json& value, E& field,
                      const std::pair<const char*, E> (&names)[N]) {
  std::string known;
  for (const auto& [text, e] : names) {
    if (value == text) {
      field = e;
      return {};
    }
    known += std::string(known.empty() ? "" : ", ") + text;
  }
  return invalid("policy." + name + ": " + value.dump(-1, ' ', false, Json::error_handler_t::replace) + " is none of " +
                 known);
}

Result<void> set_field(Policy& policy, const std::string& name, const Json& value) {
  for (const PolicyNumber& field : kPolicyNumbers) {
    if (name != field.wire) continue;
    if (!value.is_number_integer() || !in_range(field, value.get<std::int64_t>()))
      return invalid("policy." + name + ": " + value.dump(-1, ' ', false, Json::error_handler_t::replace) +
                     " is not a whole number from " + std::to_string(field.min) + " to " + std::to_string(field.max));
    policy.*field.member = value.get<std::int64_t>();
    return {};
  }
  for (const PolicyFlag& field : kPolicyFlags) {
    if (name != field.wire) continue;
    if (!value.is_boolean()) return invalid("policy." + name + " is not true or false");
    policy.*field.member = value.get<bool>();
    return {};
  }
  if (name == "recovery")
    return set_enum<Recovery>(
        name, value, policy.recovery,
        {{"CURRENT_PREFERRED", Recovery::current_preferred}, {"PRIMARY_PREFERRED", Recovery::primary_preferred}});
  if (name == "standby")
    return set_enum<Standby>(name, value, policy.standby,
                             {{"cold", Standby::cold}, {"warm", Standby::warm}, {"hot", Standby::hot}});
  if (name == "mode")
    return set_enum<GroupMode>(name, value, policy.mode,
                               {{"prioritized", GroupMode::prioritized}, {"flat", GroupMode::flat}});
  return invalid("policy." + name + ": there is no such setting");
}

Result<void> read_policy(const Json& json, SessionConfig& config) {
  if (!json.is_object()) return invalid("policy is not an object");
  Policy policy;
  for (const auto& [name, value] : json.items()) {
    if (auto set = set_field(policy, name, value); !set) return set;
  }
  config.policy_override = policy;
  return {};
}

Result<void> read_sources(const Json& json, SessionConfig& config) {
  if (!json.is_array()) return invalid("sources is not an array");
  for (const Json& source : json) {
    if (!source.is_object()) return invalid("sources: an entry is not an object");
    config.plain_sources.push_back({text_of(source, "name"), text_of(source, "url")});
  }
  return {};
}

}  // namespace

Result<SessionConfig> parse_config(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return invalid("the configuration is not a JSON object");
  SessionConfig config;
  config.status_url = text_of(json, "statusUrl");
  config.last_known_document = text_of(json, "lastKnownDocument");
  if (const std::string announcement = text_of(json, "defaultAnnouncement"); !announcement.empty())
    config.default_announcement = announcement;
  if (const auto seed = json.find("seed"); seed != json.end() && seed->is_number_unsigned())
    config.seed = seed->get<std::uint64_t>();
  if (const auto bound = json.find("maxBandwidth"); bound != json.end() && bound->is_number_unsigned())
    config.max_bandwidth = bound->get<std::uint64_t>();
  if (const auto sources = json.find("sources"); sources != json.end())
    if (auto read = read_sources(*sources, config); !read) return Unexpected{read.error()};
  if (const auto policy = json.find("policy"); policy != json.end() && !policy->is_null())
    if (auto read = read_policy(*policy, config); !read) return Unexpected{read.error()};
  if (auto valid = validate(config); !valid) return Unexpected{valid.error()};
  return config;
}

}  // namespace understudy::wasm
