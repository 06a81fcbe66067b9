// Streams of every codec and container that HLS carries, made by libavformat's muxers: what we make of them and what its
// demuxers do.
#include <iostream>

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

Exceptions ts_exceptions() {
  Exceptions allowed;
  allowed.missing_stamps = true;
  allowed.cut_last_audio_frame = true;
  allowed.audio_interpolation = from_ticks(20, 90'000);
  return allowed;
}

const std::string kX264 = "-c:v libx264 -preset veryfast ";

std::vector<Recipe> recipes() {
  std::vector<Recipe> all;
  const auto ts = [&](const char* name, const std::string& options) {
    all.push_back({name, options, "ts", ts_exceptions()});
  };
  ts("H.264 with B pictures and AAC", kPicture + kTone44 + kX264 + "-bf 3 -g 25 -c:a aac");
  ts("H.264 with open GOPs", kPicture + kX264 + "-bf 2 -g 12 -x264-params open-gop=1:keyint=12:min-keyint=12");
  ts("H.264 with intra refresh", kPicture + kX264 + "-x264-params intra-refresh=1:keyint=20");
  ts("H.264 with slices", kPicture + kX264 + "-x264-params slices=4:bframes=2");
  ts("H.264 interlaced", kPicture + kX264 + "-flags +ilme+ildct -x264-params tff=1:bframes=2");
  ts("H.264 intra only", kPicture + kX264 + "-g 1");
  ts("H.265", kPicture + "-c:v libx265 -preset ultrafast -x265-params log-level=none:bframes=3:keyint=20:open-gop=1");
  ts("AAC", kTone + "-c:a aac");
  ts("AAC in small packets", kTone + "-c:a aac -pes_payload_size 300");
  ts("MP3", kTone44 + "-c:a libmp3lame");
  ts("MP2", kTone + "-c:a mp2");
  ts("AC-3", kTone + "-c:a ac3");
  ts("AC-3 at 44.1 kHz", kTone44 + "-c:a ac3");
  ts("E-AC-3", kTone + "-c:a eac3");
  ts("Opus", kTone + "-c:a libopus");
  const auto mp4 = [&](const char* name, const std::string& options) {
    all.push_back({name, options + " -movflags +frag_keyframe+empty_moov+default_base_moof", "mp4", {}});
  };
  mp4("fMP4: H.264 with B pictures and AAC", kPicture + kTone44 + kX264 + "-bf 3 -g 25 -c:a aac");
  mp4("fMP4: H.264 with open GOPs", kPicture + kX264 + "-bf 2 -g 12 -x264-params open-gop=1:keyint=12:min-keyint=12");
  mp4("fMP4: H.264 with intra refresh", kPicture + kX264 + "-x264-params intra-refresh=1:keyint=20");
  mp4("fMP4: H.265", kPicture + "-c:v libx265 -tag:v hvc1 -preset ultrafast -x265-params log-level=none:bframes=3:keyint=20");
  mp4("fMP4: AAC", kTone + "-c:a aac");
  mp4("fMP4: MP3", kTone44 + "-c:a libmp3lame");
  mp4("fMP4: AC-3", kTone + "-c:a ac3");
  mp4("fMP4: E-AC-3", kTone + "-c:a eac3");
  mp4("fMP4: Opus", kTone + "-c:a libopus");
  mp4("fMP4: FLAC", kTone + "-c:a flac -strict -2");
  const auto mp4_flags = [&](const char* name, const std::string& flags) {
    all.push_back({name, kPicture + kTone44 + kX264 + "-bf 3 -g 25 -c:a aac -movflags " + flags, "mp4", {}});
  };
  mp4_flags("fMP4: base-data-offset", "+frag_keyframe+empty_moov");
  mp4_flags("fMP4: negative composition offsets", "+frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets");
  mp4_flags("fMP4: delayed moov", "+frag_keyframe+delay_moov+default_base_moof");
  mp4_flags("fMP4: one sample a fragment", "+frag_every_frame+empty_moov+default_base_moof");
  mp4_flags("fMP4: CMAF", "+cmaf+frag_keyframe+delay_moov");
  mp4_flags("fMP4: sidx", "+dash+global_sidx+frag_keyframe");
  mp4_flags("progressive MP4", "+faststart");
  return all;
}

TEST_CASE("generated streams demux as libavformat does it", "[judge]") {
  for (const Recipe& recipe : recipes()) {
    const auto bytes = generate(recipe.options, recipe.extension);
    if (!bytes) {
      WARN("no ffmpeg, or it cannot make this: " << recipe.name);
      continue;
    }
    const auto ours = demux({}, *bytes);
    std::cout << recipe.name << " " << ours.out.total() << " units\n";
    for (const auto& line : differences(ours.out, judge(*bytes), recipe.allowed)) std::cout << "   " << line << "\n";
  }
}

}  // namespace
}  // namespace understudy::test
