// The command line of `understudy-sim crowd`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "understudy/result.h"

namespace understudy::crowd {

struct Options {
  std::int64_t viewers = 1'000'000;
  std::int64_t controllers = 10'000;  // real engines; each stands for viewers / controllers
  std::int64_t plain_controllers = 0; // of the runs without spreading; 0: a quarter of the others, at least 1000
  std::uint64_t seed = 1;
  int jobs = 0;                       // 0: as many as there are cores
  std::string out = "build/crowd";
  bool with_spread = true;            // simulate with the rules of FAILOVER.md 10
  bool without_spread = true;         // simulate without them
  std::vector<std::string> acts;      // empty: all
  std::int64_t segment_ms = 2000;
  std::string standby = "cold";      // of the policy
  bool help = false;
};

std::string usage();
/// `argv[0]` is skipped. Error: invalid_config, saying what is wrong.
Result<Options> parse_options(int argc, char** argv);

}  // namespace understudy::crowd
