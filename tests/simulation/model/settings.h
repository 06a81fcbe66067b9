// The policies that are explored, and how deep in CI.
#pragma once

#include <vector>

#include "explorer.h"

namespace understudy::model {

const std::vector<Setting>& all_settings();

}  // namespace understudy::model
