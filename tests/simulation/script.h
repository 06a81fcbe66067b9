// A script is all that a run depends on: what the world and the viewer are set to, and what goes wrong when. It is drawn from a
// seed, printed, parsed, and made smaller. As text, one statement a line, times in milliseconds from the start:
//
//   understudy-script 1
//   set run seed=7 end=600000 heal=480000
//   set policy lossThresholdMs=1500
//   set source b segment=6000 phase=480
//   at 30000 refuse a for 5000
//   at 61000 answer a x=503 y=20 for 30000
//
// A setting that is not named has its default, which is the world's ordinary one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/result.h"

namespace understudy::simulation {

using Values = std::map<std::string, std::int64_t>;

struct Fault {
  std::int64_t at = 0;    // ms
  std::string kind;       // see faults.h
  std::string on;         // a member's name, or "*": whoever is on the screen then; empty where the kind has no member
  std::int64_t x = 0;     // what they mean depends on the kind
  std::int64_t y = 0;
  std::int64_t lasts = 0; // ms; 0: until the end of the run, or no duration at all
  friend bool operator==(const Fault&, const Fault&) = default;
};

struct Script {
  Values run;                            // of the run and the viewer, see settings.h
  Values policy;                         // names as in the status document; recovery, standby and mode as numbers
  std::map<std::string, Values> sources; // by member; "a" is the primary. Every member has an entry
  std::vector<Fault> faults;             // by time
  friend bool operator==(const Script&, const Script&) = default;
};

/// Most members that a script can have: "a" to "e".
inline constexpr std::size_t kMaxSources = 5;
inline constexpr std::size_t kMaxFaults = 2000;

std::string to_text(const Script& script);
/// Error: bad_trace, naming the line. Names and ranges are checked.
Result<Script> parse_script(std::string_view text);

}  // namespace understudy::simulation
