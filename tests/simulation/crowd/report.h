// What is printed of a crowd, and crowd.json.
#pragma once

#include <string>
#include <vector>

#include "simulation/crowd/options.h"
#include "simulation/crowd/svg.h"

namespace understudy::crowd {

/// One act as lines of a table: a line for each host, then what viewers saw.
std::string table_head();
std::string table_rows(const Performance& performance);
std::string json(const Options& options, const std::vector<Performance>& performances, std::int64_t cpu_ms);

/// What was to be reached and was not, in words.
std::vector<std::string> not_reached(const std::vector<Performance>& performances);

}  // namespace understudy::crowd
