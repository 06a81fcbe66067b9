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

TEST_CASE("every fragment of the corpora demuxes as libavformat does it", "[judge]") {
  const auto root = corpora();
  if (!root) {
    WARN("no corpora: skipped");
    return;
  }
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"http-streaming/mp4AudioInit.mp4", "http-streaming/mp4Audio.mp4"},
      {"http-streaming/mp4VideoInit.mp4", "http-streaming/mp4Video.mp4"},
      {"http-streaming/mp4MuxedInit.mp4", "http-streaming/mp4Muxed.mp4"},
      {"http-streaming/mp4WebVttInit.mp4", "http-streaming/mp4WebVtt.mp4"},
      {"mux.js/dash-608-captions-init.mp4", "mux.js/dash-608-captions-seg.m4s"},
      {"mux.js/dash-608-captions-init.mp4", "http-streaming/mp4Captions.mp4"},
      {"mux.js/test-webvtt-init.mp4", "mux.js/test-webvtt.m4s"},
      {"http-streaming/sidx.mp4", "http-streaming/sidx.mp4"},
  };
  for (const auto& [init_name, body_name] : pairs) {
    const Bytes init = read_file(*root / "media" / init_name);
    const Bytes body = read_file(*root / "media" / body_name);
    Bytes both = init;
    both.insert(both.end(), body.begin(), body.end());
    const auto ours = demux(init, body);
    std::cout << body_name << " " << ours.out.total() << (ours.report.error ? ours.report.error->detail : "") << "\n";
    for (const auto& line : differences(ours.out, judge(both), {})) std::cout << body_name << ": " << line << "\n";
  }
}

}  // namespace
}  // namespace understudy::test
