// understudy-sim: runs drawn from seeds, each with every checker.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <map>
#include <thread>

#include "faults.h"
#include "jobs.h"
#include "options.h"
#include "report.h"

#ifdef UNDERSTUDY_CROWD
int crowd_main(int argc, char** argv);
#endif

namespace understudy::simulation {
namespace {

// Shrinking takes its time: of each checker one violation is told in full, the others by their seeds.
constexpr std::size_t kToldInFull = 8;

struct Totals {
  std::int64_t runs = 0;
  std::int64_t viewer_ms = 0;
  std::int64_t outages = 0;
  std::uint64_t hash = 0;
  std::map<std::int64_t, RunResult> bad;

  void add(std::int64_t run, const RunResult& result) {
    ++runs;
    viewer_ms += result.viewer_ms;
    outages += result.outages;
    hash += share_of_hash(run, result.hash);
    if (!result.checkers.empty()) bad[run] = result;
  }
};

// A million outages take the better part of an hour: whoever waits for them is told what there is, on stderr.
class Progress {
 public:
  Progress(std::int64_t runs, std::uint64_t seed) : runs_(runs), seed_(seed) {}

  void hear(std::int64_t run, const RunResult& result) {
    ++done_;
    if (!result.checkers.empty()) {
      ++bad_;
      std::fprintf(stderr, "understudy-sim: seed %llu: %s\n", static_cast<unsigned long long>(seed_ + static_cast<std::uint64_t>(run)),
                   result.first.c_str());
    }
    const Clock::time_point now = Clock::now();
    if (now - told_ < std::chrono::seconds(10)) return;
    told_ = now;
    const double each = std::chrono::duration<double>(now - begun_).count() / static_cast<double>(done_);
    std::fprintf(stderr, "understudy-sim: %lld of %lld runs, %lld violations, %.0f s left\n", static_cast<long long>(done_),
                 static_cast<long long>(runs_), static_cast<long long>(bad_), each * static_cast<double>(runs_ - done_));
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::int64_t runs_;
  std::uint64_t seed_;
  std::int64_t done_ = 0;
  std::int64_t bad_ = 0;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point told_ = begun_;
};

double seconds_of(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }
double processor_seconds() {
  double sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    sum += seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  }
  return sum;
}

void list_kinds() {
  for (const Kind& kind : all_kinds()) std::printf("%s%s\n", kind.name, kind.noticeable ? " (an outage)" : "");
}

void tell_violations(const Totals& totals, const Options& options, const ScriptOf& script_of) {
  std::map<std::string, std::int64_t> counts;
  for (const auto& [run, result] : totals.bad) {
    const std::uint64_t seed = options.seed + static_cast<std::uint64_t>(run);
    std::printf("violation seed %llu: %s\n", static_cast<unsigned long long>(seed), result.first.c_str());
    for (const std::string& checker : result.checkers) {
      if (++counts[checker] > 1 || counts.size() > kToldInFull) continue;
      report_violation(seed, script_of(run), checker, options);
    }
  }
  for (const auto& [checker, count] : counts)
    std::printf("%s: %lld runs\n", checker.c_str(), static_cast<long long>(count));
}

int simulate(Options options) {
  if (options.jobs == 0) options.jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const ScriptOf script_of = [&](std::int64_t run) { return draw(options.seed + static_cast<std::uint64_t>(run), options.draw); };
  std::printf("understudy-sim --seed %llu --runs %lld --minutes %lld\n", static_cast<unsigned long long>(options.seed),
              static_cast<long long>(options.runs), static_cast<long long>(options.draw.minutes));
  std::fflush(stdout);
  if (options.print || options.verbose) {
    for (std::int64_t run = 0; run < options.runs; ++run) {
      std::printf("%s", to_text(script_of(run)).c_str());
      std::fflush(stdout);
      if (!options.print) tell_run(script_of(run));
    }
    if (options.print) return 0;
  }
  Totals totals;
  Progress progress(options.runs, options.seed);
  const auto hear = [&](std::int64_t run, const RunResult& result) {
    progress.hear(run, result);
    totals.add(run, result);
  };
  if (!run_all(options.runs, options.jobs, script_of, hear)) {
    std::perror("understudy-sim");
    return 2;
  }
  const double cpu = processor_seconds();
  tell_violations(totals, options, script_of);
  const double viewer = static_cast<double>(totals.viewer_ms) / 1000;
  std::printf("{\"runs\": %lld, \"outages\": %lld, \"violations\": %zu, \"viewer_seconds\": %.0f, \"cpu_seconds\": %.2f, "
              "\"viewer_seconds_per_cpu_second\": %.0f, \"hash\": \"%016llx\"}\n",
              static_cast<long long>(totals.runs), static_cast<long long>(totals.outages), totals.bad.size(), viewer, cpu,
              viewer / std::max(cpu, 1e-3), static_cast<unsigned long long>(totals.hash));
  return totals.bad.empty() ? 0 : 1;
}

int sim_main(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) {
    std::fprintf(stderr, "understudy-sim: %s\n%s", options.error().detail.c_str(), kUsage);
    return 2;
  }
  if (options->help) return std::fputs(kUsage, stdout), 0;
  if (options->kinds) return list_kinds(), 0;
  return options->replay.empty() ? simulate(*options) : replay(*options);
}

}  // namespace
}  // namespace understudy::simulation

int main(int argc, char** argv) {
#ifdef UNDERSTUDY_CROWD
  if (argc > 1 && std::strcmp(argv[1], "crowd") == 0) return crowd_main(argc - 1, argv + 1);
#endif
  return understudy::simulation::sim_main(argc, argv);
}
