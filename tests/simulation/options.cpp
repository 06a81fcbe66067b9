#include "options.h"

#include <charconv>
#include <string_view>

#include "faults.h"

namespace understudy::simulation {

const char* const kUsage =
    "usage: understudy-sim [options]            a viewer through troubles that are drawn from a seed\n"
    "       understudy-sim --replay FILE        plays a script again, or compares a trace with this build\n"
    "       understudy-sim crowd [options]      many viewers of one channel; see understudy-sim crowd --help\n"
    "\n"
    "  --seed N         of the first run; run i has seed N + i (default 1)\n"
    "  --runs M         how many (default 100)\n"
    "  --jobs J         processes at a time (default: as many as processors); results do not depend on it\n"
    "  --minutes T      most viewer time of a run (default 20, 6 to 1440)\n"
    "  --only KINDS     only these kinds of fault, separated by commas\n"
    "  --without KINDS  not these\n"
    "  --kinds          lists them\n"
    "  --out DIR        where the shrunk scripts and the traces of violations are written (default .)\n"
    "  --shrink N       most re-runs to shrink one violation (default 300; 0: not at all)\n"
    "  --print          prints the drawn scripts, runs nothing\n"
    "  --verbose        tells each run's faults, events and changes of the picture\n"
    "  --help           this text\n"
    "\n"
    "The last line of output is JSON; meanwhile stderr tells how far it is.\n"
    "Exit status: 0 no violation, 1 a violation (or a trace that differs), 2 bad usage.\n";

namespace {

bool number(std::string_view text, std::int64_t min, std::int64_t max, std::int64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= min && value <= max;
}

/// Empty where every name is a kind; else the one that is not.
std::string read_kinds(std::string_view text, std::set<std::string>& kinds) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string name(text.substr(0, end));
    if (find_kind(name) == nullptr) return name.empty() ? "(empty)" : name;
    kinds.insert(name);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return "";
}

Unexpected wrong(const std::string& what) { return fail(ErrorCode::invalid_config, what); }

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    bool* const flag = name == "--verbose" ? &options.verbose
                       : name == "--print" ? &options.print
                       : name == "--kinds" ? &options.kinds
                       : name == "--help"  ? &options.help
                                           : nullptr;
    if (flag != nullptr) {
      *flag = true;
      continue;
    }
    const bool known = name == "--seed" || name == "--runs" || name == "--jobs" || name == "--minutes" || name == "--only" ||
                       name == "--without" || name == "--out" || name == "--shrink" || name == "--replay";
    if (!known) return wrong("unknown option " + std::string(name));
    if (++i == argc) return wrong(std::string(name) + " needs a value");
    const std::string_view text = argv[i];
    std::int64_t value = 0;
    bool good = true;
    if (name == "--seed") {
      good = number(text, 0, INT64_MAX / 2, value);
      options.seed = static_cast<std::uint64_t>(value);
    } else if (name == "--runs") {
      good = number(text, 1, 1'000'000'000, options.runs);
    } else if (name == "--jobs") {
      good = number(text, 1, 256, value);
      options.jobs = static_cast<int>(value);
    } else if (name == "--minutes") {
      good = number(text, 6, 1440, options.draw.minutes);
    } else if (name == "--shrink") {
      good = number(text, 0, 100'000, value);
      options.shrink_budget = static_cast<int>(value);
    } else if (name == "--out") {
      options.out = text;
    } else if (name == "--replay") {
      options.replay = text;
    } else {
      const std::string unknown = read_kinds(text, name == "--only" ? options.draw.only : options.draw.without);
      if (!unknown.empty()) return wrong("no such kind of fault: " + unknown + " (--kinds lists them)");
    }
    if (!good) return wrong(std::string(name) + " " + std::string(text) + ": not a number in range");
  }
  return options;
}

}  // namespace understudy::simulation
