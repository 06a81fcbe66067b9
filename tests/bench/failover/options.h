// The command line of the bench; each option is also an environment variable, for `make bench-failover`.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "cases.h"

namespace understudy::bench::failover {

struct Options {
  enum class Extent { cover, quick, full };
  Extent extent = Extent::cover;
  int jobs = 3;
  int repeat = 1;
  std::string only;
  std::uint64_t seed = 1;
  std::string folder = "build/bench";
  std::string web;  // "webcodecs", "software" or "both": the player in the browser; empty: the desktop player
  bool check = false;
  bool list = false;
};

struct Exit {
  int code = 0;
  std::string text;
};

std::variant<Options, Exit> parse_options(int argc, const char* const* argv);

/// In the order in which they are run.
std::vector<Case> cases_of(const Options& options);

}  // namespace understudy::bench::failover
