// understudy-model-check: explores the real controller exhaustively, within an abstract alphabet, to a stated depth.
#include <charconv>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "explorer.h"
#include "settings.h"

namespace {

using namespace understudy;
using namespace understudy::model;

constexpr const char* kHelp =
    "Usage: understudy-model-check [options]\n"
    "Explores the state machine of the failover controller (the real code) breadth first and checks every state.\n"
    "  --members N    1 to 3 members in the group; without it 1, 2 and 3\n"
    "  --depth N      events after joining, 1 to 100; without it as deep as CI goes\n"
    "  --setting S    only this policy; --list names them\n"
    "  --until RULE   end with the first violation of this rule; --list names them\n"
    "  --table        print the table of transitions with an example of each, for the README\n"
    "  --readme FILE  the table in this file must name exactly the transitions that were found\n"
    "  --list         name the policies and the rules\n"
    "  --quiet        no progress\n"
    "  --help         this\n"
    "Exit code: 0 nothing found, 1 a rule is broken (its shortest path is printed), 2 wrong arguments.\n";

struct Options {
  std::size_t members = 0;
  int depth = 0;
  std::string setting;
  std::string until;
  std::string readme;
  bool table = false;
  bool quiet = false;
};

int refuse(const std::string& why) {
  std::fprintf(stderr, "understudy-model-check: %s\nTry --help.\n", why.c_str());
  return 2;
}

bool number(std::string_view text, int min, int max, int& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && min <= value && value <= max;
}

void print_list() {
  std::puts("Policies:");
  for (const Setting& s : all_settings()) std::printf("  %s\n", s.name.c_str());
  std::puts("Rules:");
  for (const Rule& r : all_rules())
    std::printf("  %.*s: %.*s\n", static_cast<int>(r.name.size()), r.name.data(), static_cast<int>(r.means.size()), r.means.data());
}

void print_path(const std::vector<std::string>& path) {
  for (std::size_t i = 0; i < path.size(); ++i) std::printf("  %zu. %s\n", i + 1, path[i].c_str());
}

using Pairs = decltype(Report::pairs);

void print_table(const Pairs& pairs) {
  std::puts("| from | to | for example |\n|---|---|---|");
  for (const auto& [pair, path] : pairs) {
    std::string text;
    for (const std::string& step : path) text += (text.empty() ? "" : "; ") + step;
    std::printf("| %s | %s | %s |\n", std::string(to_string(pair.first)).c_str(), std::string(to_string(pair.second)).c_str(), text.c_str());
  }
}

/// The transitions that a table like print_table()'s names must be those that were found.
bool agrees(const std::string& file, const Pairs& pairs) {
  std::ifstream in(file);
  if (!in) {
    std::fprintf(stderr, "understudy-model-check: cannot read %s\n", file.c_str());
    return false;
  }
  std::set<std::string> found, told, states;
  for (const auto& [pair, path] : pairs) {
    for (const auto state : {pair.first, pair.second}) states.emplace(to_string(state));
    found.insert("| " + std::string(to_string(pair.first)) + " | " + std::string(to_string(pair.second)) + " |");
  }
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string bar, from, bar2, to;
    if (words >> bar >> from >> bar2 >> to && bar == "|" && bar2 == "|" && states.contains(from) && states.contains(to))
      told.insert("| " + from + " | " + to + " |");
  }
  for (const std::string& t : found)
    if (!told.contains(t)) std::printf("%s does not tell of %s\n", file.c_str(), t.c_str());
  for (const std::string& t : told)
    if (!found.contains(t)) std::printf("%s tells of %s, which was not found\n", file.c_str(), t.c_str());
  return found == told;
}

int explore(const Options& options) {
  const std::clock_t begin = std::clock();
  std::uint64_t states = 0, transitions = 0, audits = 0, findings = 0;
  Pairs pairs;
  for (Setting s : all_settings()) {
    if (!options.setting.empty() && s.name != options.setting) continue;
    if (options.members != 0 && s.members != options.members) continue;
    if (options.depth != 0) s.depth = options.depth;
    s.until = options.until;
    const std::clock_t started = std::clock();
    const auto progress = [&](int depth, std::uint64_t found) {
      std::fprintf(stderr, "\r%s, %zu members: depth %d, %llu states ", s.name.c_str(), s.members, depth, static_cast<unsigned long long>(found));
    };
    const Report r = options.quiet ? Explorer(s).run() : Explorer(s).run(progress);
    if (!options.quiet) std::fputc('\r', stderr);
    std::printf("%-28s %zu members, depth %2d%s: %8llu states, %10llu transitions, rescued within %4.1f s, %.1f s of CPU\n", s.name.c_str(),
                s.members, r.depth, r.complete ? " (all)" : "", static_cast<unsigned long long>(r.states),
                static_cast<unsigned long long>(r.transitions), static_cast<double>(to_ms(r.slowest_rescue)) / 1000,
                static_cast<double>(std::clock() - started) / CLOCKS_PER_SEC);
    for (const Finding& f : r.findings) {
      std::printf("VIOLATION of \"%s\": %s\n", f.rule.c_str(), f.what.c_str());
      print_path(f.path);
    }
    std::fflush(stdout);
    states += r.states;
    transitions += r.transitions;
    audits += r.audits;
    findings += r.findings.size();
    for (const auto& [pair, path] : r.pairs)
      if (const auto [it, is_new] = pairs.emplace(pair, path); !is_new && path.size() < it->second.size()) it->second = path;
  }
  if (options.table) print_table(pairs);
  std::printf("{\"states\": %llu, \"transitions\": %llu, \"audits\": %llu, \"state_pairs\": %zu, \"violations\": %llu, \"cpu_seconds\": %.1f}\n",
              static_cast<unsigned long long>(states), static_cast<unsigned long long>(transitions), static_cast<unsigned long long>(audits), pairs.size(),
              static_cast<unsigned long long>(findings), static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  if (!options.readme.empty() && !agrees(options.readme, pairs)) return 1;
  return findings == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    const auto value = [&]() -> std::string_view { return i + 1 < argc ? argv[++i] : std::string_view(); };
    int n = 0;
    if (arg == "--help") return std::fputs(kHelp, stdout), 0;
    if (arg == "--list") return print_list(), 0;
    if (arg == "--table") options.table = true;
    else if (arg == "--quiet") options.quiet = true;
    else if (arg == "--readme") options.readme = value();
    else if (arg == "--members") {
      if (!number(value(), 1, static_cast<int>(kMaxMembers), n)) return refuse("--members takes a number from 1 to 3");
      options.members = static_cast<std::size_t>(n);
    } else if (arg == "--depth") {
      if (!number(value(), 1, 100, options.depth)) return refuse("--depth takes a number from 1 to 100");
    } else if (arg == "--setting") {
      options.setting = value();
      bool known = false;
      for (const Setting& s : all_settings()) known |= s.name == options.setting;
      if (!known) return refuse("no such policy: " + options.setting + " (--list names them)");
    } else if (arg == "--until") {
      options.until = value();
      bool known = false;
      for (const Rule& r : all_rules()) known |= r.name == options.until;
      if (!known) return refuse("no such rule: " + options.until + " (--list names them)");
    } else {
      return refuse("unknown argument " + std::string(arg));
    }
  }
  return explore(options);
}
