// The command line of the soak.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace understudy::soak {

struct Options {
  double minutes = 2;
  std::uint64_t seed = 1;
  std::string folder = "build/soak";
  bool list = false;
};

struct Exit {
  int code = 0;
  std::string text;
};

std::variant<Options, Exit> parse_options(int argc, const char* const* argv);

}  // namespace understudy::soak
