#include "settings.h"

#include <algorithm>

#include "core/base/policy_fields.h"

namespace understudy::simulation {

const Setting* find_setting(std::span<const Setting> settings, std::string_view name) {
  const auto it = std::find_if(settings.begin(), settings.end(), [&](const Setting& s) { return s.name == name; });
  return it == settings.end() ? nullptr : &*it;
}

std::int64_t value_of(const Values& values, std::span<const Setting> settings, std::string_view name) {
  const auto it = values.find(std::string(name));
  return it != values.end() ? it->second : find_setting(settings, name)->standard;
}

bool is_policy_setting(std::string_view name, std::int64_t value) {
  for (const PolicyNumber& field : kPolicyNumbers)
    if (name == field.wire) return in_range(field, value);
  for (const PolicyFlag& field : kPolicyFlags)
    if (name == field.wire) return value == 0 || value == 1;
  const Setting* choice = find_setting(kPolicyChoices, name);
  return choice != nullptr && choice->min <= value && value <= choice->max;
}

Policy policy_of(const Values& values) {
  Policy policy;
  const auto given = [&](const char* name) -> const std::int64_t* {
    const auto it = values.find(name);
    return it == values.end() ? nullptr : &it->second;
  };
  for (const PolicyNumber& field : kPolicyNumbers)
    if (const auto* value = given(field.wire)) policy.*field.member = *value;
  for (const PolicyFlag& field : kPolicyFlags)
    if (const auto* value = given(field.wire)) policy.*field.member = *value != 0;
  if (const auto* value = given("recovery")) policy.recovery = static_cast<Recovery>(*value);
  if (const auto* value = given("standby")) policy.standby = static_cast<Standby>(*value);
  if (const auto* value = given("mode")) policy.mode = static_cast<GroupMode>(*value);
  return policy;
}

}  // namespace understudy::simulation
