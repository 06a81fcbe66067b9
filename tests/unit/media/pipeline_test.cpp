// One source through the whole pipeline, on virtual time.
#include <algorithm>
#include <cmath>

#include "rig.h"
#include "support/catch.h"
#include "tone.h"

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;

TEST_CASE("a source plays every picture in order and in time") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(5s);
  REQUIRE(rig.video.pictures.size() >= 124);
  for (std::size_t i = 0; i < rig.video.pictures.size(); ++i) {
    CHECK(rig.video.pictures[i].number == static_cast<std::int64_t>(i));
    CHECK(rig.video.pictures[i].content_time == content(static_cast<std::int64_t>(i)));
    const Duration shown = rig.video.pictures[i].at - rig.video.pictures[0].at;
    CHECK(std::abs(to_ms(shown) - static_cast<std::int64_t>(i) * 40) <= 6);
  }
  CHECK(rig.facts_of<media::FirstFrame>().size() == 1);
  CHECK(rig.facts_of<media::Stalled>().empty());
  CHECK(rig.pipeline.counters().frames_dropped_late == 0);
}

TEST_CASE("the first picture is on screen before its segment is complete") {
  Rig rig;
  const EncodedStream stream = encode({});
  rig.open(kA, stream);
  rig.pipeline.start(kA, content(0));
  const media::SegmentRef ref{kA, Epoch{1}, media::Stream::main, MediaSequenceNumber{0}, 0};
  rig.pipeline.begin_segment(ref, false, {});
  const auto& bytes = stream.segments[0].bytes;
  std::size_t at = 0;
  while (rig.video.pictures.empty() && at < bytes.size()) {
    const std::size_t piece = std::min<std::size_t>(188, bytes.size() - at);
    rig.pipeline.append(ref, std::span(bytes).subspan(at, piece));
    rig.iterate();
    while (auto fact = rig.pipeline.poll_fact()) rig.facts.push_back(*fact);
    at += piece;
    rig.iterate();
  }
  REQUIRE_FALSE(rig.video.pictures.empty());
  CHECK(rig.video.pictures[0].number == 0);
  CHECK(at < bytes.size() / 2);
}

TEST_CASE("playing begins at the asked content time, or at the first later random access point") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(30));
  rig.feed_all(kA);
  rig.run_for(200ms);
  REQUIRE_FALSE(rig.video.pictures.empty());
  CHECK(rig.video.pictures[0].number == 30);

  Rig later;
  later.open(kA, encode({}));
  later.pipeline.start(kA, content(-100));
  later.feed_all(kA, 1);
  later.run_for(200ms);
  REQUIRE_FALSE(later.video.pictures.empty());
  CHECK(later.video.pictures[0].number == 25);
}

TEST_CASE("sound is heard unbroken, in time with the picture, at the device's rate") {
  for (const int rate : {48000, 44100}) {
    for (const int device : {48000, 44100}) {
      Rig rig(AudioFormat{device, 2});
      StreamSpec spec;
      spec.sample_rate = rate;
      rig.open(kA, encode(spec));
      rig.pipeline.start(kA, content(0));
      rig.feed_all(kA);
      rig.run_for(5s);
      const std::span<const float> played(rig.audio.left);
      REQUIRE(played.size() > static_cast<std::size_t>(device) * 9 / 2);
      CHECK(rig.audio.underrun_frames() == 0);
      CHECK(worst_click(played.subspan(4800, static_cast<std::size_t>(device) * 4), device) < 0.03);
      // The device's first sample is content time zero; 440 Hz has a whole number of periods in 100 ms.
      const double phase = tone_phase(played.subspan(static_cast<std::size_t>(device), static_cast<std::size_t>(device)), device);
      CHECK(std::min(phase, 1 - phase) < 0.02);
    }
  }
}

TEST_CASE("a dry buffer stalls, and playing goes on where it was") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.run_for(1500ms);
  CHECK(rig.facts_of<media::Stalled>().size() == 1);
  CHECK(rig.pipeline.snapshot().stalled);
  REQUIRE(rig.video.pictures.back().number == 24);
  rig.feed_all(kA, 1);
  rig.run_for(2s);
  const auto resumed = rig.facts_of<media::Resumed>();
  REQUIRE(resumed.size() == 1);
  CHECK(to_ms(resumed[0].gap) == Approx(500).margin(20));
  for (std::size_t i = 0; i < rig.video.pictures.size(); ++i) {
    CHECK(rig.video.pictures[i].number == static_cast<std::int64_t>(i));
  }
  CHECK(rig.video.pictures.back().number >= 70);
  CHECK(to_ms(rig.pipeline.counters().longest_gap) == Approx(500).margin(20));
}

TEST_CASE("a pause keeps the position") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(1s);
  rig.pipeline.set_paused(true, rig.now);
  const auto shown = rig.video.pictures.size();
  const MediaTime at = rig.pipeline.snapshot().playhead;
  rig.run_for(3s);
  CHECK(rig.video.pictures.size() == shown);
  CHECK(rig.pipeline.snapshot().playhead == at);
  rig.pipeline.set_paused(false, rig.now);
  rig.run_for(1s);
  for (std::size_t i = 0; i < rig.video.pictures.size(); ++i) {
    CHECK(rig.video.pictures[i].number == static_cast<std::int64_t>(i));
  }
  CHECK(rig.video.pictures.size() >= shown + 24);
  CHECK(rig.facts_of<media::Stalled>().empty());
  CHECK(rig.pipeline.counters().longest_gap < 10ms);
}

TEST_CASE("a faster rate moves picture and sound alike") {
  Rig rig;
  StreamSpec spec;
  spec.frames = 800;
  rig.open(kA, encode(spec));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(1s);
  rig.pipeline.set_rate_ppm(5000);
  const MediaTime at = rig.pipeline.snapshot().playhead;
  rig.run_for(20s);
  CHECK(to_ms(rig.pipeline.snapshot().playhead - at) == Approx(20'100).margin(15));
  CHECK(rig.audio.underrun_frames() == 0);
  CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(4800, 48000 * 19), 48000) < 0.03);
}

TEST_CASE("volume and mute fade instead of clicking") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(1s);
  rig.pipeline.set_volume(100, true);
  rig.run_for(1s);
  rig.pipeline.set_volume(50, false);
  rig.run_for(2s);
  const std::span<const float> played(rig.audio.left);
  CHECK(loudness(played.subspan(40000, 4800)) == Approx(0.354).margin(0.02));
  CHECK(loudness(played.subspan(72000, 4800)) < 0.001);
  CHECK(loudness(played.subspan(48000 * 3, 4800)) == Approx(0.177).margin(0.01));
  CHECK(worst_click(played.subspan(4800, 48000 * 3), 48000) < 0.05);
}

TEST_CASE("pictures from damage up to the next random access point are held back, and the sound goes on") {
  Rig rig;
  const EncodedStream stream = encode({});
  rig.open(kA, stream);
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  // A lost transport packet in the middle of segment 1, of the picture's stream.
  std::vector<std::uint8_t> bytes = stream.segments[1].bytes;
  std::size_t lost = bytes.size() / 188 / 2;
  const auto pid = [&](std::size_t p) { return (bytes[p * 188 + 1] & 0x1f) << 8 | bytes[p * 188 + 2]; };
  while (pid(lost) != 0x100) ++lost;
  bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(lost * 188), bytes.begin() + static_cast<std::ptrdiff_t>(lost * 188 + 188));
  rig.feed_bytes(kA, 1, bytes, media::Pipeline::BodyEnd::complete);
  const auto closed = rig.facts_of<media::SegmentClosed>();
  REQUIRE(closed.size() == 2);
  CHECK_FALSE(closed[1].good);
  rig.feed_all(kA, 2);
  rig.run_for(300ms);
  const auto good = rig.buffer(kA).good_until;
  REQUIRE(good.has_value());
  CHECK(*good > content(25));
  CHECK(*good < content(50));
  rig.run_for(3500ms);
  std::int64_t last = -1;
  for (const ShownPicture& p : rig.video.pictures) {
    CHECK(p.number > last);
    const bool in_hole = content(p.number) >= *good && p.number < 50;
    CHECK_FALSE(in_hole);
    last = p.number;
  }
  CHECK(last >= 90);
  const std::int64_t hole = (content(50) - *good) / kFrame;
  CHECK(rig.pipeline.counters().frames_lost == hole);
  CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(4800, 48000 * 3), 48000) < 0.03);
}

TEST_CASE("a missing segment is played through with the last picture and silence") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 2);
  CHECK(rig.buffer(kA).good_until <= content(25) + 1ms);
  rig.feed(kA, 3);
  rig.run_for(3s);
  CHECK(rig.facts_of<media::Stalled>().empty());
  CHECK(rig.pipeline.counters().frames_lost == 25);
  for (const ShownPicture& p : rig.video.pictures) {
    if (p.number == 50) CHECK(to_ms(p.at - rig.video.pictures[0].at) == Approx(2000).margin(10));
  }
  const std::span<const float> played(rig.audio.left);
  CHECK(loudness(played.subspan(48000 + 9600, 24000)) < 0.001);
  CHECK(loudness(played.subspan(48000 * 2 + 9600, 24000)) > 0.3);
  CHECK(worst_click(played.subspan(4800, 48000 * 2 + 24000), 48000) < 0.05);
}

TEST_CASE("a source that ended is played out") {
  Rig rig;
  StreamSpec spec;
  spec.frames = 50;
  rig.open(kA, encode(spec));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.pipeline.end_of_stream(kA, Epoch{1});
  rig.run_for(3s);
  CHECK(rig.video.pictures.size() == 50);
  CHECK(rig.facts_of<media::PlayedOut>().size() == 1);
  CHECK(rig.facts_of<media::Stalled>().empty());
}

TEST_CASE("a source without sound plays by the clock, one without pictures by its sound") {
  Rig silent;
  StreamSpec spec;
  spec.audio = false;
  silent.open(kA, encode(spec));
  silent.pipeline.start(kA, content(0));
  silent.feed_all(kA);
  silent.run_for(3s);
  CHECK(silent.video.pictures.size() == 75);

  Rig radio;
  StreamSpec sound;
  sound.video = false;
  radio.open(kA, encode(sound));
  radio.pipeline.start(kA, content(0));
  radio.feed_all(kA);
  radio.run_for(3s);
  CHECK(radio.facts_of<media::FirstFrame>().size() == 1);
  CHECK(worst_click(std::span<const float>(radio.audio.left).subspan(4800, 48000 * 2), 48000) < 0.03);
  CHECK(to_ms(radio.pipeline.snapshot().playhead - content(0)) == Approx(3000).margin(60));
}

TEST_CASE("a front end that was away for a second goes on where the sound stopped") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(1s);
  rig.now += 1s;
  rig.run_for(2s);
  for (std::size_t i = 0; i < rig.video.pictures.size(); ++i) {
    CHECK(rig.video.pictures[i].number - static_cast<std::int64_t>(i) <= 6);  // what the device had queued was heard
  }
  CHECK(rig.pipeline.counters().frames_dropped_late <= 6);
}

TEST_CASE("frames wait within the byte bound") {
  media::PipelineLimits limits;
  limits.max_frame_bytes = 10 * 192 * 96 * 3 / 2;
  Rig rig({}, limits);
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(4s);
  CHECK(rig.video.pictures.size() == 100);
  CHECK(rig.facts_of<media::Stalled>().empty());
}

TEST_CASE("HEVC with ten bits is shown as yuv420p") {
  Rig rig;
  StreamSpec spec;
  spec.video_encoder = "libx265";
  spec.ten_bit = true;
  spec.frames = 50;
  rig.open(kA, encode(spec));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(1500ms);
  REQUIRE(rig.video.pictures.size() >= 35);
  for (std::size_t i = 0; i < rig.video.pictures.size(); ++i) {
    CHECK(rig.video.pictures[i].number == static_cast<std::int64_t>(i));
  }
}
