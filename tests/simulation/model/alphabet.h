// What can happen to a controller, as a small alphabet: how each member looks, what the status says, what the viewer does, how much
// time went by.
//
// The environment has no memory: at every step anything may be true that a session could show in the controller's present state (a
// member that nobody loads delivers nothing). That is more than any real environment can do, so what holds here holds there.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/failover/controller.h"

namespace understudy::model {

inline constexpr std::size_t kMaxMembers = 3;

/// How a member looks.
enum class Look : std::uint8_t {
  // not loaded
  able, not_playing, gone, healthy, stale,
  // loaded, to be shown or probed
  silent, delivers, refused, denied,
  // on the air
  well, doubted, late, late_thin, slow, lost_thin, lost_dry, broken, broken_dry, barred, removed,
  // a candidate
  ready, ready_early, unaligned, undecoded, behind, ready_slow, ready_gone, ready_late,
};
std::string_view to_string(Look look);

/// What holds for all.
enum class Weather : std::uint8_t {
  fair, unknown, primary_off, stopping, stop, alias_off, stop_timeout, network_down, unaffordable, paused,
};
std::string_view to_string(Weather weather);

struct Event {
  enum class Kind : std::uint8_t { see, first_frame, switched, switch_to, next, rejoin } kind = Kind::see;
  Weather weather = Weather::fair;
  std::uint8_t member = 0;                  // of a command
  std::uint8_t later = 0;                   // index into kSteps
  std::uint8_t luck = 0;                    // which draws
  std::array<Look, kMaxMembers> looks{};
};
std::string to_string(const Event& event, std::size_t members);

// At once, a tick, longer than a candidate is waited for, than anything but penalties of the past, than the window of ten minutes.
inline constexpr std::array<Duration, 5> kSteps = {Duration::zero(), std::chrono::seconds(1), std::chrono::seconds(4),
                                                   std::chrono::seconds(61), std::chrono::minutes(11)};
inline constexpr std::array<std::uint64_t, 3> kLucks = {3, 8, 21};

failover::View view_of(const failover::Controller& c, const Event& event, std::size_t members, Instant now);

/// Everything that may happen next; `see` events with step and luck 0, for the explorer to vary.
std::vector<Event> events_of(const failover::Controller& c, std::size_t members);

}  // namespace understudy::model
