#include "report.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/trace/replay.h"
#include "run.h"
#include "shrink.h"

namespace understudy::simulation {

namespace {

void print_line(std::string_view line) { std::printf("  %.*s\n", static_cast<int>(line.size()), line.data()); }

void print_violation(const Violation& v) {
  // The world's time begins at 1000 s.
  std::printf("%s at %lld: %s\n", v.checker.c_str(), static_cast<long long>(to_ms(v.at.time_since_epoch()) - 1'000'000), v.what.c_str());
}

void write_trace(const Script& script, const std::string& path, bool crashes) {
  if (crashes) {
    std::printf("trace: none, the run crashes; replay the script\n");
    return;
  }
  std::ofstream out(path, std::ios::binary);
  Listeners listeners;
  listeners.trace = [&](std::string_view line) { out << line << '\n'; };
  simulation::run(script, listeners);
  out.flush();
  std::printf(out ? "trace: %s\n" : "trace: %s could not be written\n", path.c_str());
}

int replay_trace(const std::string& text) {
  const auto result = trace::replay(text);
  if (!result) {
    std::fprintf(stderr, "understudy-sim: %s\n", result.error().detail.c_str());
    return 2;
  }
  if (!result->difference) {
    std::printf("the same: %zu inputs, %zu outputs\n", result->inputs, result->outputs);
    return 0;
  }
  std::printf("line %zu differs\nrecorded: %s\nreplayed: %s\n", result->difference->line, result->difference->recorded.c_str(),
              result->difference->replayed.c_str());
  return 1;
}

}  // namespace

void tell_run(const Script& script) {
  Listeners listeners;
  listeners.story = print_line;
  simulation::run(script, listeners);
}

void report_violation(std::uint64_t seed, const Script& script, const std::string& checker, const Options& options) {
  const auto still = [&](const Script& candidate) {
    const auto names = run_apart(candidate).checkers;
    return std::find(names.begin(), names.end(), checker) != names.end();
  };
  const Script small = shrink(script, still, options.shrink_budget);
  std::printf("\nVIOLATION of %s, seed %llu, shrunk from %zu faults to %zu\n%s", checker.c_str(), static_cast<unsigned long long>(seed),
              script.faults.size(), small.faults.size(), to_text(small).c_str());
  if (checker != "crash")
    for (const Violation& v : simulation::run(small).violations) print_violation(v);
  std::error_code failed;  // told where a file can't be written
  std::filesystem::create_directories(options.out, failed);
  const std::string base = options.out + "/sim-" + std::to_string(seed) + "-" + checker;
  std::ofstream file(base + ".script", std::ios::binary);
  file << to_text(small);
  file.flush();
  std::printf(file ? "script: %s.script\n" : "script: %s.script could not be written\n", base.c_str());
  write_trace(small, base + ".trace", checker == "crash");
  std::printf("\n");
  std::fflush(stdout);
}

int replay(const Options& options) {
  std::ifstream file(options.replay, std::ios::binary);
  std::ostringstream read;
  read << file.rdbuf();
  const std::string text = read.str();
  if (!file || text.empty()) {
    std::fprintf(stderr, "understudy-sim: cannot read %s\n", options.replay.c_str());
    return 2;
  }
  if (text.rfind("understudy-trace", 0) == 0) return replay_trace(text);
  const auto script = parse_script(text);
  if (!script) {
    std::fprintf(stderr, "understudy-sim: %s: %s\n", options.replay.c_str(), script.error().detail.c_str());
    return 2;
  }
  const RunResult result = run_apart(*script);
  const bool crashed = result.checkers == std::vector<std::string>{"crash"};
  if (options.verbose && !crashed) tell_run(*script);
  if (!crashed)
    for (const Violation& v : simulation::run(*script).violations) print_violation(v);
  if (crashed) std::printf("%s\n", result.first.c_str());
  std::printf("{\"violations\": %zu, \"viewer_seconds\": %lld, \"hash\": \"%016llx\"}\n", result.checkers.size(),
              static_cast<long long>(result.viewer_ms / 1000), static_cast<unsigned long long>(share_of_hash(0, result.hash)));
  return result.checkers.empty() ? 0 : 1;
}

}  // namespace understudy::simulation
