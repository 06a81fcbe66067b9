// What a viewer set and what a viewer sees, carried over a change of source; and sources that begin with sound alone.
#include <algorithm>

#include "rig.h"
#include "support/catch.h"
#include "tone.h"

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

StreamSpec fallback_spec() {
  StreamSpec spec;
  spec.first_gop = 13;
  spec.b_frames = 0;
  spec.pts_base = 7777s + 123ms;
  spec.sample_rate = 44100;  // another decoder, another resampler
  return spec;
}

/// A on air until 2 s, B from picture 38 on; `before_splice` is done while A is heard.
template <class F>
void splice_at_38(Rig& rig, F before_splice) {
  rig.open(kA, encode({}));
  rig.open(kB, encode(fallback_spec()));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.run_for(300ms);
  before_splice();
  rig.feed_all(kB);
  rig.pipeline.prepare(kB);
  rig.run_for(100ms);
  REQUIRE(rig.buffer(kB).splice_ready);
  rig.pipeline.splice(kB);
}

double loudness_at(const Rig& rig, double seconds) {
  const auto at = static_cast<std::size_t>(seconds * 48000);
  return loudness(std::span<const float>(rig.audio.left).subspan(at, 4800));
}

constexpr double kFull = 0.354;  // of a tone of amplitude 0.5

/// Joined within its first group of pictures: what comes first cannot be shown.
std::vector<StreamSpec> headless_specs(std::int64_t first_frame) {
  StreamSpec no_access;  // the first random access point is lost, the pictures that need it are there
  no_access.first_frame = first_frame;
  no_access.pts_base = 300s;
  no_access.missing_until = 1;
  StreamSpec later = no_access;  // sound, then pictures that need what is lost
  later.missing_until = 12;
  StreamSpec sound_alone = no_access;  // sound for a whole group of pictures
  sound_alone.missing_until = 25;
  return {no_access, later, sound_alone};
}

}  // namespace

TEST_CASE("a muted viewer hears nothing of the new source until it is unmuted") {
  Rig rig;
  splice_at_38(rig, [&] { rig.pipeline.set_volume(100, true); });
  rig.run_for(2500ms);
  REQUIRE(rig.facts_of<media::Switched>().size() == 1);
  CHECK(loudness_at(rig, 1.0) < 0.001);
  for (double at = 1.4; at < 2.6; at += 0.1) CHECK(loudness_at(rig, at) < 0.001);  // the splice is at 1.52 s
  rig.pipeline.set_volume(100, false);
  rig.run_for(1s);
  CHECK(loudness_at(rig, 3.5) == Approx(kFull).margin(0.02));
}

TEST_CASE("the volume is the viewer's, not the source's") {
  Rig rig;
  splice_at_38(rig, [&] { rig.pipeline.set_volume(50, false); });
  rig.run_for(3s);
  REQUIRE(rig.facts_of<media::Switched>().size() == 1);
  for (double at = 1.0; at < 3.0; at += 0.1) CHECK(loudness_at(rig, at) == Approx(kFull / 2).margin(0.01));
  CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(48000, 48000 * 2), 48000) < 0.03);
}

TEST_CASE("volume and mute outlast a stop and the start of another source") {
  for (const bool muted : {true, false}) {
    Rig rig;
    rig.open(kA, encode({}));
    rig.pipeline.start(kA, content(0));
    rig.feed_all(kA);
    rig.run_for(500ms);
    rig.pipeline.set_volume(50, muted);
    rig.pipeline.stop();
    rig.run_for(500ms);
    const std::size_t heard = rig.audio.left.size();
    rig.open(kB, encode(fallback_spec()));
    rig.feed_all(kB);
    rig.pipeline.start(kB, content(0));
    rig.run_for(2s);
    REQUIRE(rig.audio.left.size() > heard + 60000);
    const std::span<const float> later = std::span<const float>(rig.audio.left).subspan(heard + 24000, 24000);
    CHECK(loudness(later) == Approx(muted ? 0 : kFull / 2).margin(0.01));
  }
}

TEST_CASE("after a splice every picture is a new one, in step with the position that is told") {
  // A position that follows the sound over a picture that stands passes for playing everywhere but on the screen.
  Rig rig;
  splice_at_38(rig, [] {});
  std::size_t compared = 0;
  for (int i = 0; i < 600; ++i) {
    rig.run_for(5ms);
    const media::Snapshot told = rig.pipeline.snapshot();
    const ShownPicture& shown = rig.video.pictures.back();
    if (!told.playing || shown.source != kB) continue;
    ++compared;
    CHECK(told.playhead - shown.content_time >= -1ms);
    CHECK(told.playhead - shown.content_time < kFrame + 6ms);
  }
  CHECK(compared > 300);
  const auto& pictures = rig.video.pictures;
  for (std::size_t i = 1; i < pictures.size(); ++i) {
    CHECK(pictures[i].number == pictures[i - 1].number + 1);
    CHECK(pictures[i].at - pictures[i - 1].at < kFrame + 11ms);
  }
}

TEST_CASE("a candidate whose sound is well and whose pictures cannot be decoded is never ready") {
  Rig rig;
  rig.open(kA, encode({}));
  EncodedStream broken = encode(fallback_spec());
  for (EncodedSegment& segment : broken.segments) spoil_first_picture(segment.bytes);
  rig.open(kB, broken);
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(300ms);
  rig.feed_all(kB);
  rig.pipeline.prepare(kB);
  bool ready = false;
  for (int i = 0; i < 400; ++i) {
    rig.run_for(5ms);
    ready = ready || rig.buffer(kB).splice_ready;
  }
  CHECK_FALSE(ready);
  CHECK_FALSE(rig.facts_of<media::MediaDamaged>().empty());  // and the owner is told
}

TEST_CASE("sound that goes on without pictures is no good media") {
  // What the engine goes by: the good end stays where the pictures end, so it can leave before the picture stands.
  Rig rig;
  StreamSpec spec;
  spec.missing_from = 75;
  spec.missing_until = 150;
  rig.open(kA, encode(spec));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(500ms);
  REQUIRE(rig.buffer(kA).good_until);
  CHECK(*rig.buffer(kA).good_until <= content(75));
  CHECK(*rig.buffer(kA).good_until >= content(72));
}

TEST_CASE("a source that begins with sound alone is shown from its first random access point, in time with its sound") {
  for (const StreamSpec& spec : headless_specs(0)) {
    Rig rig;
    rig.open(kA, encode(spec));
    rig.pipeline.start(kA, content(0));
    rig.feed_all(kA);
    rig.run_for(4s);
    INFO(spec.missing_until << " pictures missing");
    REQUIRE(!rig.video.pictures.empty());
    CHECK(rig.video.pictures.front().number == 25);
    for (std::size_t i = 1; i < rig.video.pictures.size(); ++i)
      CHECK(rig.video.pictures[i].number == rig.video.pictures[i - 1].number + 1);
    CHECK(rig.facts_of<media::FirstFrame>().size() == 1);
    CHECK(rig.facts_of<media::Stalled>().empty());
    // The sound begins with the picture: at content time 1 s the tone has a phase of 0 (440 periods), whatever came
    // before.
    const auto& left = rig.audio.left;
    const auto begin = std::find_if(left.begin(), left.end(), [](float v) { return std::abs(v) > 0.02f; });
    REQUIRE(begin != left.end());
    const Duration heard = Duration((begin - left.begin()) * 1'000'000'000 / 48000);
    const Duration shown = rig.video.pictures.front().at - Instant(Duration(1'000'000'000));
    CHECK(heard - shown < 60ms);
    CHECK(shown - heard < 60ms);
    CHECK(
        worst_click(std::span<const float>(left).subspan(static_cast<std::size_t>(begin - left.begin()) + 2400, 96000),
                    48000) < 0.03);
  }
}

TEST_CASE("a candidate that begins with sound alone is entered at its first random access point without a trace") {
  for (const StreamSpec& spec : headless_specs(10)) {
    Rig rig;
    rig.open(kA, encode({}));
    rig.open(kB, encode(spec));  // aligned by its pictures: its sound begins 21 ms before the date
    rig.pipeline.start(kA, content(0));
    rig.feed(kA, 0);
    rig.feed(kA, 1);
    rig.run_for(300ms);
    rig.feed_all(kB);
    rig.pipeline.prepare(kB);
    rig.run_for(100ms);
    INFO(spec.missing_until << " pictures missing");
    CHECK(rig.buffer(kB).planned_splice == content(35));
    REQUIRE(rig.buffer(kB).splice_ready);
    rig.pipeline.splice(kB);
    rig.run_for(3s);
    const auto& pictures = rig.video.pictures;
    for (std::size_t i = 0; i < pictures.size(); ++i) CHECK(pictures[i].number == static_cast<std::int64_t>(i));
    const auto first = std::find_if(pictures.begin(), pictures.end(), [](const auto& p) { return p.source == kB; });
    REQUIRE(first != pictures.end());
    CHECK(first->number == 35);  // 10 is lost; the next random access point is a group of pictures later
    CHECK(rig.facts_of<media::Switched>().size() == 1);
    CHECK(rig.facts_of<media::Stalled>().empty());
    CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(4800, 48000 * 2), 48000) < 0.03);
  }
}

TEST_CASE("a source whose pictures never begin is placed by what it has when no more comes") {
  StreamSpec spec;
  spec.frames = 25;
  spec.missing_until = 25;
  Rig rig;
  rig.open(kA, encode(spec));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  CHECK(rig.facts_of<media::SegmentOpened>().empty());  // a picture may follow, and tells better
  rig.pipeline.end_of_stream(kA, Epoch{1});
  rig.run_for(1500ms);
  CHECK(rig.facts_of<media::SegmentOpened>().size() == 1);
  CHECK(loudness_at(rig, 0.5) > 0.3);
}
