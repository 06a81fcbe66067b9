#include "simulation/crowd/crowd.h"

#include <chrono>
#include <cstdio>
#include <ctime>

#include "simulation/crowd/figures.h"
#include "simulation/crowd/options.h"
#include "simulation/crowd/play.h"

namespace {

using namespace understudy;
using namespace understudy::crowd;

void print(const Act& act, bool spread, const Figures& f, double seconds) {
  std::printf("%-9s %-7s", act.name.c_str(), spread ? "spread" : "plain");
  for (const Load& l : f.load)
    std::printf(" | %8lld %8lld %8lld %8lld", static_cast<long long>(l.before), static_cast<long long>(l.after),
                static_cast<long long>(l.early_peak), static_cast<long long>(l.peak));
  std::printf(" | ratio %lld tenth %lld whole %lld", static_cast<long long>(f.ratio_permille), static_cast<long long>(f.tenth_permille),
              static_cast<long long>(f.whole_permille));
  std::printf(" | stalls %lld (%lld ms, early %lld) reach %lld: %lld %lld %lld lost %lld rep %lld idle %lld  %.1f s\n",
              static_cast<long long>(f.stalled_per_100k), static_cast<long long>(f.stalled_ms_mean),
              static_cast<long long>(f.early_stalls_per_100k), static_cast<long long>(f.reached_per_100k),
              static_cast<long long>(f.reached_ms[0]), static_cast<long long>(f.reached_ms[1]),
              static_cast<long long>(f.reached_ms[2]), static_cast<long long>(f.frames_lost),
              static_cast<long long>(f.frames_repeated), static_cast<long long>(f.idle_hedges_per_1k_hours), seconds);
  std::fflush(stdout);
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
  for (const std::string& name : options->acts.empty() ? known_acts() : options->acts) {
    for (const bool spread : {true, false}) {
      if (spread ? !options->with_spread : !options->without_spread) continue;
      const Act act = make_act(name);
      const std::clock_t begin = std::clock();
      const Tally tally = play(act, {spread ? options->controllers : options->plain_controllers, options->seed, options->jobs,
                                     from_ms(options->segment_ms), spread});
      print(act, spread, figures_of(act, tally, options->viewers), static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    }
  }
  return 0;
}
