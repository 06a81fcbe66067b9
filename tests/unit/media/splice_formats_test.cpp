// Sources that differ in every way that encoders can, joined: each picture in its place, the sound without a seam.
#include "rig.h"
#include "support/catch.h"
#include "tone.h"

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

struct Variant {
  const char* name;
  StreamSpec spec;
};

std::vector<Variant> variants() {
  StreamSpec base;
  base.first_gop = 13;
  base.b_frames = 0;
  base.pts_base = 7777s + 123ms;
  std::vector<Variant> out = {{"other picture size, sound rate and channels", base},
                              {"HEVC with MP3", base},
                              {"HEVC in ten bits with AC-3", base},
                              {"Opus", base},
                              {"32 kHz mono", base},
                              {"a long GOP and many reordered pictures", base},
                              {"time stamps that wrap round", base}};
  out[0].spec.width = 320;
  out[0].spec.height = 192;
  out[0].spec.sample_rate = 44100;
  out[0].spec.channels = 1;
  out[1].spec.video_encoder = "libx265";
  out[1].spec.audio_encoder = "libmp3lame";
  out[2].spec.video_encoder = "libx265";
  out[2].spec.ten_bit = true;
  out[2].spec.audio_encoder = "ac3";
  out[3].spec.audio_encoder = "libopus";
  out[4].spec.sample_rate = 32000;
  out[4].spec.channels = 1;
  out[5].spec.gop = 50;
  out[5].spec.first_gop = 38;
  out[5].spec.b_frames = 4;
  out[6].spec.pts_base = 95443s;  // 2^33 ticks of 90 kHz are 95443.7 s
  return out;
}

/// Each picture shows what its content time says, and the next one follows when it ends.
void check_pictures(const std::vector<ShownPicture>& pictures, int rate_of_b) {
  REQUIRE_FALSE(pictures.empty());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const ShownPicture& p = pictures[i];
    const int rate = p.source == kA ? kFrameRate : rate_of_b;
    const MediaTime expected(from_ticks(p.number, static_cast<std::uint32_t>(rate)));
    CHECK(std::abs((p.content_time - expected).count()) < 100'000);
    CHECK(p.lost == 0);
    CHECK(p.repeated == 0);
    if (i == 0 || p.source != pictures[i - 1].source) continue;
    CHECK(p.number == pictures[i - 1].number + 1);
  }
}

}  // namespace

TEST_CASE("whatever differs between two sources, a splice loses no picture and no sound") {
  const EncodedStream plain = encode({});
  for (const Variant& variant : variants()) {
    const EncodedStream other = encode(variant.spec);
    for (const bool away : {true, false}) {
      INFO(variant.name << (away ? ", switched to" : ", left"));
      Rig rig;
      rig.open(kA, away ? plain : other);
      rig.open(kB, away ? other : plain);
      rig.pipeline.start(kA, content(0));
      rig.feed(kA, 0);
      rig.feed(kA, 1);
      rig.feed_all(kB);
      rig.pipeline.prepare(kB);
      rig.run_for(300ms);
      rig.pipeline.splice(kB);
      rig.run_for(4s);
      check_pictures(rig.video.pictures, kFrameRate);
      CHECK(rig.video.pictures.size() > 100);
      CHECK(rig.facts_of<media::Switched>().size() == 1);
      CHECK(rig.facts_of<media::Stalled>().empty());
      CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(4800, 48000 * 4), 48000) < 0.035);
    }
  }
}

TEST_CASE("another frame rate loses and repeats nothing, also from the middle of a picture") {
  const EncodedStream plain = encode({});
  for (const int rate : {50, 30}) {
    for (const int first_gop : {20, 21, 27}) {
      INFO("rate " << rate << " random access point " << first_gop);
      Rig rig;
      StreamSpec other;
      other.frame_rate = rate;
      other.frames = 5 * rate;
      other.gop = 100;
      other.first_gop = first_gop;
      rig.open(kA, plain);
      rig.open(kB, encode(other));
      rig.pipeline.start(kA, content(0));
      rig.feed(kA, 0);
      rig.feed_all(kB);
      rig.pipeline.prepare(kB);
      rig.run_for(150ms);
      rig.pipeline.splice(kB);
      rig.run_for(3s);
      check_pictures(rig.video.pictures, rate);
      const auto switched = rig.facts_of<media::Switched>();
      REQUIRE(switched.size() == 1);
      CHECK(switched[0].gap <= 6ms);
      CHECK(rig.pipeline.counters().frames_lost == 0);
      CHECK(rig.pipeline.counters().frames_repeated == 0);
      CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(4800, 48000 * 2), 48000) < 0.03);
    }
  }
}
