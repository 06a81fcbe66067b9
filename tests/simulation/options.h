// The command line of understudy-sim.
#pragma once

#include <cstdint>
#include <string>

#include "draw.h"
#include "understudy/result.h"

namespace understudy::simulation {

struct Options {
  std::uint64_t seed = 1;
  std::int64_t runs = 100;
  int jobs = 0;             // 0: as many as there are processors
  DrawOptions draw;
  std::string replay;       // a file; empty: draw from the seed
  std::string out = ".";    // where scripts and traces of violations go
  int shrink_budget = 300;  // re-runs per violation that is reported
  bool verbose = false;
  bool print = false;       // the drawn scripts, and nothing is run
  bool kinds = false;       // list them
  bool help = false;
};

extern const char* const kUsage;
/// Error: invalid_config, saying what is wrong.
Result<Options> parse_options(int argc, char** argv);

}  // namespace understudy::simulation
