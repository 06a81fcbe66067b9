// fuzz_regressions: plays stored inputs through the targets, without libFuzzer. No arguments: all of regressions/ and
// seeds/ of this folder. With a target's name and files: these.
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>

#include "support/target.h"

namespace fs = std::filesystem;

namespace understudy::fuzz {
namespace {

std::map<std::string, Run>& targets() {
  static std::map<std::string, Run> all;
  return all;
}

void play(const std::string& name, const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> text{std::istreambuf_iterator<char>(file), {}};
  // Of its exact size on the heap, so that a read beyond it is seen.
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  std::printf("%s %s\n", name.c_str(), path.filename().c_str());
  std::fflush(stdout);  // the last line names the input that broke
  targets().at(name)(bytes);
}

int play_folders() {
  int played = 0;
  for (const char* kind : {"regressions", "seeds"}) {
    const fs::path root = fs::path(UNDERSTUDY_SOURCE_DIR) / "tests/fuzz" / kind;
    if (!fs::exists(root)) continue;
    for (const auto& folder : fs::directory_iterator(root)) {
      const std::string name = folder.path().filename().string();
      if (!folder.is_directory()) continue;
      if (targets().count(name) == 0) {
        std::printf("%s: no such target is built here\n", name.c_str());
        continue;
      }
      std::vector<fs::path> files;
      for (const auto& file : fs::directory_iterator(folder)) files.push_back(file.path());
      std::sort(files.begin(), files.end());
      for (const fs::path& file : files) play(name, file);
      played += static_cast<int>(files.size());
    }
  }
  std::printf("%d inputs played through %zu targets\n", played, targets().size());
  return played > 0 ? 0 : 1;
}

int usage(std::FILE* out, int code) {
  std::fprintf(out, "usage: fuzz_regressions [TARGET FILE…]\nPlays stored inputs through fuzz targets; without arguments all that "
                    "the tree has.\nTargets:");
  for (const auto& [name, run] : targets()) std::fprintf(out, " %s", name.c_str());
  std::fprintf(out, "\n");
  return code;
}

}  // namespace

bool add_target(const char* name, Run run) { return targets().emplace(name, run).second; }

int main_of(int argc, char** argv) {
  if (argc == 1) return play_folders();
  if (std::strcmp(argv[1], "--help") == 0) return usage(stdout, 0);
  if (argc == 2 || targets().count(argv[1]) == 0) return usage(stderr, 2);
  for (int i = 2; i < argc; ++i) {
    if (!fs::is_regular_file(argv[i])) {
      std::fprintf(stderr, "%s: no such file\n", argv[i]);
      return 2;
    }
    play(argv[1], argv[i]);
  }
  return 0;
}

}  // namespace understudy::fuzz

int main(int argc, char** argv) { return understudy::fuzz::main_of(argc, argv); }
