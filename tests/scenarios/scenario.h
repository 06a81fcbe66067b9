// What every scenario includes. World here checks the invariants of FAILOVER.md 12 whenever time has passed.
// TRANSCRIPT=1 in the environment prints what the engine did, one output a line; EVERY_FRAME=1 turns the engine for every picture, as
// a front end with a display does, and not only when it asked for it.
#pragma once

#include <cstdlib>
#include <iostream>

#include "support/catch.h"
#include "support/world/world.h"

namespace understudy {

using namespace std::chrono_literals;
using status::ChannelStatus;

class World : public world::World {
 public:
  World() {
    turns_every_frame = std::getenv("EVERY_FRAME") != nullptr;
    keeps_transcript = std::getenv("TRANSCRIPT") != nullptr;
  }
  ~World() {
    if (std::getenv("TRANSCRIPT") != nullptr) std::cout << transcript() << std::endl;
  }
  void run_for(Duration d) {
    world::World::run_for(d);
    for (const std::string& violation : violations()) FAIL_CHECK(violation);
  }
  /// All switches so far had these reasons, in order.
  std::vector<Reason> switch_reasons() const {
    std::vector<Reason> reasons;
    for (const Event& e : events(EventType::switched)) reasons.push_back(e.reason);
    return reasons;
  }
  /// No frame was lost or repeated, and no picture came late.
  bool undisturbed() { return seen().lost() == 0 && seen().repeated() == 0 && seen().longest_gap() < from_ms(1); }
};

}  // namespace understudy
