// Plays every mutant until the checker that its patch names reports, and the core as it is with the same seeds and the same checker: each
// checker answers for itself, and what the others say of the core is for the simulation. Prints a table; fails where a mutant is missed, a
// patch no longer applies, or the core itself is caught.
//
//   understudy-sim-mutants --programs DIR [--only NAME] [--jobs N] [--runs M]
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Options {
  fs::path programs;
  std::string only;
  unsigned jobs = 2;
  std::string runs = "400";  // seeds that a mutant may take
};

/// The comment on top of a patch: `# Caught by: checker`, `# Only: kind,kind` (faults to draw from), `# Minutes: 6`.
struct Mutant {
  std::string name;
  std::map<std::string, std::string> notes;
  std::string note(const std::string& key) const {
    const auto it = notes.find(key);
    return it == notes.end() ? "" : it->second;
  }
};

struct Played {
  std::string told;  // the program's line
  std::string core;  // of the core as it is, with the same seeds
  bool ok = false;
};

constexpr const char* kUsage = "usage: understudy-sim-mutants --programs DIR [--only NAME] [--jobs N] [--runs M]\n";

Mutant read(const fs::path& patch) {
  Mutant m;
  m.name = patch.stem().string();
  std::ifstream file(patch);
  for (std::string line; std::getline(file, line) && line.rfind("---", 0) != 0;) {
    const std::size_t colon = line.find(": ");
    if (line.rfind("# ", 0) == 0 && colon != std::string::npos) m.notes[line.substr(2, colon - 2)] = line.substr(colon + 2);
  }
  return m;
}

/// What a program prints; names and kinds are ours, so nothing needs quoting but the star.
std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "cannot be run";
  char buffer[512];
  while (fgets(buffer, sizeof buffer, pipe) != nullptr) out += buffer;
  const int status = pclose(pipe);
  if (out.empty()) out = "died with " + std::to_string(status);
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

std::string arguments(const Mutant& m) {
  std::string all;
  if (!m.note("Only").empty()) all += " --only " + m.note("Only");
  if (!m.note("Minutes").empty()) all += " --minutes " + m.note("Minutes");
  return all;
}

Played play(const Mutant& m, const Options& o) {
  Played p;
  if (fs::exists(o.programs / m.name / "does-not-apply")) {
    p.told = "its patch does not apply any more";
    return p;
  }
  const std::string program = (o.programs / ("mutant_" + m.name)).string();
  p.told = output_of("timeout 120 " + program + " --checker " + m.note("Caught by") + " --runs " + o.runs + arguments(m));
  std::istringstream words(p.told);
  std::string caught, seed;
  words >> caught >> seed;
  if (caught != "caught") return p;
  const std::string none = (o.programs / "mutant_none").string();
  p.core = output_of("timeout 120 " + none + " --checker " + m.note("Caught by") + " --runs " + seed + arguments(m));
  p.ok = p.core == "missed";
  return p;
}

bool parse(int argc, char** argv, Options& o) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--programs") o.programs = argv[i + 1];
    else if (name == "--only") o.only = argv[i + 1];
    else if (name == "--jobs") o.jobs = static_cast<unsigned>(std::max(1, std::atoi(argv[i + 1])));
    else if (name == "--runs") o.runs = std::to_string(std::max(1, std::atoi(argv[i + 1])));
    else return false;
  }
  return argc % 2 == 1 && !o.programs.empty();
}

void tell(const Mutant& m, const Played& p) {
  std::printf("%-4s %-44s %-24s %s\n", p.ok ? "ok" : "FAIL", m.name.c_str(), m.note("Caught by").c_str(), p.told.c_str());
  if (!p.core.empty() && p.core != "missed") std::printf("     the core as it is, on these seeds: %s\n", p.core.c_str());
  std::fflush(stdout);
}

int run(const Options& o) {
  std::vector<Mutant> mutants;
  for (const auto& entry : fs::directory_iterator(UNDERSTUDY_MUTANTS))
    if (entry.path().extension() == ".patch" && (o.only.empty() || entry.path().stem() == o.only)) mutants.push_back(read(entry.path()));
  std::sort(mutants.begin(), mutants.end(), [](const Mutant& l, const Mutant& r) { return l.name < r.name; });
  std::mutex mutex;
  std::size_t next = 0;
  std::size_t bad = 0;
  const auto work = [&] {
    for (;;) {
      const std::size_t i = [&] { return std::lock_guard(mutex), next++; }();
      if (i >= mutants.size()) return;
      const Played p = play(mutants[i], o);
      const std::lock_guard lock(mutex);
      tell(mutants[i], p);
      bad += p.ok ? 0 : 1;
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < o.jobs; ++i) threads.emplace_back(work);
  for (std::thread& t : threads) t.join();
  std::printf("{\"mutants\": %zu, \"caught\": %zu}\n", mutants.size(), mutants.size() - bad);
  return bad == 0 && !mutants.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--help") == 0) return std::fputs(kUsage, stdout), 0;
  Options options;
  if (!parse(argc, argv, options)) return std::fputs(kUsage, stderr), 2;
  return run(options);
}
