// What holds at every step of a controller, whatever the environment does.
#pragma once

#include <string>
#include <vector>

#include "alphabet.h"

namespace understudy::model {

struct Step {
  const failover::Controller& before;
  const failover::View& view;
  const std::vector<failover::Decision>& decisions;
  const failover::Controller& after;
  const Policy& policy;
  int failbacks;  // commits of failbacks within the window, this step's counted
};

struct Broken {
  std::string rule;
  std::string what;
};

/// Rules on one evaluation.
std::vector<Broken> broken_rules(const Step& step);
/// Rules on what an evaluation leaves: the same view comes to rest, and is not needed again before the deadline.
std::vector<Broken> broken_by_waiting(const std::vector<failover::Decision>& decisions, const failover::Controller& after,
                                      failover::View view);

/// All rules, for the report.
struct Rule {
  std::string_view name;
  std::string_view means;
};
const std::vector<Rule>& all_rules();

}  // namespace understudy::model
