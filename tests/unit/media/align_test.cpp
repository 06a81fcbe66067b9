// Sources whose dates, encoders or sound are off, put right by their sound.
#include "media/decoder.h"
#include "rig.h"
#include "support/catch.h"
#include "tone.h"

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t kFirst = 500;  // picture that the first source begins with, 20 s

StreamSpec primary_spec() {
  StreamSpec spec;
  spec.first_frame = kFirst;
  spec.frames = 250;
  spec.sound = Sound::code;
  return spec;
}

/// Other GOP phase, other time stamps; begins earlier and lasts longer.
StreamSpec fallback_spec() {
  StreamSpec spec = primary_spec();
  spec.first_frame = kFirst + 50;
  spec.frames = 300;
  spec.first_gop = 13;
  spec.b_frames = 0;
  spec.pts_base = 7777s + 123ms;
  spec.bit_rate = 120'000;
  return spec;
}

void check_programme(const std::vector<ShownPicture>& pictures) {
  REQUIRE_FALSE(pictures.empty());
  std::int64_t bad = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const bool right = pictures[i].number == kFirst + static_cast<std::int64_t>(i) && pictures[i].lost == 0 &&
                       pictures[i].repeated == 0;
    if (!right && ++bad == 1) INFO("picture " << i << " shows " << pictures[i].number);
    bad += right ? 0 : 1;
  }
  CHECK(bad == 0);
}

/// The largest difference between what was played and the programme's sound, both as loud as the coders leave them, in
/// [from, to) seconds after the beginning; the first sample played belongs to picture kFirst.
double worst_difference(const std::vector<float>& played, Sound sound, double from, double to) {
  double worst = 0;
  for (auto i = static_cast<std::int64_t>(from * 48000); i < static_cast<std::int64_t>(to * 48000); ++i) {
    const double t = double(kFirst) / kFrameRate + double(i) / 48000;
    worst = std::max(worst, std::abs(double(played[static_cast<std::size_t>(i)]) - sound_at(sound, t)));
  }
  return worst;
}

/// Does as the owner: corrects the candidate by what is told.
void correct(Rig& rig, Duration skew) { rig.anchor_again(kB, -skew); }

std::optional<media::Aligned> told(const Rig& rig) {
  const auto facts = rig.facts_of<media::Aligned>();
  if (facts.empty()) return std::nullopt;
  return facts.back();
}

/// A is on the air with 4 s of media, B is prepared, dated `skew` too late.
void play_and_prepare(Rig& rig, const StreamSpec& a, const StreamSpec& b, Duration skew) {
  rig.open(kA, encode(a));
  rig.open(kB, encode(b), skew);
  rig.pipeline.start(kA, content(kFirst));
  for (std::size_t i = 0; i < 5; ++i) rig.feed(kA, i);
  rig.run_for(300ms);
  rig.pipeline.prepare(kB);
  rig.feed_all(kB);
  rig.run_for(600ms);
}

}  // namespace

TEST_CASE("wrong dates are told, and once they are put right the splice loses and repeats nothing") {
  for (const Duration skew : {Duration(700ms), Duration(-3s), Duration(9s)}) {
    INFO("skew " << skew.count());
    Rig rig;
    play_and_prepare(rig, primary_spec(), fallback_spec(), skew);
    const auto fact = told(rig);
    REQUIRE(fact.has_value());
    REQUIRE(fact->clear);
    CHECK(fact->source == kB);
    CHECK(fact->against == kA);
    CHECK(std::abs((fact->skew - skew).count()) < 1'000'000);
    correct(rig, fact->skew);
    rig.run_for(200ms);
    REQUIRE(rig.buffer(kB).splice_ready);
    rig.pipeline.splice(kB);
    rig.run_for(8s);
    check_programme(rig.video.pictures);
    CHECK(rig.facts_of<media::Switched>().size() == 1);
    CHECK(rig.facts_of<media::Aligned>().size() == 1);
    CHECK(rig.pipeline.counters().silence_frames == 0);
    CHECK(worst_difference(rig.audio.left, Sound::code, 0.2, 8) < 0.06);
  }
}

TEST_CASE("sound that is late against its own picture is put right by the pipeline itself") {
  for (const int delay : {1024, 2112}) {
    for (const Duration skew : {Duration(0), Duration(700ms), Duration(-3s)}) {
      // 44 ms with wrong dates: see the next case.
      if (delay == 2112 && skew != Duration(0)) continue;
      INFO("delay " << delay << " skew " << skew.count());
      Rig rig;
      StreamSpec late = fallback_spec();
      late.unsignalled_delay = delay;
      play_and_prepare(rig, primary_spec(), late, skew);
      const auto fact = told(rig);
      REQUIRE(fact.has_value());
      REQUIRE(fact->clear);
      CHECK(std::abs((fact->skew - skew).count()) < 1'000'000);
      correct(rig, fact->skew);
      rig.run_for(200ms);
      rig.pipeline.splice(kB);
      rig.run_for(8s);
      check_programme(rig.video.pictures);
      CHECK(rig.facts_of<media::Switched>().size() == 1);
      CHECK(worst_difference(rig.audio.left, Sound::code, 0.2, 8) < 0.06);
    }
  }
}

TEST_CASE("a delay of more than three quarters of a frame together with wrong dates costs one picture, not the sound") {
  // Nothing in the sound or in the picture grids tells 44 ms of delay from 4 ms and one frame of 40 ms.
  Rig rig;
  StreamSpec late = fallback_spec();
  late.unsignalled_delay = 2112;
  play_and_prepare(rig, primary_spec(), late, -3s);
  const auto fact = told(rig);
  REQUIRE(fact.has_value());
  REQUIRE(fact->clear);
  CHECK(std::abs((fact->skew - (-3s + kFrame)).count()) < 1'000'000);
  correct(rig, fact->skew);
  rig.run_for(200ms);
  rig.pipeline.splice(kB);
  rig.run_for(8s);
  const auto& pictures = rig.video.pictures;
  std::int64_t skipped = 0;
  for (std::size_t i = 1; i < pictures.size(); ++i) skipped += pictures[i].number - pictures[i - 1].number - 1;
  CHECK(skipped == 1);
  CHECK(worst_difference(rig.audio.left, Sound::code, 0.2, 8) < 0.06);
}

TEST_CASE("the skew is exact to a millisecond across codecs, sample rates, channels and frame rates") {
  struct Variant {
    const char* encoder;
    int rate;
    int channels;
    Sound sound;
  };
  const Variant variants[] = {{"aac", 44100, 1, Sound::code},      {"aac", 32000, 2, Sound::speech},
                              {"ac3", 48000, 2, Sound::music},     {"libmp3lame", 44100, 2, Sound::speech},
                              {"libopus", 48000, 1, Sound::noise}, {"aac", 48000, 6, Sound::music}};
  for (const Variant& variant : variants) {
    INFO(variant.encoder << " " << variant.rate << " " << variant.channels);
    StreamSpec a = primary_spec();
    a.sound = variant.sound;
    // Of another frame rate, the whole offset is told.
    StreamSpec b = fallback_spec();
    b.sound = variant.sound;
    b.frame_rate = 50;
    b.first_frame = 2 * (kFirst + 40);
    b.audio_encoder = variant.encoder;
    b.sample_rate = variant.rate;
    b.channels = variant.channels;
    Rig rig;
    play_and_prepare(rig, a, b, 1234ms);
    const auto fact = told(rig);
    REQUIRE(fact.has_value());
    REQUIRE(fact->clear);
    const double error_us = double((fact->skew - 1234ms).count()) / 1000;
    UNSCOPED_INFO("off by " << error_us << " us");
    CHECK(std::abs(error_us) < 300);
  }
}

TEST_CASE("sources that have nothing in common are not aligned") {
  Rig rig;
  StreamSpec other = fallback_spec();
  other.first_frame = 20'000;
  play_and_prepare(rig, primary_spec(), other, content(kFirst + 50) - content(20'000));
  rig.run_for(2s);
  const auto facts = rig.facts_of<media::Aligned>();
  REQUIRE(facts.size() == 1);
  CHECK_FALSE(facts[0].clear);
}

TEST_CASE("silence and a steady tone align nothing") {
  for (const Sound sound : {Sound::silence, Sound::sine}) {
    Rig rig;
    StreamSpec a = primary_spec();
    StreamSpec b = fallback_spec();
    a.sound = b.sound = sound;
    play_and_prepare(rig, a, b, 700ms);
    rig.run_for(2s);
    const auto facts = rig.facts_of<media::Aligned>();
    REQUIRE(facts.size() == 1);
    CHECK_FALSE(facts[0].clear);
  }
}
