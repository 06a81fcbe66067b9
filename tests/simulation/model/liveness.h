// Whether a benign environment leads out of a state: one member (or all) delivers continuously, time passes, the status says playing.
#pragma once

#include <optional>
#include <string>

#include "core/failover/controller.h"

namespace understudy::model {

/// How the others behave while one delivers.
enum class Others { deliver, refuse, fall_silent };
inline constexpr Others kOthers[] = {Others::deliver, Others::refuse, Others::fall_silent};

struct Rescue {
  std::size_t member = 0;  // who delivers
  Others others = Others::deliver;
  Duration took{};                    // until on_air
  std::optional<std::string> failed;  // what went wrong
};

/// Plays on from `c`, as of kNow, with `member` delivering.
Rescue rescue(failover::Controller c, const Policy& policy, std::size_t members, std::size_t member, Others others);

/// Within which time a rescue must lead to on_air.
Duration rescue_bound(const Policy& policy, std::size_t members);

}  // namespace understudy::model
