// Plays drawn runs on the core that it is linked with, until a checker of a given name reports.
//
//   mutant_NAME --checker no_stall --runs 200 [--seed 1] [--minutes 6] [--only kind,kind]   → "caught SEED MS what" and 0, or "missed" and 1
//   mutant_none --checker '*' …                                                            → any checker counts
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <set>
#include <string>

#include "simulation/draw.h"
#include "simulation/run.h"

namespace understudy::simulation {
namespace {

struct Options {
  std::string checker;
  std::uint64_t seed = 1;
  std::int64_t runs = 1;
  DrawOptions draw;
};

constexpr const char* kUsage = "usage: mutant --checker NAME|* [--seed N] [--runs M] [--minutes N] [--only KIND,KIND]\n";

std::set<std::string> split(const std::string& list) {
  std::set<std::string> parts;
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    parts.insert(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::optional<Options> parse(int argc, char** argv) {
  Options o;
  o.draw.minutes = 6;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::string value = argv[i + 1];
    if (name == "--checker") o.checker = value;
    else if (name == "--seed") o.seed = std::strtoull(value.c_str(), nullptr, 10);
    else if (name == "--runs") o.runs = std::strtoll(value.c_str(), nullptr, 10);
    else if (name == "--minutes") o.draw.minutes = std::strtoll(value.c_str(), nullptr, 10);
    else if (name == "--only") o.draw.only = split(value);
    else return std::nullopt;
  }
  if (argc % 2 == 0 || o.checker.empty() || o.runs < 1) return std::nullopt;
  return o;
}

int play(const Options& o) {
  for (std::int64_t run_number = 0; run_number < o.runs; ++run_number) {
    const std::uint64_t seed = o.seed + static_cast<std::uint64_t>(run_number);
    const Outcome outcome = run(draw(seed, o.draw));
    for (const Violation& v : outcome.violations) {
      if (o.checker != "*" && v.checker != o.checker) continue;
      std::printf("caught %llu %lld %s: %s\n", static_cast<unsigned long long>(seed),
                  static_cast<long long>(to_ms(v.at.time_since_epoch()) - 1'000'000), v.checker.c_str(), v.what.c_str());
      return 0;
    }
  }
  std::printf("missed\n");
  return 1;
}

}  // namespace
}  // namespace understudy::simulation

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--help") == 0) return std::fputs(understudy::simulation::kUsage, stdout), 0;
  const auto options = understudy::simulation::parse(argc, argv);
  if (!options) return std::fputs(understudy::simulation::kUsage, stderr), 2;
  return understudy::simulation::play(*options);
}
