// All that a controller remembers, read and brought into a canonical form.
//
// Two controllers whose memory is equal decide alike for ever, so the explorer visits each memory once. For that the memory has to be
// whole: private members are reached by explicit instantiation, which the language exempts from access checks, so the production
// code needs no hooks. A member that is missed here would merge states that differ; audit.h looks for that.
//
// Canonical means: the present is always kNow; instants that are over are equal; drawn times are rounded to the tick (each rounded
// value could have been drawn); what is further away than anything the alphabet counts out is simply *far* (see README.md).
#pragma once

#include <cstdint>
#include <string>

#include "core/failover/controller.h"

namespace understudy::model {

inline constexpr Instant kNow{std::chrono::hours(1)};
inline constexpr Duration kTick = std::chrono::seconds(1);
// Beyond this a time is only waited for by the long steps, and its exact length does not matter.
inline constexpr Duration kFar = std::chrono::seconds(7);

/// Brings the memory, as of `now`, into its canonical form, as of kNow.
void normalise(failover::Controller& c, const Policy& policy, Instant now);

/// The canonical memory as bytes. What only reports read (times and detailed reasons of the loss) is left out.
std::string memory_of(const failover::Controller& c);

/// The next draws come from this seed.
void reseed(failover::Controller& c, std::uint64_t seed);
/// Something was drawn since reseed(seed).
bool has_drawn(const failover::Controller& c, std::uint64_t seed);

struct Insight {
  bool losing = false;
  bool first_frame = false;
  bool manual = false;
  std::vector<bool> probing;          // per member
  std::vector<Standby> standby;       // per member
};
Insight look_into(const failover::Controller& c, std::size_t members);

}  // namespace understudy::model
