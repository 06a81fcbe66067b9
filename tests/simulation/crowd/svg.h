// The picture of all acts: one row each, with the spreading rules on the left and without them on the right.
#pragma once

#include <string>
#include <vector>

#include "simulation/crowd/figures.h"

namespace understudy::crowd {

struct Performance {
  Act act;
  bool spread = true;
  Tally tally;
  Figures figures;
};

std::string draw(const std::vector<Performance>& performances, const std::string& caption);

}  // namespace understudy::crowd
