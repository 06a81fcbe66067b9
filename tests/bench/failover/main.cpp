// failover_bench: README.md says what it measures and how; --help what it takes.
#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <thread>

#include "aims.h"
#include "measure.h"
#include "options.h"
#include "stage.h"
#include "table.h"
#include "timeline.h"

namespace understudy::bench::failover {
namespace {

namespace fs = std::filesystem;

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  return "unknown processor";
}

Json meta_of(const Options& options) {
  utsname name{};
  ::uname(&name);
  const std::time_t now = std::time(nullptr);
  char date[32] = "";
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
  return {{"date", date},
          {"seed", options.seed},
          {"jobs", options.jobs},
          {"repeat", options.repeat},
          {"only", options.only},
          {"machine",
           fmt::format("{} × {}, {} {}", std::thread::hardware_concurrency(), processor(), name.sysname, name.release)},
          {"version", UNDERSTUDY_VERSION},
          {"build", UNDERSTUDY_BUILD_TYPE}};
}

void print_aims(const std::vector<Row>& rows) {
  fmt::print("\n");
  for (const AimCount& count : count_aims(rows)) {
    std::string names;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, count.missed.size()); ++i) names += " " + count.missed[i];
    fmt::print("{:<9} {:>3} met, {:>2} missed{}{}{}\n", count.aim.key, count.met, count.missed.size(),
               names.empty() ? "" : ":", names, count.missed.size() > 3 ? " …" : "");
  }
}

int run(const Options& options) {
  const std::vector<Case> cases = cases_of(options);
  if (options.list) {
    for (const Case& one : cases) fmt::print("{}\n", one.name());
    return 0;
  }
  const fs::path folder = options.folder;
  const std::string name = options.web.empty() ? "failover" : "failover-web";
  fs::create_directories(folder / name);
  const Json meta = meta_of(options);
  fmt::print("{} cases, {} at once, seed {}\n", cases.size(), options.jobs, options.seed);
  Stage stage(options.seed, !options.web.empty());
  std::vector<Row> rows;
  for (std::size_t begin = 0; begin < cases.size();) {
    // Neighbours of one segment length end at about the same time.
    std::vector<Case> batch;
    while (begin < cases.size() && batch.size() < static_cast<std::size_t>(options.jobs) &&
           cases[begin].segment_s == cases[begin - batch.size()].segment_s)
      batch.push_back(cases[begin++]);
    for (const Evidence& evidence : stage.run(batch)) {
      rows.push_back(measure(evidence));
      fmt::print("{}\n", console_line(rows.back()));
      if (evidence.one.fault != kNoFault)
        write_file(folder / name / (evidence.one.name() + ".svg"), timeline_svg(evidence, rows.back()));
    }
    std::fflush(stdout);
    // After each batch: whoever stops a long run keeps what it found.
    write_file(folder / (name + ".json"), table_json(rows, meta).dump(1) + "\n");
    write_file(folder / (name + ".md"), table_markdown(rows, meta));
  }
  print_aims(rows);
  fmt::print("\n{}\n", (folder / (name + ".md")).string());
  int bad = 0;
  for (const Row& row : rows)
    for (const Miss& miss : wrong(row)) {
      if (options.check) fmt::print("wrong: {}: {}\n", row.one.name(), miss.text);
      ++bad;
    }
  return options.check && bad > 0 ? 1 : 0;
}

}  // namespace
}  // namespace understudy::bench::failover

int main(int argc, char** argv) {
  using namespace understudy::bench::failover;
  try {
    const auto parsed = parse_options(argc, argv);
    if (const Exit* exit = std::get_if<Exit>(&parsed)) {
      std::fputs(exit->text.c_str(), exit->code == 0 ? stdout : stderr);
      return exit->code;
    }
    return run(std::get<Options>(parsed));
  } catch (const std::exception& error) {
    fmt::print(stderr, "failover_bench: {}\n", error.what());
    return 2;
  }
}
