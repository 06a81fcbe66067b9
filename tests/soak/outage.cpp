#include "outage.h"

#include <fmt/format.h>

#include <array>

namespace understudy::soak {
namespace {

using Kind = OutageKind;

constexpr std::array<Kind, 4> kFirst = {Kind::primary_fault, Kind::status_lost, Kind::both_fault, Kind::stopped};
// By weight: as often as listed.
constexpr std::array<Kind, 14> kAny = {
    Kind::primary_fault,  Kind::primary_fault,    Kind::primary_fault, Kind::primary_fault, Kind::fallback_fault,
    Kind::fallback_fault, Kind::both_fault,       Kind::both_fault,    Kind::status_lost,   Kind::service_killed,
    Kind::stopped,        Kind::fallback_stopped, Kind::edited,        Kind::edited};

constexpr std::array<std::string_view, 8> kNames = {"primary_fault",    "fallback_fault", "both_fault",
                                                    "status_lost",      "service_killed", "stopped",
                                                    "fallback_stopped", "edited"};

}  // namespace

std::string_view to_string(OutageKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

bool leaves_a_source(OutageKind kind) {
  return kind != Kind::both_fault && kind != Kind::service_killed && kind != Kind::stopped;
}

Outage Outages::next() {
  Outage o;
  o.kind = drawn_ < kFirst.size() ? kFirst[drawn_] : kAny[below(kAny.size())];
  ++drawn_;
  o.hold_s = 6 + static_cast<double>(below(10'000)) / 1000;
  if (o.kind == Kind::both_fault) o.hold_s = 8 + static_cast<double>(below(8'000)) / 1000;
  if (o.kind == Kind::service_killed) o.hold_s = 1 + static_cast<double>(below(9'000)) / 1000;
  if (o.kind == Kind::primary_fault || o.kind == Kind::fallback_fault || o.kind == Kind::both_fault)
    o.fault = draw_fault();
  if (o.kind == Kind::edited) o.edit = draw_edit();
  return o;
}

Json Outages::draw_fault() {
  static const std::array<Json, 14> kFaults = {{
      {{"fault", "refuse"}},
      {{"fault", "reset"}},
      {{"fault", "black_hole"}},
      {{"fault", "trickle"}, {"bytes_per_second", 2000}},
      {{"fault", "slow_first_byte"}, {"delay_ms", 20000}},
      {{"fault", "segment_404"}},
      {{"fault", "http_503"}},
      {{"fault", "stale_playlist"}},
      {{"fault", "missing_segment"}, {"count", 2}},
      {{"fault", "truncated"}},
      {{"fault", "corrupt"}},
      {{"fault", "sequence_restart"}},
      {{"fault", "endlist"}},
      {{"fault", "drop"}},
  }};
  Json fault = kFaults[below(kFaults.size())];
  fault["seed"] = below(1000);
  if (below(4) == 0) fault["probability"] = 0.3 + 0.1 * static_cast<double>(below(5));
  return fault;
}

Json Outages::draw_edit() {
  const std::array<Json, 5> edits = {{
      {{"customization", {{"announcement", fmt::format("Edited {}.", drawn_)}}}},
      {{"policy", {{"recovery", below(2) == 0 ? "PRIMARY_PREFERRED" : "CURRENT_PREFERRED"}}}},
      {{"policy", {{"standby", below(2) == 0 ? "warm" : "cold"}}}},
      {{"policy", {{"lossThresholdMs", 1000 + 500 * below(9)}}}},
      {{"metadata", {{"edit", drawn_}}}},
  }};
  return edits[below(edits.size())];
}

std::string to_text(const Outage& o) {
  std::string text = fmt::format("{} for {:.1f} s", to_string(o.kind), o.hold_s);
  if (!o.fault.is_null()) text += fmt::format(" {}", o.fault.dump());
  if (!o.edit.is_null()) text += fmt::format(" {}", o.edit.dump());
  return text;
}

}  // namespace understudy::soak
