#include "options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace understudy::soak {

std::variant<Options, Exit> parse_options(int argc, const char* const* argv) {
  Options options;
  double hours = 0;
  CLI::App app(
      "The real player against the real service and its origins for minutes, hours or days, with faults drawn from a "
      "seed. Watches\n"
      "memory, descriptors, threads, clocks and the offset between picture and sound, and judges each outage and each "
      "trend.",
      "soak_run");
  app.add_option("--minutes", options.minutes, "How long it plays")->check(CLI::Range(1.0, 1e6))->capture_default_str();
  app.add_option("--hours", hours, "The same in hours")
      ->envname("HOURS")
      ->check(CLI::Range(0.02, 2e4))
      ->excludes("--minutes");
  app.add_option("--seed", options.seed, "Of the outages")->envname("SEED")->capture_default_str();
  app.add_option("--out", options.folder, "Where soak.csv, soak.json and soak.svg are written")
      ->type_name("FOLDER")
      ->capture_default_str();
  app.add_flag("--list", options.list, "Print the outages that such a run would have, and end");
  app.footer(
      "Exit codes: 0 nothing wrong, 1 a verdict failed (said on standard error), 2 wrong arguments or it cannot run.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Exit{0, app.help()};
  } catch (const CLI::ParseError& error) {
    return Exit{2, fmt::format("soak_run: {}\nTry --help.\n", error.what())};
  }
  if (hours > 0) options.minutes = 60 * hours;
  return options;
}

}  // namespace understudy::soak
