// Media that nobody here wrote, through the whole pipeline on virtual time: every file of the corpora plays to its end
// with as many pictures and as much sound as ffprobe counts in it, and what cannot be played ends in a typed error.
#include "support/corpora.h"

#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "platform.h"
#include "support/catch.h"
#include "understudy/null_sinks.h"

namespace understudy::test {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using Bytes = std::vector<std::uint8_t>;

// Where the file's own time stamps lie does not matter to a viewer: each is shown from here on.
constexpr MediaTime kContentBegin{1000s};
constexpr SourceId kSource{0};
constexpr Epoch kEpoch{1};

std::optional<std::filesystem::path> corpora_or_warning() {
  auto root = corpora();
  if (!root) WARN("no corpora: skipped");
  return root;
}

Bytes read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return Bytes{std::istreambuf_iterator<char>(file), {}};
}

Json files_of(const std::filesystem::path& root) {
  std::ifstream stream(root / "manifest.json");
  return Json::parse(stream)["files"];
}

struct Played {
  std::int64_t pictures = 0;
  std::int64_t sound_frames = 0;  // sample frames played before the end, silence not included
  std::optional<media::SegmentClosed> closed;
  std::vector<media::MediaDamaged> damage;
  bool to_the_end = false;
  media::Counters counters;
};

/// One segment, in the pieces in which a network would bring it.
Played play(const Bytes& init, const Bytes& body) {
  NullVideoSink video;
  NullAudioSink audio;
  media::Pipeline pipeline(video, audio);
  Played played;
  Instant now{1s};
  const auto take_facts = [&] {
    while (auto fact = pipeline.poll_fact()) {
      if (const auto* opened = std::get_if<media::SegmentOpened>(&*fact))
        pipeline.anchor(kSource, kEpoch, opened->segment.discontinuity_sequence, kContentBegin - opened->first_pts);
      if (const auto* closed = std::get_if<media::SegmentClosed>(&*fact)) played.closed = *closed;
      if (const auto* damaged = std::get_if<media::MediaDamaged>(&*fact)) played.damage.push_back(*damaged);
      if (std::holds_alternative<media::PlayedOut>(*fact)) played.to_the_end = true;
    }
  };
  pipeline.open(kSource, kEpoch, false);
  pipeline.start(kSource, kContentBegin - 1s);
  const media::SegmentRef segment{kSource, kEpoch, media::Stream::main, MediaSequenceNumber{0}, 0};
  pipeline.begin_segment(segment, false, init);
  constexpr std::size_t kPiece = 1400;
  for (std::size_t at = 0; at < body.size(); at += kPiece) {
    pipeline.append(segment, std::span(body).subspan(at, std::min(kPiece, body.size() - at)));
    take_facts();
  }
  pipeline.end_segment(segment, media::Pipeline::BodyEnd::complete);
  take_facts();
  pipeline.end_of_stream(kSource, kEpoch);
  const Duration span = played.closed ? played.closed->span : Duration::zero();
  for (const Instant end = now + span + 5s; now < end && !played.to_the_end; now += 5ms) {
    iterate(pipeline, now);
    take_facts();
  }
  audio.advance(now + 1s);  // what the device still holds
  played.pictures = video.frames();
  played.counters = pipeline.counters();
  played.sound_frames = audio.played_frames() - audio.underrun_frames() - played.counters.silence_frames;
  return played;
}

struct Expected {
  std::int64_t pictures = 0;
  double sound_s = 0;
};

/// Seconds of one packet of these codecs: 1024 (AAC) or 1536 (AC-3) samples.
double packet_seconds(const Json& stream) {
  const std::string codec = stream.value("codec_name", "");
  const double rate = std::stod(stream.value("sample_rate", "48000"));
  return (codec == "ac3" ? 1536 : 1024) / rate;
}

/// Sound that comes before the first picture is not played: a source is shown from its first random access point.
Expected expected_of(const Json& ffprobe) {
  Expected expected;
  double first_picture = 0;
  double sound_begin = 0;
  for (const Json& stream : ffprobe.value("streams", Json::array())) {
    const double packets = std::stod(stream.value("nb_read_packets", "0"));
    const std::string base = stream.value("time_base", "1/90000");
    const double begin = stream.value("start_pts", 0.0) / std::stod(base.substr(base.find('/') + 1));
    if (stream.value("codec_type", "") == "video") {
      expected.pictures += static_cast<std::int64_t>(packets);
      first_picture = begin;
    } else if (stream.value("codec_type", "") == "audio") {
      expected.sound_s += packets * packet_seconds(stream);
      sound_begin = begin;
    }
  }
  if (expected.pictures > 0 && expected.sound_s > 0) expected.sound_s -= std::max(0.0, first_picture - sound_begin);
  return expected;
}

void check_played(const Played& played, const Expected& expected) {
  REQUIRE(played.closed);
  CHECK(played.closed->good);
  if (played.closed->error) INFO(played.closed->error->detail);
  CHECK(played.damage.empty());
  CHECK(played.to_the_end);
  CHECK(played.pictures == expected.pictures);
  CHECK(played.counters.frames_lost == 0);
  CHECK(played.counters.frames_dropped_late == 0);
  const double sound_s = static_cast<double>(played.sound_frames) / 48000;
  CHECK(sound_s == Approx(expected.sound_s).margin(0.025));
}

// The others need something beside them, and have a test of their own.
bool stands_alone(const Json& file) {
  const auto has = [&](const char* feature) {
    const Json& features = file["features"];
    return std::find(features.begin(), features.end(), feature) != features.end();
  };
  return !has("fmp4-init") && !has("webvtt") && !has("aes-128") && file["expected"]["ffprobe"]["format"].is_string();
}

TEST_CASE("every decodable media file of the corpora plays to its end, every picture of it") {
  const auto root = corpora_or_warning();
  if (!root) return;
  int count = 0;
  for (const Json& file : files_of(*root)) {
    if (file["type"] != "media" || file["hostile"] == true || !stands_alone(file)) continue;
    const std::string name = file["file"];
    INFO(name);
    check_played(play({}, read_file(*root / name)), expected_of(file["expected"]["ffprobe"]));
    ++count;
  }
  CHECK(count >= 38);
}

TEST_CASE("fragments play behind their media initialization section") {
  const auto root = corpora_or_warning();
  if (!root) return;
  const auto media = *root / "media";
  // What `ffprobe -count_packets` says of the init section and the fragment joined; the manifest has no facts of pairs.
  check_played(
      play(read_file(media / "http-streaming/mp4MuxedInit.mp4"), read_file(media / "http-streaming/mp4Muxed.mp4")),
      {120, 175 * 1024 / 44100.0 - 0.046029});
  check_played(play(read_file(media / "mux.js/dash-608-captions-init.mp4"),
                    read_file(media / "mux.js/dash-608-captions-seg.m4s")),
               {500, 0});
}

TEST_CASE("hostile, encrypted and foreign media end in a typed error or in what is good of them") {
  const auto root = corpora_or_warning();
  if (!root) return;
  std::map<std::string, Played> all;
  for (const Json& file : files_of(*root)) {
    if (file["type"] != "media" || (file["hostile"] != true && stands_alone(file))) continue;
    const std::string name = std::filesystem::path(file["file"].get<std::string>()).filename().string();
    INFO(name);
    const Played played = all.emplace(name, play({}, read_file(*root / file["file"].get<std::string>()))).first->second;
    REQUIRE(played.closed);
    CHECK(played.closed->good == !played.closed->error.has_value());
    if (played.closed->error) CHECK_FALSE(played.closed->error->detail.empty());
  }
  const auto error_of = [&](const char* name) { return all.at(name).closed->error.value_or(Error{}).code; };
  CHECK(error_of("encrypted.ts") == ErrorCode::bad_media);  // AES-128: nothing of a transport stream is left
  CHECK(error_of("sidx.mp4") == ErrorCode::bad_media);
  CHECK(error_of("zeroLength.ts") == ErrorCode::bad_media);
  CHECK(error_of("test-stuffed-pes.ts") == ErrorCode::bad_media);
  CHECK(error_of("webmVideoInit.webm") == ErrorCode::unsupported_media);
  CHECK(error_of("mp4Muxed.mp4") == ErrorCode::bad_media);  // without its init section
  CHECK(error_of("subtitles.vtt") == ErrorCode::bad_media);
  // Time stamps across the 33-bit wrap, tables in the middle, a track that is declared and never comes: these play.
  CHECK(all.at("audioMaxOffset.ts").to_the_end);
  CHECK(all.at("videoMaxOffset.ts").pictures == 2);
  CHECK(all.at("test-no-audio-segment.ts").pictures == 134);
}

TEST_CASE("a fragment behind a foreign media initialization section is damage, not a crash") {
  const auto root = corpora_or_warning();
  if (!root) return;
  const auto media = *root / "media";
  const Played played =
      play(read_file(media / "mux.js/dash-608-captions-init.mp4"), read_file(media / "http-streaming/mp4Captions.mp4"));
  REQUIRE(played.closed);
  CHECK((!played.closed->good || !played.damage.empty()));
}

}  // namespace
}  // namespace understudy::test
