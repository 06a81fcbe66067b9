// The failover policy as a table: name on the wire, member, range. Validation refuses by it, the status document clamps by
// it, and writing goes through it too, so that a new field is added in one place.
#pragma once

#include <cstdint>

#include "understudy/config.h"

namespace understudy {

struct PolicyNumber {
  const char* name;    // as in Policy
  const char* wire;    // as in the status document
  std::int64_t Policy::* member;
  std::int64_t min;
  std::int64_t max;
  bool zero_is_unset;  // 0 means "not set" and is allowed below min
};

struct PolicyFlag {
  const char* wire;
  bool Policy::* member;
};

inline constexpr PolicyNumber kPolicyNumbers[] = {
    {"poll_ms", "pollMs", &Policy::poll_ms, 250, 60'000, false},
    {"startup_timeout_ms", "startupTimeoutMs", &Policy::startup_timeout_ms, 500, 60'000, false},
    {"startup_hedge_ms", "startupHedgeMs", &Policy::startup_hedge_ms, 100, 60'000, false},
    {"target_live_offset_ms", "targetLiveOffsetMs", &Policy::target_live_offset_ms, 1000, 120'000, true},
    {"max_live_offset_ms", "maxLiveOffsetMs", &Policy::max_live_offset_ms, 3000, 600'000, false},
    {"loss_threshold_ms", "lossThresholdMs", &Policy::loss_threshold_ms, 1000, 86'400'000, false},
    {"hedge_budget_percent", "hedgeBudgetPercent", &Policy::hedge_budget_percent, 0, 100, false},
    {"penalty_ms", "penaltyMs", &Policy::penalty_ms, 1000, 3'600'000, false},
    {"max_hold_ms", "maxHoldMs", &Policy::max_hold_ms, 0, 60'000, false},
    {"probe_min_ms", "probeMinMs", &Policy::probe_min_ms, 100, 60'000, false},
    {"probe_max_ms", "probeMaxMs", &Policy::probe_max_ms, 500, 600'000, false},
    {"clear_ms", "clearMs", &Policy::clear_ms, 1000, 3'600'000, false},
    {"max_clear_ms", "maxClearMs", &Policy::max_clear_ms, 1000, 86'400'000, false},
    {"voluntary_switches", "voluntarySwitches", &Policy::voluntary_switches, 0, 100, false},
    {"failback_spread_ms", "failbackSpreadMs", &Policy::failback_spread_ms, 0, 600'000, false},
    {"hot_members", "hotMembers", &Policy::hot_members, 0, 16, false},
};

inline constexpr PolicyFlag kPolicyFlags[] = {
    {"startOnFallback", &Policy::start_on_fallback},
    {"autoRestart", &Policy::auto_restart},
    {"keepFallbackOnTimeout", &Policy::keep_fallback_on_timeout},
};

constexpr bool in_range(const PolicyNumber& field, std::int64_t value) {
  return (field.zero_is_unset && value == 0) || (field.min <= value && value <= field.max);
}

constexpr std::int64_t clamped(const PolicyNumber& field, std::int64_t value) {
  if (in_range(field, value)) return value;
  return value < field.min ? field.min : field.max;
}

}  // namespace understudy
