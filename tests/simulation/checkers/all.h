// One maker for each checker, so that each can stay in a file of its own.
#pragma once

#include "simulation/checkers/checker.h"

namespace understudy::simulation {

using CheckerPtr = std::unique_ptr<Checker>;

CheckerPtr stop_is_obeyed(const Truth& truth);           // 1
CheckerPtr only_able_members(const Truth& truth);        // 2
CheckerPtr no_stall(const Truth& truth);                 // 3
CheckerPtr something_on_screen(const Truth& truth);      // 4
CheckerPtr content_runs_forwards(const Truth& truth);    // 5
CheckerPtr switches_are_bounded(const Truth& truth);     // 6
CheckerPtr status_loss_is_harmless(const Truth& truth);  // 7
CheckerPtr hedges_stay_in_budget(const Truth& truth);    // 8
CheckerPtr requests_are_bounded(const Truth& truth);     // 9
CheckerPtr polls_are_spread(const Truth& truth);         // 9, and section 10
CheckerPtr one_switched_event(const Truth& truth);       // 10
CheckerPtr replays_alike(const Truth& truth);            // 10
CheckerPtr nothing_remains(const Truth& truth);          // 11

}  // namespace understudy::simulation
