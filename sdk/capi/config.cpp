#include <iterator>
#include <new>
#include <string_view>

#include "capi/handles.h"
#include "core/base/policy_fields.h"

using namespace understudy;

namespace {

struct Flag {
  std::string_view name;
  bool Policy::*member;
};
constexpr Flag kFlags[] = {
    {"start_on_fallback", &Policy::start_on_fallback},
    {"auto_restart", &Policy::auto_restart},
    {"keep_fallback_on_timeout", &Policy::keep_fallback_on_timeout},
};
static_assert(std::size(kFlags) == std::size(kPolicyFlags));

template <class E>
bool set_enum(E& field, std::int64_t value, E last) {
  if (value < 0 || value > static_cast<std::int64_t>(last)) return false;
  field = static_cast<E>(value);
  return true;
}

bool set(Policy& policy, std::string_view name, std::int64_t value) {
  for (const PolicyNumber& number : kPolicyNumbers) {
    if (name != number.name) continue;
    policy.*number.member = value;
    return in_range(number, value);
  }
  for (const Flag& flag : kFlags) {
    if (name != flag.name) continue;
    policy.*flag.member = value != 0;
    return value == 0 || value == 1;
  }
  if (name == "recovery") return set_enum(policy.recovery, value, Recovery::primary_preferred);
  if (name == "standby") return set_enum(policy.standby, value, Standby::hot);
  if (name == "mode") return set_enum(policy.mode, value, GroupMode::flat);
  return false;
}

}  // namespace

extern "C" {

understudy_config* understudy_config_create(void) { return new (std::nothrow) understudy_config; }
void understudy_config_destroy(understudy_config* config) { delete config; }

void understudy_config_set_status_url(understudy_config* config, const char* url) { config->config.status_url = url; }
void understudy_config_add_source(understudy_config* config, const char* name, const char* url) {
  config->config.plain_sources.push_back({name, url});
}
void understudy_config_set_last_known_document(understudy_config* config, const char* json) {
  config->config.last_known_document = json;
}
void understudy_config_set_default_announcement(understudy_config* config, const char* text) {
  config->config.default_announcement = text;
}
void understudy_config_set_seed(understudy_config* config, uint64_t seed) { config->config.seed = seed; }
void understudy_config_set_max_bandwidth(understudy_config* config, uint64_t bits_per_second) {
  config->config.max_bandwidth = bits_per_second;
}

int understudy_config_set_policy(understudy_config* config, const char* name, int64_t value) {
  Policy policy = config->config.policy_override.value_or(Policy{});
  if (!set(policy, name, value)) return static_cast<int>(ErrorCode::invalid_config);
  config->config.policy_override = policy;
  return 0;
}

int understudy_config_validate(const understudy_config* config) {
  const auto valid = validate(config->config);
  return valid ? 0 : static_cast<int>(valid.error().code);
}

}  // extern "C"
