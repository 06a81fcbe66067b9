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
      const double phase =
          tone_phase(played.subspan(static_cast<std::size_t>(device), static_cast<std::size_t>(device)), device);
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

TEST_CASE("silence that is heard because nobody came in time is counted as an underrun; pauses and stalls are not") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.run_for(500ms);
  rig.pipeline.set_paused(true, rig.now);
  rig.run_for(1s);
  rig.pipeline.set_paused(false, rig.now);
  rig.run_for(200ms);
  CHECK(rig.pipeline.counters().silence_frames == 0);
  rig.now += 300ms;
  rig.run_for(100ms);
  const std::int64_t dry = rig.audio.underrun_frames();
  CHECK(dry > 48 * 80);
  CHECK(rig.pipeline.counters().silence_frames == Approx(dry).margin(48 * 6));
  rig.run_for(3s);
  REQUIRE(rig.pipeline.snapshot().stalled);
  CHECK(rig.pipeline.counters().silence_frames == Approx(dry).margin(48 * 60));
}

TEST_CASE("a device that is slow to begin has not run dry") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.run_for(20ms);
  rig.audio.set_paused(true, rig.now);
  rig.run_for(600ms);
  rig.audio.set_paused(false, rig.now);
  rig.run_for(500ms);
  CHECK(rig.audio.underrun_frames() == 0);
  CHECK(rig.pipeline.counters().silence_frames == 0);
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
  bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(lost * 188),
              bytes.begin() + static_cast<std::ptrdiff_t>(lost * 188 + 188));
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

// What lies behind a hole is decoded while what lies before it plays, so not all of it can be decoded once more.
TEST_CASE("a start behind a hole of the source on the air shows every picture from there") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  for (const std::size_t segment : {0, 3, 4, 5}) rig.feed(kA, segment);
  rig.run_for(1200ms);
  REQUIRE(rig.video.pictures.back().number == 24);
  const std::size_t before = rig.video.pictures.size();
  const std::size_t played = rig.audio.left.size();
  rig.pipeline.start(kA, content(75) - 1s);
  rig.run_for(2500ms);
  REQUIRE(rig.video.pictures.size() > before + 50);
  for (std::size_t i = before; i < rig.video.pictures.size(); ++i)
    CHECK(rig.video.pictures[i].number == static_cast<std::int64_t>(75 + i - before));
  CHECK(loudness(std::span<const float>(rig.audio.left).subspan(played + 9600, 24000)) > 0.3);
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

TEST_CASE("ten-bit pictures are shown as yuv420p") {
  Rig rig;
  StreamSpec spec;
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

TEST_CASE("HEVC plays, with MP3, AC-3 and Opus sound") {
  for (const std::string sound : {"libmp3lame", "ac3", "libopus"}) {
    Rig rig;
    StreamSpec spec;
    spec.video_encoder = "libx265";
    spec.audio_encoder = sound;
    rig.open(kA, encode(spec));
    rig.pipeline.start(kA, content(0));
    rig.feed_all(kA);
    rig.run_for(4s);
    REQUIRE(rig.video.pictures.size() >= 99);
    for (std::size_t i = 0; i < rig.video.pictures.size(); ++i) {
      CHECK(rig.video.pictures[i].number == static_cast<std::int64_t>(i));
    }
    REQUIRE(rig.audio.left.size() > 48000 * 7 / 2);
    CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(9600, 48000 * 3), 48000) < 0.03);
  }
}

TEST_CASE("a front end that sleeps until the deadline shows every picture in time and is not woken needlessly") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.iterate();
  int calls = 0;
  const Instant end = rig.now + 5s;
  while (rig.now < end) {
    const Instant next = rig.pipeline.next_deadline();
    REQUIRE(next >= rig.now);
    REQUIRE(next < rig.now + 1s);
    // A moment passes in any case: this machine is not infinitely fast.
    rig.now = std::max(next, rig.now + 1ms);
    rig.iterate();
    ++calls;
  }
  CHECK(calls < 600);
  CHECK(rig.audio.underrun_frames() == 0);
  REQUIRE(rig.video.pictures.size() >= 125);
  for (std::size_t i = 0; i < rig.video.pictures.size(); ++i) {
    const Duration shown = rig.video.pictures[i].at - rig.video.pictures[0].at;
    CHECK(std::abs(to_ms(shown) - static_cast<std::int64_t>(i) * 40) <= 2);
  }
}

TEST_CASE("a segment that is fetched again after it broke off continues without a seam") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed_cut(kA, 1, 0.5);
  rig.run_for(300ms);
  rig.feed_all(kA, 1);
  CHECK(rig.buffer(kA).good_until > content(149));
  rig.run_for(4s);
  for (std::size_t i = 0; i < rig.video.pictures.size(); ++i) {
    CHECK(rig.video.pictures[i].number == static_cast<std::int64_t>(i));
  }
  CHECK(rig.pipeline.counters().frames_lost == 0);
  CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(4800, 48000 * 3), 48000) < 0.03);
}

TEST_CASE("bytes that only the decoder finds damaged are told before they are due") {
  Rig rig({}, far_ahead());
  const EncodedStream stream = encode({});
  rig.open(kA, stream);
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  std::vector<std::uint8_t> bytes = stream.segments[1].bytes;
  spoil_first_picture(bytes);
  rig.feed_bytes(kA, 1, bytes, media::Pipeline::BodyEnd::complete);
  rig.feed_all(kA, 2);
  rig.run_for(200ms);
  const auto damaged = rig.facts_of<media::MediaDamaged>();
  REQUIRE(damaged.size() == 1);
  CHECK(damaged[0].source == kA);
  CHECK(damaged[0].error.code == ErrorCode::decode_failed);
  CHECK(damaged[0].content_time == content(25));
  CHECK(rig.buffer(kA).good_until == content(25));
  rig.run_for(3s);
  for (const ShownPicture& p : rig.video.pictures) CHECK((p.number < 25 || p.number >= 50));
  CHECK(rig.video.pictures.back().number >= 75);
}

TEST_CASE("a discontinuity with other time stamps plays on once it is anchored") {
  StreamSpec after;
  after.first_frame = 50;
  after.pts_base = 90'000s;
  after.width = 320;
  after.height = 192;
  const EncodedStream first = encode({});
  const EncodedStream second = encode(after);
  Rig rig;
  rig.open(kA, first);
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  for (std::size_t i = 0; i < 2; ++i) {
    const media::SegmentRef ref{kA, Epoch{1}, media::Stream::main,
                                MediaSequenceNumber{static_cast<std::int64_t>(2 + i)}, 1};
    rig.pipeline.begin_segment(ref, i == 0, {});
    rig.pipeline.append(ref, second.segments[i].bytes);
    rig.pipeline.end_segment(ref, media::Pipeline::BodyEnd::complete);
  }
  CHECK(rig.buffer(kA).good_until <= content(50));
  std::optional<MediaTime> first_pts;
  while (auto fact = rig.pipeline.poll_fact()) {
    const auto* opened = std::get_if<media::SegmentOpened>(&*fact);
    if (opened != nullptr && opened->segment.discontinuity_sequence == 1 && !first_pts) first_pts = opened->first_pts;
  }
  REQUIRE(first_pts.has_value());
  rig.pipeline.anchor(kA, Epoch{1}, 1, content(50) - *first_pts);
  rig.run_for(3900ms);
  REQUIRE(rig.video.pictures.size() >= 97);
  for (std::size_t i = 0; i < rig.video.pictures.size(); ++i) {
    CHECK(rig.video.pictures[i].number == static_cast<std::int64_t>(i));
  }
  CHECK(rig.facts_of<media::Stalled>().empty());
  CHECK(rig.pipeline.counters().frames_lost == 0);
}

TEST_CASE("a separate audio rendition is heard in time with the picture, and a late one does not block it") {
  StreamSpec pictures;
  pictures.audio = false;
  StreamSpec sound;
  sound.video = false;
  const EncodedStream video = encode(pictures);
  const EncodedStream audio = encode(sound);
  for (const bool late : {false, true}) {
    Rig rig;
    rig.open(kA, video);
    rig.pipeline.open(kA, Epoch{1}, true);
    rig.pipeline.start(kA, content(0));
    const auto feed_audio = [&] {
      for (std::size_t i = 0; i < audio.segments.size(); ++i) {
        const media::SegmentRef ref{kA, Epoch{1}, media::Stream::audio,
                                    MediaSequenceNumber{static_cast<std::int64_t>(i)}, 0};
        rig.pipeline.begin_segment(ref, false, {});
        rig.pipeline.append(ref, audio.segments[i].bytes);
        rig.pipeline.end_segment(ref, media::Pipeline::BodyEnd::complete);
      }
    };
    if (!late) feed_audio();
    rig.feed_all(kA);
    rig.run_for(1s);
    CHECK(rig.video.pictures.size() == 25);
    if (late) feed_audio();
    rig.run_for(3s);
    CHECK(rig.video.pictures.size() == 100);
    const std::span<const float> played(rig.audio.left);
    REQUIRE(played.size() > 48000 * 2);
    CHECK(worst_click(played.subspan(4800, 48000), 48000) < 0.03);
  }
}

TEST_CASE("stop clears the screen, and a later start plays again") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(1s);
  rig.pipeline.stop();
  CHECK(rig.video.cleared == 1);
  const auto shown = rig.video.pictures.size();
  rig.run_for(1s);
  CHECK(rig.video.pictures.size() == shown);
  CHECK(rig.pipeline.next_deadline() == Instant::max());
  CHECK_FALSE(rig.pipeline.snapshot().on_air.has_value());
  rig.pipeline.close(kA);
  rig.open(kA, encode({}), {}, 2);
  rig.pipeline.start(kA, content(75));
  rig.feed_all(kA);
  rig.run_for(500ms);
  REQUIRE(rig.video.pictures.size() > shown);
  CHECK(rig.video.pictures[shown].number == 75);
}

TEST_CASE("bytes of an older epoch are ignored") {
  Rig rig;
  const EncodedStream stream = encode({});
  rig.open(kA, stream, {}, 2);
  rig.pipeline.start(kA, content(0));
  const media::SegmentRef old{kA, Epoch{1}, media::Stream::main, MediaSequenceNumber{0}, 0};
  rig.pipeline.begin_segment(old, false, {});
  rig.pipeline.append(old, stream.segments[0].bytes);
  rig.pipeline.end_segment(old, media::Pipeline::BodyEnd::complete);
  rig.run_for(200ms);
  CHECK(rig.video.pictures.empty());
  CHECK(rig.buffer(kA).bytes == 0);
}

TEST_CASE("more than is kept of one source is refused with its name") {
  media::PipelineLimits limits;
  limits.max_packet_bytes = 20'000;
  Rig rig({}, limits);
  rig.open(kA, encode({}));
  rig.feed_all(kA);
  const auto closed = rig.facts_of<media::SegmentClosed>();
  REQUIRE(closed.size() == 6);
  REQUIRE(closed.back().error.has_value());
  CHECK(closed.back().error->code == ErrorCode::limit_exceeded);
}

TEST_CASE("bytes that are no media end in a typed error") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_bytes(kA, 0, std::vector<std::uint8_t>(50'000, 0x3c), media::Pipeline::BodyEnd::complete);
  const auto closed = rig.facts_of<media::SegmentClosed>();
  REQUIRE(closed.size() == 1);
  CHECK_FALSE(closed[0].good);
  REQUIRE(closed[0].error.has_value());
  CHECK(closed[0].error->code == ErrorCode::bad_media);
  rig.run_for(100ms);
  CHECK(rig.video.pictures.empty());
}
