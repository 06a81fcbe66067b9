// What the engine costs: CPU time of one viewer per second of viewing, on virtual time. The simulated world around it (network,
// media) is measured with it and named apart, by turning the same world with an engine that has nothing to play.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>

#include "support/world/world.h"

namespace {

using namespace std::chrono_literals;
using understudy::world::World;

constexpr auto kViewed = 600s;

double cpu_us_per_viewer_second(const std::function<void(World&)>& prepare) {
  World world;
  prepare(world);
  const std::clock_t begin = std::clock();
  world.run_for(kViewed);
  const double us = 1e6 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  return us / static_cast<double>(std::chrono::seconds(kViewed).count());
}

void row(const char* what, const std::function<void(World&)>& prepare) {
  double best = cpu_us_per_viewer_second(prepare);
  for (int i = 0; i < 2; ++i) best = std::min(best, cpu_us_per_viewer_second(prepare));
  std::printf("%-44s %8.1f us\n", what, best);
}

}  // namespace

int main() {
  std::printf("CPU per simulated viewer-second, engine and world together, best of three runs of ten minutes\n");
  row("pre-live: polls only", [](World& w) { w.set_status("a", understudy::status::ChannelStatus::scheduled); });
  row("healthy playback, 2 s segments", [](World&) {});
  row("healthy playback, a group of three", [](World& w) { w.add_fallback("c"); });
  row("a failure every 30 s", [](World& w) {
    for (int i = 0; i < 20; ++i) w.origin(i % 2 == 0 ? "a" : "b").refuse().after(i * 30s + 10s).lasting(20s);
  });
  row("nobody delivers: probing", [](World& w) {
    w.origin("a").refuse();
    w.origin("b").refuse();
  });
  return 0;
}
