// Every media file of the corpora: what we make of it must be what libavformat makes of it.
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

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

std::optional<fs::path> corpora_or_warning() {
  auto root = corpora();
  if (!root) WARN("no corpora: skipped");
  return root;
}

// Whole, in random pieces, and byte by byte where that is quick: the same units; returns those of the whole.
Demuxed demux_every_way(std::span<const std::uint8_t> init, std::span<const std::uint8_t> body) {
  Demuxed whole = demux(init, body);
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    const auto pieces = demux(init, body, {Chunking::Kind::random, seed});
    CHECK(is_prefix(pieces.out, whole.out));
    CHECK(pieces.out.total() == whole.out.total());
  }
  if (body.size() < 100'000) {
    const auto bytes = demux(init, body, {Chunking::Kind::bytewise});
    CHECK(is_prefix(bytes.out, whole.out));
    CHECK(bytes.out.total() == whole.out.total());
  }
  return whole;
}

void check_agreement(const Demuxed& ours, std::span<const std::uint8_t> bytes, const Exceptions& allowed) {
  for (const std::string& line : differences(ours.out, judge(bytes), allowed)) FAIL_CHECK(line);
}

const std::map<std::string, Exceptions> kTransportStreamExceptions = {
    {"zeroLength.ts", {.metadata_header = true}},
    {"test-middle-pat-pmt.ts", {.audio_frames_between_stamps = 14}},  // 44.1 kHz
    {"test-segment.ts", {.audio_frames_between_stamps = 14}},         // 44.1 kHz
};

TEST_CASE("every transport stream of the corpora demuxes as libavformat does it", "[judge]") {
  const auto root = corpora_or_warning();
  if (!root) return;
  for (const auto& file : media_files(*root, ".ts")) {
    INFO(file.filename().string());
    const Bytes bytes = read_file(file);
    const auto ours = demux_every_way({}, bytes);
    const auto exception = kTransportStreamExceptions.find(file.filename().string());
    check_agreement(ours, bytes, exception == kTransportStreamExceptions.end() ? Exceptions{} : exception->second);
  }
}

TEST_CASE("every fragment of the corpora demuxes as libavformat does it", "[judge]") {
  const auto root = corpora_or_warning();
  if (!root) return;
  // A body without an init section before it brings its own, or has nothing in it (sidx.mp4).
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"", "http-streaming/mp4Audio.mp4"},
      {"", "http-streaming/mp4Video.mp4"},
      {"", "http-streaming/sidx.mp4"},
      {"http-streaming/mp4MuxedInit.mp4", "http-streaming/mp4Muxed.mp4"},
      {"http-streaming/mp4WebVttInit.mp4", "http-streaming/mp4WebVtt.mp4"},
      {"mux.js/dash-608-captions-init.mp4", "mux.js/dash-608-captions-seg.m4s"},
      {"mux.js/dash-608-captions-init.mp4", "http-streaming/mp4Captions.mp4"},
      {"mux.js/test-webvtt-init.mp4", "mux.js/test-webvtt.m4s"},
  };
  for (const auto& [init_name, body_name] : pairs) {
    INFO(body_name);
    const Bytes init = init_name.empty() ? Bytes{} : read_file(*root / "media" / init_name);
    const Bytes body = read_file(*root / "media" / body_name);
    Bytes both = init;
    both.insert(both.end(), body.begin(), body.end());
    check_agreement(demux_every_way(init, body), both, {});
  }
}

TEST_CASE("every packed audio file of the corpora demuxes as libavformat does it", "[judge]") {
  const auto root = corpora_or_warning();
  if (!root) return;
  for (const char* extension : {".aac", ".ac3"}) {
    for (const auto& file : media_files(*root, extension)) {
      INFO(file.filename().string());
      const Bytes bytes = read_file(file);
      const auto ours = demux_every_way({}, bytes);
      REQUIRE(ours.report.tracks.size() == 1);
      Exceptions allowed;
      allowed.audio_offset = ours.report.tracks[0].first_pts.value() - MediaTime{};
      check_agreement(ours, bytes, allowed);
    }
  }
}

TEST_CASE("the streams of the corpora have the tracks that their manifest states") {
  const auto root = corpora_or_warning();
  if (!root) return;
  std::ifstream file_of_facts(*root / "manifest.json");
  const auto manifest = nlohmann::json::parse(file_of_facts);
  int facts = 0;
  for (const auto& entry : manifest["files"]) {
    const auto stated = entry.value("expected", nlohmann::json::object()).value("facts", nlohmann::json::object());
    if (!stated.contains("video_tracks")) continue;
    const fs::path playlist = *root / entry["file"].get<std::string>();
    for (const auto& file : media_files(playlist.parent_path(), ".ts")) {
      INFO(file.string());
      std::map<container::TrackKind, int> tracks;
      for (const auto& [id, track] : demux({}, read_file(file)).out.tracks) ++tracks[track.kind];
      CHECK(tracks[container::TrackKind::video] == stated["video_tracks"]);
      CHECK(tracks[container::TrackKind::audio] == stated["audio_tracks"]);
      facts += 2;
    }
  }
  CHECK(facts == 4);
}

TEST_CASE("what is not HLS media ends in a typed error", "[judge]") {
  const auto root = corpora_or_warning();
  if (!root) return;
  const auto error_of = [&](const char* name) {
    return demux({}, read_file(*root / "media/http-streaming" / name)).report.error.value().code;
  };
  CHECK(error_of("webmVideoInit.webm") == ErrorCode::unsupported_media);
  CHECK(error_of("encrypted.ts") == ErrorCode::bad_media);
  CHECK(error_of("encryptionKey.key") == ErrorCode::bad_media);
  CHECK(error_of("subtitles.vtt") == ErrorCode::bad_media);
}

}  // namespace
}  // namespace understudy::test
