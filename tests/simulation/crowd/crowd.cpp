#include "simulation/crowd/crowd.h"

#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "simulation/crowd/play.h"
#include "simulation/crowd/report.h"

namespace {

using namespace understudy;
using namespace understudy::crowd;

std::string told(const Options& o) {
  return std::to_string(o.viewers) + " viewers (" + std::to_string(o.controllers) + " engines, seed " + std::to_string(o.seed) +
         "), segments of " + std::to_string(o.segment_ms) + " ms, standby " + o.standby;
}

Performance perform(const Options& options, const std::string& name, bool spread) {
  Act act = make_act(name);
  act.policy.standby = options.standby == "hot" ? Standby::hot : options.standby == "warm" ? Standby::warm : Standby::cold;
  const Crowd crowd{spread ? options.controllers : options.plain_controllers, options.seed, options.jobs, from_ms(options.segment_ms),
                    spread};
  Performance p{act, spread, play(act, crowd), {}};
  p.figures = figures_of(p.act, p.tally, options.viewers);
  return p;
}

bool write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) std::fprintf(stderr, "crowd: can't write %s\n", path.string().c_str());
  return static_cast<bool>(file);
}

}  // namespace

int crowd_main(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) {
    std::fprintf(stderr, "crowd: %s\n%s", options.error().detail.c_str(), usage().c_str());
    return 2;
  }
  if (options->help) {
    std::fputs(usage().c_str(), stdout);
    return 0;
  }
  std::printf("crowd: %s\n%s", told(*options).c_str(), table_head().c_str());
  std::vector<Performance> performances;
  for (const std::string& name : options->acts.empty() ? known_acts() : options->acts) {
    for (const bool spread : {true, false}) {
      if (spread ? !options->with_spread : !options->without_spread) continue;
      performances.push_back(perform(*options, name, spread));
      std::fputs(table_rows(performances.back()).c_str(), stdout);
      std::fflush(stdout);
    }
  }
  const auto cpu_ms = static_cast<std::int64_t>(std::clock()) * 1000 / CLOCKS_PER_SEC;
  std::error_code ignored;  // writing tells
  std::filesystem::create_directories(options->out, ignored);
  const std::filesystem::path out = options->out;
  const bool written = write(out / "crowd.json", json(*options, performances, cpu_ms)) &&
                       write(out / "crowd.svg", draw(performances, told(*options)));
  const auto missed = not_reached(performances);
  for (const std::string& what : missed) std::printf("NOT REACHED %s\n", what.c_str());
  std::printf("%s and crowd.svg written, %.1f s of processor time\n", (out / "crowd.json").string().c_str(),
              static_cast<double>(cpu_ms) / 1000);
  return missed.empty() && written ? 0 : 1;
}
