#include "options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace understudy::bench::failover {

std::variant<Options, Exit> parse_options(int argc, const char* const* argv) {
  Options options;
  bool quick = false;
  bool full = false;
  CLI::App app(
      "Breaks live sources while players watch them, and reads from the pictures and the sound what each viewer got.\n"
      "Without --quick or --full: a pairwise cover of all faults, standby modes, segment lengths, containers and "
      "alignments.",
      "failover_bench");
  app.add_flag("--quick", quick, "13 cases, one per fault, in less than three minutes")->envname("QUICK");
  app.add_flag("--full", full, "All 624 combinations")->envname("FULL")->excludes("--quick");
  app.add_option("--jobs", options.jobs, "Players at once, the one without a fault not counted")
      ->envname("JOBS")
      ->check(CLI::Range(1, 32))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--repeat", options.repeat, "Runs of each case, each with another fault time")
      ->envname("REPEAT")
      ->check(CLI::Range(1, 100))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--only", options.only, "Only cases whose name contains this, e.g. trickle or warm-6s")
      ->envname("ONLY")
      ->type_name("TEXT");
  app.add_option("--seed", options.seed, "Of the cover and of the fault times")
      ->envname("SEED")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--out", options.folder, "Where failover.json, failover.md and failover/*.svg are written")
      ->type_name("FOLDER")
      ->capture_default_str();
  app.add_option("--web", options.web,
                 "Watch in Chromium, with this decoder: webcodecs, software, both. Writes failover-web.json and .md")
      ->envname("DECODER")
      ->check(CLI::IsMember({"webcodecs", "software", "both"}))
      ->type_name("DECODER");
  app.add_flag("--check", options.check,
               "Exit with 1 where something is wrong that no slow machine excuses: a repeated picture, the wrong "
               "source, the order of events");
  app.add_flag("--list", options.list, "Print the names of the cases and end");
  app.footer("Options that have an (Env:NAME) can be given to make: make bench-failover QUICK=1 ONLY=aligned");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Exit{0, app.help()};
  } catch (const CLI::ParseError& error) {
    return Exit{2, fmt::format("failover_bench: {}\nTry --help.\n", error.what())};
  }
  if (!options.web.empty() && app.count("--jobs") == 0) options.jobs = 2;  // each takes most of half a core to draw
  if (full) options.extent = Options::Extent::full;
  if (quick) options.extent = Options::Extent::quick;
  if (cases_of(options).empty())
    return Exit{2, fmt::format("failover_bench: no case's name contains \"{}\"\n", options.only)};
  return options;
}

std::vector<Case> cases_of(const Options& options) {
  std::vector<Case> cases;
  switch (options.extent) {
    case Options::Extent::quick: cases = quick_cases(); break;
    case Options::Extent::full: cases = all_cases(); break;
    case Options::Extent::cover: cases = pairwise_cases(options.seed); break;
  }
  if (options.extent != Options::Extent::quick)
    for (Case& one : brief_cases()) cases.push_back(std::move(one));
  if (!options.web.empty()) {
    const bool both = options.web == "both";
    cases = in_browser(cases, both ? std::vector<std::string>{"webcodecs", "software"} : std::vector{options.web},
                       options.extent != Options::Extent::quick);
  }
  return schedule(std::move(cases), options.repeat, options.only);
}

}  // namespace understudy::bench::failover
