// service_kill: ../README.md says what it shows; --help what it takes.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "lives.h"

int main(int argc, char** argv) {
  using namespace understudy::test;
  KillOptions options;
  CLI::App app(
      "Kills the companion service with SIGKILL while clients write to it, starts it again on the same database, and "
      "looks\n"
      "whether all that was acknowledged is there, whole, with revisions that only grow.",
      "service_kill");
  app.add_option("--writes", options.writes, "End after this many acknowledged writes")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000'000}))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "End after this time if that is sooner; 0: never")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Of what is written and of the moments of death")->capture_default_str();
  app.add_option("--connections", options.connections, "Clients that write at the same time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.footer(
      "Exit codes: 0 nothing wrong, 1 a promise broken (said on standard error), 2 wrong arguments or it cannot run.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  fmt::print("service_kill --seed {} --writes {} --seconds {} --connections {}\n", options.seed, options.writes,
             options.seconds, options.connections);
  std::fflush(stdout);
  try {
    Lives lives(options);
    lives.run();
    const KillFigures& f = lives.figures;
    const std::vector<std::string> violations = lives.tally.violations();
    for (const std::string& what : violations) fmt::print(stderr, "service_kill: {}\n", what);
    const bool tried = f.logs_left > 0 && f.within_a_write > 0;
    if (!tried)
      fmt::print(stderr, "service_kill: too short a run: no death within a write, or no log left behind by one\n");
    fmt::print("{}\n", Json{{"acknowledged", lives.tally.acknowledged.load()},
                            {"kills", f.kills},
                            {"kills_within_a_write", f.within_a_write},
                            {"kills_while_starting", f.while_starting},
                            {"logs_left_behind", f.logs_left},
                            {"in_doubt_applied", lives.tally.unknown_applied.load()},
                            {"in_doubt_lost", lives.tally.unknown_lost.load()},
                            {"channels_looked_at", lives.tally.observed.load()},
                            {"integrity_checks", f.checks},
                            {"slowest_start_ms", f.slowest_start_ms},
                            {"seconds", f.seconds},
                            {"violations", violations.size()}}
                           .dump());
    return violations.empty() && tried ? 0 : 1;
  } catch (const std::exception& e) {
    fmt::print(stderr, "service_kill: {}\n", e.what());
    return 2;
  }
}
