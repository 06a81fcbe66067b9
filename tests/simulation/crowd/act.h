// The acts: what happens to the servers of one channel, and what its viewers are expected to do about it. Plain data. All times
// count from the act's begin.
#pragma once

#include <string>
#include <vector>

#include "core/status/document.h"
#include "understudy/config.h"
#include "understudy/time.h"

namespace understudy::crowd {

enum class Place { primary, fallback, cache, service };
inline constexpr int kPlaces = 4;
std::string to_string(Place place);

enum class Fault {
  refuse,  // no connection; those that were open are reset
  silent,  // accepts, then nothing; bodies under way stand still
  errors,  // answers 503
  stale,   // an origin: nothing new is published
  ended,   // an origin: as stale, with EXT-X-ENDLIST
};

struct Outage {
  Place place = Place::primary;
  Fault fault = Fault::refuse;
  Duration from{};
  Duration until = Duration::max();
};

/// From then on the status document says this of the channel.
struct Edition {
  Duration from{};
  status::ChannelStatus status = status::ChannelStatus::playing;
};

/// What viewers are expected to come to, counted from the mark.
enum class Goal { on_fallback, on_primary, picture, stopped, nothing };

struct Act {
  std::string name;
  std::string title;
  std::vector<Outage> outages;
  std::vector<Edition> editions = {{}};
  Policy policy;
  Duration mark{};                 // the failure, the return: from here on peaks, stalls and arrivals are counted
  Goal goal = Goal::nothing;
  Place busiest = Place::fallback; // the host whose peak matters
  bool media_remains = true;       // somebody delivers all the time, so nobody may stall
  Duration end{};
};

/// All viewers come at random within the first of these, watch, and by then are in their steady state.
inline constexpr Duration kJoining = std::chrono::seconds(15);
inline constexpr Duration kSteadyFrom = std::chrono::seconds(52);
inline constexpr Duration kMark = std::chrono::seconds(62);

std::vector<std::string> known_acts();
/// REQUIRES: one of known_acts().
Act make_act(const std::string& name);

}  // namespace understudy::crowd
