// soak_run: README.md says what it watches and how it judges; --help what it takes.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "play.h"

namespace understudy::soak {
namespace {

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

int run(const Options& options) {
  if (options.list) {
    Outages outages(options.seed);
    for (int i = 0; i < std::max(1, static_cast<int>(options.minutes * 60 / 28)); ++i)
      fmt::print("{}\n", to_text(outages.next()));
    return 0;
  }
  const std::filesystem::path folder = options.folder;
  std::filesystem::create_directories(folder);
  fmt::print("soak_run --minutes {} --seed {} --out {}\n", options.minutes, options.seed, options.folder);
  std::fflush(stdout);
  Theatre theatre(folder / "soak.csv");
  Play play(options, theatre);
  play.run();
  theatre.finish();
  theatre.keep_logs(folder);
  const std::vector<Verdict> verdicts = play.verdicts();
  for (const Verdict& v : verdicts) fmt::print("{:<5}  {}: {}\n", v.ok ? "ok" : "WRONG", v.name, v.text);
  const Json json = report_json(options, play.records(), verdicts);
  write_file(folder / "soak.json", json.dump(1) + "\n");
  write_file(folder / "soak.svg", report_svg(options, theatre.samples(), play.records(), verdicts));
  const auto bad = std::count_if(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return !v.ok; });
  double longest = 0;
  for (const OutageRecord& record : play.records())
    if (leaves_a_source(record.outage.kind)) longest = std::max(longest, record.longest_gap_s);
  fmt::print("{}\n", Json{{"minutes", options.minutes},
                          {"seed", options.seed},
                          {"outages", play.records().size()},
                          {"switches", theatre.count("switched")},
                          {"longest_gap_with_a_source_s", longest},
                          {"violations", bad},
                          {"report", (folder / "soak.svg").string()}}
                         .dump());
  return bad == 0 ? 0 : 1;
}

}  // namespace
}  // namespace understudy::soak

int main(int argc, char** argv) {
  using namespace understudy::soak;
  const auto parsed = parse_options(argc, argv);
  if (const Exit* exit = std::get_if<Exit>(&parsed)) {
    std::fputs(exit->text.c_str(), exit->code == 0 ? stdout : stderr);
    return exit->code;
  }
  try {
    return run(std::get<Options>(parsed));
  } catch (const std::exception& error) {
    fmt::print(stderr, "soak_run: {}\n", error.what());
    return 2;
  }
}
