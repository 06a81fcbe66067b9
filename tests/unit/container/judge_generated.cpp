// Streams of every codec and container that HLS carries, made by libavformat's muxers: what we make of them and what
// its demuxers do.
#include "generate.h"
#include "judge.h"
#include "support/catch.h"

namespace understudy::test {
namespace {

struct Recipe {
  const char* name;
  std::string options;
  const char* extension;
  Exceptions allowed;
};

const std::string kX264 = "-c:v libx264 -preset veryfast ";

std::vector<Recipe> recipes() {
  // At 44.1 kHz no frame is a whole number of 90 kHz ticks; the muxer puts up to this many into a PES packet.
  const Exceptions frames_between_stamps{.audio_frames_between_stamps = 14};
  std::vector<Recipe> all;
  const auto ts = [&](const char* name, const std::string& options, const Exceptions& allowed = {}) {
    all.push_back({name, options, "ts", allowed});
  };
  ts("H.264 with B pictures and AAC", kPicture + kTone44 + kX264 + "-bf 3 -g 25 -c:a aac", frames_between_stamps);
  ts("H.264 with open GOPs", kPicture + kX264 + "-bf 2 -g 12 -x264-params open-gop=1:keyint=12:min-keyint=12");
  ts("H.264 with intra refresh", kPicture + kX264 + "-x264-params intra-refresh=1:keyint=20");
  ts("H.264 with slices", kPicture + kX264 + "-x264-params slices=4:bframes=2");
  ts("H.264 interlaced", kPicture + kX264 + "-flags +ilme+ildct -x264-params tff=1:bframes=2");
  ts("H.264 intra only", kPicture + kX264 + "-g 1");
  ts("H.265", kPicture + "-c:v libx265 -preset ultrafast -x265-params log-level=none:bframes=3:keyint=20:open-gop=1",
     {.hevc_zero_byte = true});
  ts("AAC", kTone + "-c:a aac");
  ts("AAC in small packets", kTone + "-c:a aac -pes_payload_size 300");
  ts("MP3", kTone44 + "-c:a libmp3lame", frames_between_stamps);
  ts("MP2", kTone + "-c:a mp2");
  ts("AC-3", kTone + "-c:a ac3");
  ts("AC-3 at 44.1 kHz", kTone44 + "-c:a ac3", frames_between_stamps);
  ts("E-AC-3", kTone + "-c:a eac3");
  ts("Opus", kTone + "-c:a libopus");
  const auto mp4 = [&](const char* name, const std::string& options) {
    all.push_back({name, options + " -movflags +frag_keyframe+empty_moov+default_base_moof", "mp4", {}});
  };
  mp4("fMP4: H.264 with B pictures and AAC", kPicture + kTone44 + kX264 + "-bf 3 -g 25 -c:a aac");
  mp4("fMP4: H.264 with open GOPs", kPicture + kX264 + "-bf 2 -g 12 -x264-params open-gop=1:keyint=12:min-keyint=12");
  mp4("fMP4: H.264 with intra refresh", kPicture + kX264 + "-x264-params intra-refresh=1:keyint=20");
  mp4("fMP4: H.265",
      kPicture + "-c:v libx265 -tag:v hvc1 -preset ultrafast -x265-params log-level=none:bframes=3:keyint=20");
  mp4("fMP4: AAC", kTone + "-c:a aac");
  mp4("fMP4: MP3", kTone44 + "-c:a libmp3lame");
  mp4("fMP4: AC-3", kTone + "-c:a ac3 -movflags delay_moov");
  mp4("fMP4: E-AC-3", kTone + "-c:a eac3 -movflags delay_moov");
  mp4("fMP4: Opus", kTone + "-c:a libopus");
  mp4("fMP4: FLAC", kTone + "-c:a flac -strict -2");
  const auto mp4_flags = [&](const char* name, const std::string& flags, const Exceptions& allowed = {}) {
    all.push_back({name, kPicture + kTone44 + kX264 + "-bf 3 -g 25 -c:a aac -movflags " + flags, "mp4", allowed});
  };
  const Exceptions negative_offsets{.video_pts_offset = from_ms(-80)};  // two pictures
  mp4_flags("fMP4: base-data-offset", "+frag_keyframe+empty_moov");
  mp4_flags("fMP4: negative composition offsets", "+frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets",
            negative_offsets);
  mp4_flags("fMP4: delayed moov", "+frag_keyframe+delay_moov+default_base_moof");
  mp4_flags("fMP4: one sample a fragment", "+frag_every_frame+empty_moov+default_base_moof");
  mp4_flags("fMP4: CMAF", "+cmaf+frag_keyframe+delay_moov", negative_offsets);
  mp4_flags("fMP4: sidx", "+dash+global_sidx+frag_keyframe");
  mp4_flags("progressive MP4", "+faststart");
  const auto packed = [&](const char* name, const std::string& options, const char* extension) {
    all.push_back({name, options, extension, {}});
  };
  packed("packed AAC", kTone44 + "-c:a aac", "aac");
  packed("packed MP3", kTone44 + "-c:a libmp3lame -write_xing 0 -id3v2_version 0", "mp3");
  packed("packed AC-3", kTone + "-c:a ac3", "ac3");
  packed("packed E-AC-3", kTone + "-c:a eac3", "eac3");
  return all;
}

void check_pieces(std::span<const std::uint8_t> bytes, const Demuxed& whole) {
  for (std::uint32_t seed = 0; seed < 3; ++seed) {
    const auto pieces = demux({}, bytes, {Chunking::Kind::random, seed});
    CHECK(is_prefix(pieces.out, whole.out));
    CHECK(pieces.out.total() == whole.out.total());
  }
}

TEST_CASE("generated streams demux as libavformat does it", "[judge]") {
  for (const Recipe& recipe : recipes()) {
    INFO(recipe.name);
    const auto bytes = generate(recipe.options, recipe.extension);
    if (!bytes) {
      WARN("no ffmpeg, or it cannot make this: " << recipe.name);
      continue;
    }
    const auto whole = demux({}, *bytes);
    CHECK_FALSE(whole.report.error);
    CHECK(whole.report.damaged_units == 0);
    check_pieces(*bytes, whole);
    for (const std::string& line : differences(whole.out, judge(*bytes), recipe.allowed)) FAIL_CHECK(line);
  }
}

const std::string kFourSeconds =
    "-f lavfi -i testsrc2=s=320x180:r=25:d=4 -f lavfi -i sine=f=440:r=48000:d=4 -c:v libx264 -preset veryfast -bf 2 -g "
    "25 "
    "-c:a aac -f hls -hls_time 1 -hls_list_size 0 ";

// Each file as a segment of its own, all through one demuxer.
Collector demux_segments(const std::vector<Bytes>& segments) {
  Collector out;
  const auto demuxer = container::make_demuxer();
  for (const Bytes& segment : segments) {
    demuxer->begin_segment({});
    push_chunked(*demuxer, segment, {Chunking::Kind::random, 1}, out);
    const auto report = demuxer->end_segment(container::BodyEnd::complete, out);
    CHECK_FALSE(report.error);
    CHECK(report.damaged_units == 0);
    CHECK(report.continuity_errors == 0);
  }
  return out;
}

void check_segments(const std::string& options, const std::string& extension, const Exceptions& allowed) {
  std::vector<Bytes> segments;
  Bytes all;
  for (auto& [name, bytes] : generate_files(kFourSeconds + options)) {
    if (name.find(extension) == std::string::npos && name.find("init") == std::string::npos) continue;
    all.insert(all.end(), bytes.begin(), bytes.end());
    segments.push_back(std::move(bytes));
  }
  if (segments.empty()) {
    WARN("no ffmpeg: skipped");
    return;
  }
  REQUIRE(segments.size() >= 4);
  const Collector out = demux_segments(segments);
  for (const std::string& line : differences(out, judge(all), allowed)) FAIL_CHECK(line);
  for (const auto& [track, units] : out.units) {
    for (std::size_t i = 1; i < units.size(); ++i) CHECK(units[i].dts > units[i - 1].dts);
  }
}

TEST_CASE("segments one after the other are what they are in one piece", "[judge]") {
  check_segments("-hls_segment_filename @/s%03d.ts @/x.m3u8", ".ts", {});
  check_segments("-hls_segment_type fmp4 -hls_fmp4_init_filename init.mp4 -hls_segment_filename @/s%03d.m4s @/x.m3u8",
                 ".m4s", {});
}

TEST_CASE("time stamps go on across a 33-bit wrap between segments", "[judge]") {
  // 2^33 ticks are 95443.7 s: the wrap lies in the third segment.
  check_segments("-output_ts_offset 95440 -hls_segment_filename @/s%03d.ts @/x.m3u8", ".ts", {.modulo_33_bits = true});
}

TEST_CASE("leading pictures of H.265 are marked, and they alone") {
  for (const char* extension : {"ts", "mp4"}) {
    const auto bytes = generate(kPicture +
                                    "-c:v libx265 -tag:v hvc1 -preset ultrafast -movflags +frag_keyframe+empty_moov "
                                    "-x265-params log-level=none:bframes=3:keyint=20:open-gop=1",
                                extension);
    if (!bytes) {
      WARN("no ffmpeg: skipped");
      return;
    }
    std::size_t leading = 0;
    MediaTime random_access{};
    const auto result = demux({}, *bytes);
    for (const auto& unit : result.out.units.begin()->second) {
      if (unit.key) random_access = unit.pts;
      CHECK(unit.leading == (unit.pts < random_access));
      leading += unit.leading ? 1 : 0;
    }
    CHECK(leading > 0);
  }
}

}  // namespace
}  // namespace understudy::test
