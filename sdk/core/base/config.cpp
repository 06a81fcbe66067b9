#include "understudy/config.h"

#include <set>
#include <string_view>

#include "core/base/policy_fields.h"

namespace understudy {
namespace {

constexpr std::size_t kMaxUrlBytes = 4096;
constexpr std::size_t kMaxPlainSources = 17;  // a primary and as many members as a status document may have
constexpr std::size_t kMaxEventLog = 1'000'000;

Unexpected invalid(std::string detail) { return fail(ErrorCode::invalid_config, std::move(detail)); }

Unexpected out_of_range(const PolicyNumber& field, std::int64_t value) {
  return invalid(std::string(field.name) + ": " + std::to_string(value) + " is not in " + std::to_string(field.min) +
                 "–" + std::to_string(field.max) + (field.zero_is_unset ? " and not 0" : ""));
}

Result<void> ordered(const char* low_name, std::int64_t low, const char* high_name, std::int64_t high) {
  if (low <= high) return {};
  return invalid(std::string(low_name) + ": " + std::to_string(low) + " exceeds " + high_name + " (" +
                 std::to_string(high) + ")");
}

bool has_control(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  }
  return false;
}

// The URL itself is never quoted: it may carry a token.
Result<void> check_url(const std::string& field, std::string_view url) {
  if (url.empty()) return invalid(field + ": empty");
  if (url.size() > kMaxUrlBytes) return invalid(field + ": longer than " + std::to_string(kMaxUrlBytes) + " bytes");
  if (has_control(url)) return invalid(field + ": control character in the URL");
  return {};
}

bool is_http(std::string_view url) { return url.rfind("http://", 0) == 0 || url.rfind("https://", 0) == 0; }

Result<void> check_plain_sources(const std::vector<PlainSource>& sources) {
  if (sources.size() > kMaxPlainSources) {
    return invalid("plain_sources: more than " + std::to_string(kMaxPlainSources));
  }
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::string field = "plain_sources[" + std::to_string(i) + "]";
    if (sources[i].name.empty()) return invalid(field + ".name: empty");
    if (!names.insert(sources[i].name).second) return invalid(field + ".name: \"" + sources[i].name + "\" twice");
    if (Result<void> url = check_url(field + ".url", sources[i].url); !url) return url;
  }
  return {};
}

}  // namespace

Result<void> validate(const Policy& policy) {
  for (const PolicyNumber& field : kPolicyNumbers) {
    const std::int64_t value = policy.*field.member;
    if (!in_range(field, value)) return out_of_range(field, value);
  }
  if (Result<void> r = ordered("probe_min_ms", policy.probe_min_ms, "probe_max_ms", policy.probe_max_ms); !r) return r;
  if (Result<void> r = ordered("clear_ms", policy.clear_ms, "max_clear_ms", policy.max_clear_ms); !r) return r;
  return ordered("target_live_offset_ms", policy.target_live_offset_ms, "max_live_offset_ms",
                 policy.max_live_offset_ms);
}

Result<void> validate(const SessionConfig& config) {
  if (config.status_url.empty() && config.plain_sources.empty() && config.last_known_document.empty()) {
    return fail(ErrorCode::no_source, "neither a status URL nor a source URL was given");
  }
  if (!config.status_url.empty()) {
    if (Result<void> url = check_url("status_url", config.status_url); !url) return url;
    if (!is_http(config.status_url)) return fail(ErrorCode::bad_url, "status_url: neither http nor https");
  }
  if (Result<void> sources = check_plain_sources(config.plain_sources); !sources) return sources;
  if (config.event_log_capacity < 1 || config.event_log_capacity > kMaxEventLog) {
    return invalid("event_log_capacity: " + std::to_string(config.event_log_capacity) + " is not in 1–" +
                   std::to_string(kMaxEventLog));
  }
  if (config.policy_override) return validate(*config.policy_override);
  return {};
}

}  // namespace understudy
