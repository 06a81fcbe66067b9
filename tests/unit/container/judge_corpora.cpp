// Every media file of the corpora: what we make of it and what libavformat makes of it.
#include <iostream>

#include "judge.h"
#include "support/catch.h"
#include "support/corpora.h"

namespace understudy::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> media_files(const fs::path& root, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.is_regular_file() && entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST_CASE("every transport stream of the corpora demuxes as libavformat does it", "[judge]") {
  const auto root = corpora();
  if (!root) {
    WARN("no corpora: skipped");
    return;
  }
  Exceptions allowed;
  allowed.modulo_33_bits = true;
  allowed.cut_last_audio_frame = true;
  allowed.audio_interpolation = from_ticks(40, 90'000);
  for (const auto& file : media_files(*root, ".ts")) {
    const Bytes bytes = read_file(file);
    const auto ours = demux({}, bytes);
    for (const auto& line : differences(ours.out, judge(bytes), allowed))
      std::cout << file.filename() << ": " << line << "\n";
  }
}

}  // namespace
}  // namespace understudy::test
