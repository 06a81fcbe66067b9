#include "simulation/checkers/all.h"

namespace understudy::simulation {

Checkers all_checkers(const Truth& truth) {
  Checkers all;
  for (const auto make : {stop_is_obeyed, only_able_members, no_stall, something_on_screen, content_runs_forwards,
                          switches_are_bounded, status_loss_is_harmless, hedges_stay_in_budget, requests_are_bounded,
                          polls_are_spread, one_switched_event, replays_alike, nothing_remains})
    all.push_back(make(truth));
  return all;
}

}  // namespace understudy::simulation
