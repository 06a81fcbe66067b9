// How many seconds of viewing one second of CPU time simulates: `world_speed --minutes 120 --runs 3`.
// A figure, never a verdict; the last line is JSON.
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <iostream>

#include "support/world/world.h"

namespace {

using namespace std::chrono_literals;
using understudy::Duration;
using understudy::world::World;

struct Options {
  int minutes = 120;
  int runs = 1;
  std::string only;
};

struct Kind {
  const char* name;
  std::function<void(World&, Duration)> prepare;
};

// A fault every two minutes, of every sort in turn, on whichever source it hits.
void trouble(World& world, Duration length) {
  int i = 0;
  for (Duration at = 30s; at < length; at += 2min, ++i) {
    auto& origin = world.origin(i / 8 % 2 == 0 ? "a" : "b");
    switch (i % 8) {
      case 0: origin.refuse().after(at).lasting(40s); break;
      case 1: origin.black_hole().after(at).lasting(40s); break;
      case 2: origin.fail_segments(404).after(at).lasting(30s); break;
      case 3: origin.trickle(60'000).after(at).lasting(40s); break;
      case 4: origin.go_stale().after(at).lasting(40s); break;
      case 5: origin.corrupt_segments(3).after(at); break;
      case 6: world.network_down().after(at).lasting(20s); break;
      default: origin.restart().after(at); break;
    }
  }
}

const Kind kKinds[] = {
    {"plain", [](World&, Duration) {}},
    {"faults", trouble},
    {"hot", [](World& world, Duration length) {
       world.policy().standby = understudy::Standby::hot;
       world.add_fallback("c");
       trouble(world, length);
     }},
    {"nobody delivers", [](World& world, Duration) {
       world.origin("a").refuse();
       world.origin("b").refuse();
     }},
};

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double measure(const Kind& kind, const Options& options, double& viewed) {
  double spent = 0;
  for (int run = 0; run < options.runs; ++run) {
    const double begin = cpu_seconds();
    World world;
    world.config.seed = static_cast<std::uint64_t>(run + 1);
    const Duration length = std::chrono::minutes(options.minutes);
    kind.prepare(world, length);
    world.run_for(length);
    spent += cpu_seconds() - begin;
    viewed += 60.0 * options.minutes;
  }
  return spent;
}

int usage(int code) {
  (code == 0 ? std::cout : std::cerr) << "world_speed [--minutes N] [--runs N] [--only plain|faults|hot|'nobody delivers']\n"
                                      << "How many viewer-seconds of the simulated world one second of CPU time turns.\n";
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const auto is = [&](const char* name) { return std::strcmp(argv[i], name) == 0; };
    if (is("--help")) return usage(0);
    if (is("--minutes") && i + 1 < argc) {
      options.minutes = std::atoi(argv[++i]);
    } else if (is("--runs") && i + 1 < argc) {
      options.runs = std::atoi(argv[++i]);
    } else if (is("--only") && i + 1 < argc) {
      options.only = argv[++i];
    } else {
      return usage(2);
    }
  }
  if (options.minutes < 1 || options.runs < 1) return usage(2);
  double viewed = 0;
  double spent = 0;
  for (const Kind& kind : kKinds) {
    if (!options.only.empty() && options.only != kind.name) continue;
    double seconds = 0;
    const double cpu = measure(kind, options, seconds);
    std::cout << kind.name << ": " << static_cast<long>(seconds / cpu) << " viewer-seconds per second\n";
    viewed += seconds;
    spent += cpu;
  }
  if (viewed == 0) return usage(2);
  std::cout << "{\"viewer_seconds\": " << static_cast<long>(viewed) << ", \"cpu_seconds\": " << spent
            << ", \"per_second\": " << static_cast<long>(viewed / spent) << "}\n";
  return 0;
}
