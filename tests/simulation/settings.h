// What a script may set, with defaults and ranges: one table, read by the drawing, the parser and the run.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "script.h"
#include "understudy/config.h"

namespace understudy::simulation {

struct Setting {
  const char* name;
  std::int64_t standard;
  std::int64_t min;
  std::int64_t max;
};

inline constexpr Setting kRunSettings[] = {
    {"seed", 1, 0, INT64_MAX},            // of the session
    {"end", 240'000, 1000, 86'400'000},   // ms
    {"heal", 120'000, 0, 86'400'000},     // ms; the safety phase ends, the liveness phase begins
    {"survivors", 1, 0, 31},              // bit i: member i is well in the liveness phase; 0: the primary is stopped instead
    {"outages", 1, 0, 100'000},           // how many of the script's troubles a viewer could notice
    {"bandwidth", 2'500'000, 20'000, 100'000'000},  // bytes per second
    {"latency", 20, 1, 2000},             // ms, one way
    {"late_answers", 0, 0, 1},            // answers to cancelled requests arrive nevertheless
    {"plain", 0, 0, 2},                   // 1: URLs beside the service; 2: URLs and no service
    {"ttl", 0, 0, 30'000},                // ttlMs of the document
    {"status", 5, 0, 12},                 // of the primary at the start, as status::ChannelStatus
};

inline constexpr Setting kSourceSettings[] = {
    {"segment", 2000, 480, 12'000},       // ms, whole frames
    {"phase", 0, 0, 12'000},              // ms, whole frames
    {"dated", 1, 0, 1},
    {"multivariant", 1, 0, 1},
    {"fmp4", 1, 0, 1},
    {"window", 6, 3, 60},
    {"first_msn", 0, 0, 1'000'000'000},
    {"delay", 100, 0, 60'000},            // ms
    {"jitter", 0, 0, 6000},               // ms
    {"skew", 0, -600'000, 600'000},       // ms
    {"drift", 0, -1000, 1000},            // ppm
    {"gop", 25, 1, 300},                  // frames
    {"bitrate", 2'000'000, 50'000, 20'000'000},
};

/// The numbers and flags of the policy by their names on the wire, and these.
inline constexpr Setting kPolicyChoices[] = {
    {"recovery", 0, 0, 1},
    {"standby", 0, 0, 2},
    {"mode", 0, 0, 1},
};

/// Null where there is no such setting.
const Setting* find_setting(std::span<const Setting> settings, std::string_view name);
/// What is set, or the default. REQUIRES: the name is in the table.
std::int64_t value_of(const Values& values, std::span<const Setting> settings, std::string_view name);
inline std::int64_t run_value(const Script& script, std::string_view name) { return value_of(script.run, kRunSettings, name); }

bool is_policy_setting(std::string_view name, std::int64_t value);
Policy policy_of(const Values& values);

}  // namespace understudy::simulation
