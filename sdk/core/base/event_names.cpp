// The stable names of event types, reasons and states: reports, traces and notifications carry them.
#include <array>

#include "understudy/event.h"

namespace understudy {

namespace {

template <std::size_t N>
std::string_view name_of(const std::array<std::string_view, N>& names, std::size_t index) {
  return index < N ? names[index] : "unknown";
}

constexpr std::array<std::string_view, 16> kEventTypes = {
    "status_changed", "pre_live",  "started", "source_ready", "health_changed", "intent_to_fallback", "hedge_started", "hedge_cancelled",
    "committed",      "switched",  "recovered", "stalled",    "resumed",        "offline",            "stopped",       "error"};

constexpr std::array<std::string_view, 33> kReasons = {"none",
                                                       "connect_failed",
                                                       "reset",
                                                       "http_error",
                                                       "first_byte_timeout",
                                                       "body_stalled",
                                                       "trickle",
                                                       "playlist_stale",
                                                       "playlist_error",
                                                       "missing_segment",
                                                       "truncated_segment",
                                                       "corrupt_segment",
                                                       "sequence_restart",
                                                       "discontinuity_jump",
                                                       "window_emptied",
                                                       "end_of_list",
                                                       "input_loss",
                                                       "health_metric",
                                                       "decode_error",
                                                       "start_timeout",
                                                       "access_denied",
                                                       "status_not_playing",
                                                       "source_removed",
                                                       "failback",
                                                       "manual",
                                                       "primary_stopped",
                                                       "alias_deactivated",
                                                       "channel_deleted",
                                                       "start",
                                                       "restart",
                                                       "end_of_stream",
                                                       "app",
                                                       "network_down"};
static_assert(kReasons.size() == static_cast<std::size_t>(Reason::network_down) + 1);
static_assert(kEventTypes.size() == static_cast<std::size_t>(EventType::error) + 1);

constexpr std::array<std::string_view, 6> kSourceStates = {"active", "hot", "warm", "cold", "unhealthy", "disabled"};
constexpr std::array<std::string_view, 4> kAlignments = {"none", "program_date_time", "audio", "live_edge"};

}  // namespace

std::string_view to_string(EventType type) { return name_of(kEventTypes, static_cast<std::size_t>(type)); }
std::string_view to_string(Reason reason) { return name_of(kReasons, static_cast<std::size_t>(reason)); }
std::string_view to_string(SourceState state) { return name_of(kSourceStates, static_cast<std::size_t>(state)); }
std::string_view to_string(Alignment alignment) { return name_of(kAlignments, static_cast<std::size_t>(alignment)); }

}  // namespace understudy
