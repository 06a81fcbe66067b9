// Two independently encoded streams of one programme, joined: judged by the number in every picture and by the tone.
#include <cmath>

#include "rig.h"
#include "support/catch.h"
#include "tone.h"

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

StreamSpec fallback_spec() {
  StreamSpec spec;
  spec.first_gop = 13;  // another GOP phase: random access points at 0, 13, 38, 63, …
  spec.b_frames = 0;
  spec.pts_base = 7777s + 123ms;
  spec.bit_rate = 120'000;
  return spec;
}

/// Every picture exactly once, `from` first.
void check_programme(const std::vector<ShownPicture>& pictures, std::int64_t from = 0) {
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    CHECK(pictures[i].number == from + static_cast<std::int64_t>(i));
    CHECK(pictures[i].lost == 0);
    CHECK(pictures[i].repeated == 0);
  }
}

std::int64_t first_of(const std::vector<ShownPicture>& pictures, SourceId id) {
  for (const ShownPicture& p : pictures) {
    if (p.source == id) return p.number;
  }
  return -1;
}

}  // namespace

TEST_CASE("a splice at a random access point loses and repeats no frame") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.open(kB, encode(fallback_spec()));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.run_for(300ms);
  rig.feed_all(kB);
  rig.pipeline.prepare(kB);
  rig.run_for(100ms);
  // A is good until 2 s; B's last random access point before is picture 38.
  REQUIRE(rig.buffer(kA).good_until == content(50));
  REQUIRE(rig.buffer(kB).planned_splice == content(38));
  REQUIRE(rig.buffer(kB).splice_ready);
  rig.pipeline.splice(kB);
  rig.run_for(4s);
  check_programme(rig.video.pictures);
  CHECK(first_of(rig.video.pictures, kB) == 38);
  CHECK(rig.video.pictures.size() > 100);
  const auto switched = rig.facts_of<media::Switched>();
  REQUIRE(switched.size() == 1);
  CHECK(switched[0].from == kA);
  CHECK(switched[0].to == kB);
  CHECK(switched[0].content_time == content(38));
  CHECK(switched[0].frames_lost == 0);
  CHECK(switched[0].frames_repeated == 0);
  CHECK(switched[0].gap <= 6ms);
  CHECK(rig.facts_of<media::Stalled>().empty());
}

TEST_CASE("without a random access point in reach the splice is at the good end, from the middle of a GOP") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.open(kB, encode(fallback_spec()));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.feed_all(kB);
  rig.run_for(1700ms);  // picture 38 is behind
  rig.pipeline.prepare(kB);
  rig.run_for(50ms);
  REQUIRE(rig.buffer(kB).planned_splice == content(50));
  REQUIRE(rig.buffer(kB).splice_ready);
  rig.pipeline.splice(kB);
  rig.run_for(3s);
  check_programme(rig.video.pictures);
  CHECK(first_of(rig.video.pictures, kB) == 50);
  const auto switched = rig.facts_of<media::Switched>();
  REQUIRE(switched.size() == 1);
  CHECK(switched[0].gap <= 6ms);
}

TEST_CASE("dates rounded to milliseconds neither lose nor repeat a frame") {
  for (const Duration skew : {Duration(-7ms), Duration(-1ms), Duration(600us), Duration(9ms)}) {
    for (const Duration begin : {Duration(300ms), Duration(1750ms)}) {
      Rig rig;
      rig.open(kA, encode({}));
      rig.open(kB, encode(fallback_spec()), skew);
      rig.pipeline.start(kA, content(0));
      rig.feed(kA, 0);
      rig.feed(kA, 1);
      rig.feed_all(kB);
      rig.run_for(begin);
      rig.pipeline.prepare(kB);
      rig.run_for(50ms);
      rig.pipeline.splice(kB);
      rig.run_for(3s);
      check_programme(rig.video.pictures);
      CHECK(rig.facts_of<media::Switched>().size() == 1);
    }
  }
}

TEST_CASE("audio is sample-continuous across a splice") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.open(kB, encode(fallback_spec()));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.feed_all(kB);
  rig.run_for(300ms);
  rig.pipeline.prepare(kB);
  rig.run_for(100ms);
  rig.pipeline.splice(kB);
  rig.run_for(4s);
  const std::span<const float> played(rig.audio.left);
  REQUIRE(played.size() > 48000 * 4);
  CHECK(rig.audio.underrun_frames() == 0);
  CHECK(rig.pipeline.counters().silence_frames == 0);
  // From the first tenth of a second (the encoder's own start) to the end: one unbroken tone.
  CHECK(worst_click(played.subspan(4800, 48000 * 4 - 4800), 48000) < 0.03);
  const double before = tone_phase(played.subspan(24000, 4800), 48000);
  const double after = tone_phase(played.subspan(24000 + 48000 * 3, 4800), 48000);
  double moved = std::abs(after - before);
  moved = std::min(moved, 1 - moved);
  CHECK(moved < 0.01);  // one sample is 0.0092 of a period
}

TEST_CASE("a segment that broke off is shown to its last good frame and continued by the fallback") {
  for (const double share : {0.2, 0.45, 0.62, 0.9}) {
    Rig rig;
    rig.open(kA, encode({}));
    rig.open(kB, encode(fallback_spec()));
    rig.pipeline.start(kA, content(0));
    rig.feed(kA, 0);
    rig.feed_cut(kA, 1, share);
    rig.feed_all(kB);
    const auto closed = rig.facts_of<media::SegmentClosed>();
    REQUIRE(closed.size() >= 2);
    CHECK_FALSE(closed[1].good);
    REQUIRE(closed[1].error.has_value());
    CHECK(closed[1].error->code == ErrorCode::body_truncated);
    rig.run_for(700ms);
    const auto good = rig.buffer(kA).good_until;
    REQUIRE(good.has_value());
    CHECK(*good >= content(25) - 25ms);
    CHECK(*good < content(50));
    rig.pipeline.prepare(kB);
    rig.run_for(100ms);
    rig.pipeline.splice(kB);
    rig.run_for(3s);
    check_programme(rig.video.pictures);
    CHECK(rig.facts_of<media::Stalled>().empty());
    CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(4800, 48000 * 3), 48000) < 0.03);
  }
}

TEST_CASE("a candidate that begins later than the good end is jumped to at once, and what is lost is counted") {
  Rig rig;
  rig.open(kA, encode({}));
  StreamSpec later = fallback_spec();
  later.first_frame = 60;
  rig.open(kB, encode(later));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.feed_all(kB);
  rig.run_for(1s);
  rig.pipeline.prepare(kB);
  rig.run_for(100ms);
  REQUIRE(rig.buffer(kB).planned_splice == content(60));
  rig.pipeline.splice(kB);
  rig.run_for(3s);
  const auto switched = rig.facts_of<media::Switched>();
  REQUIRE(switched.size() == 1);
  CHECK(switched[0].frames_lost == 10);
  CHECK(switched[0].gap <= 6ms);
  CHECK(rig.pipeline.counters().frames_lost == 10);
  const auto& pictures = rig.video.pictures;
  for (std::size_t i = 1; i < pictures.size(); ++i) {
    const std::int64_t step = pictures[i].number - pictures[i - 1].number;
    CHECK(step == (pictures[i].number == 60 ? 11 : 1));
  }
}

TEST_CASE("a candidate that lags holds the last picture until it has what comes next") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.open(kB, encode(fallback_spec()));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.feed(kB, 0);
  rig.feed(kB, 1);  // up to picture 38
  rig.pipeline.prepare(kB);
  rig.run_for(1900ms);
  CHECK_FALSE(rig.buffer(kB).splice_ready);
  rig.pipeline.splice(kB);
  rig.run_for(600ms);
  REQUIRE(rig.video.pictures.back().number == 49);
  CHECK(rig.facts_of<media::Stalled>().size() == 1);
  rig.feed_all(kB, 2);
  rig.run_for(1s);
  check_programme(rig.video.pictures);
  const auto switched = rig.facts_of<media::Switched>();
  REQUIRE(switched.size() == 1);
  CHECK(switched[0].content_time == content(50));
  CHECK(to_ms(switched[0].gap) == Approx(500).margin(30));
  CHECK(rig.facts_of<media::Resumed>().size() == 1);
}

TEST_CASE("a splice forth and back shows one programme") {
  Rig rig;
  StreamSpec spec;
  spec.frames = 250;
  StreamSpec other = fallback_spec();
  other.frames = 250;
  rig.open(kA, encode(spec));
  rig.open(kB, encode(other));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.feed_all(kB);
  rig.pipeline.prepare(kB);
  rig.run_for(500ms);
  rig.pipeline.splice(kB);
  rig.run_for(1500ms);
  rig.open(kA, encode(spec), {}, 2);
  rig.feed(kA, 2);
  rig.feed(kA, 3);
  rig.feed(kA, 4);
  rig.feed(kA, 5);
  rig.pipeline.prepare(kA);
  rig.run_for(200ms);
  rig.pipeline.splice(kA);
  rig.run_for(5s);
  check_programme(rig.video.pictures);
  CHECK(rig.facts_of<media::Switched>().size() == 2);
  CHECK(rig.video.pictures.back().source == kA);
}

TEST_CASE("the plan follows the active source when it delivers after all") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.open(kB, encode(fallback_spec()));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed_all(kB);
  rig.pipeline.prepare(kB);
  rig.run_for(200ms);
  REQUIRE(rig.buffer(kB).planned_splice == content(13));
  rig.feed(kA, 1);
  rig.feed(kA, 2);
  rig.run_for(200ms);
  REQUIRE(rig.buffer(kB).planned_splice == content(63));
  REQUIRE(rig.buffer(kB).splice_ready);
  rig.pipeline.cancel(kB);
  rig.run_for(2s);
  check_programme(rig.video.pictures);
  CHECK(first_of(rig.video.pictures, kB) == -1);
}

TEST_CASE("resolution, sample rate and channels may change at a splice") {
  Rig rig;
  rig.open(kA, encode({}));
  StreamSpec other = fallback_spec();
  other.width = 320;
  other.height = 192;
  other.sample_rate = 44100;
  other.channels = 1;
  rig.open(kB, encode(other));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.feed_all(kB);
  rig.pipeline.prepare(kB);
  rig.run_for(500ms);
  rig.pipeline.splice(kB);
  rig.run_for(4s);
  check_programme(rig.video.pictures);
  CHECK(rig.pipeline.counters().width == 320);
  CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(4800, 48000 * 4), 48000) < 0.03);
}

TEST_CASE("a source whose sequence restarted continues where content times meet") {
  Rig rig;
  StreamSpec again = fallback_spec();
  again.first_frame = 40;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.run_for(500ms);
  rig.open(kA, encode(again), {}, 2);
  rig.feed_all(kA);
  rig.run_for(4s);
  check_programme(rig.video.pictures);
  CHECK(rig.video.pictures.size() > 100);
  CHECK(rig.facts_of<media::Switched>().empty());
  CHECK(rig.facts_of<media::Stalled>().empty());
}

TEST_CASE("a splice that is asked for in the last moment holds the picture no longer than decoding takes") {
  for (const Duration before : {Duration(150ms), Duration(60ms), Duration(10ms)}) {
    Rig rig;
    rig.open(kA, encode({}));
    rig.open(kB, encode(fallback_spec()));
    rig.pipeline.start(kA, content(0));
    rig.feed(kA, 0);
    rig.feed(kA, 1);
    rig.feed_all(kB);
    rig.iterate();
    rig.run_for(2s - before);
    rig.pipeline.prepare(kB);
    rig.pipeline.splice(kB);
    rig.run_for(2s);
    check_programme(rig.video.pictures);
    const auto switched = rig.facts_of<media::Switched>();
    REQUIRE(switched.size() == 1);
    CHECK(switched[0].gap <= 40ms);
    CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(4800, 48000 * 3), 48000) < 0.05);
  }
}

TEST_CASE("damage that decoding finds in the active source moves the splice before it") {
  Rig rig({}, far_ahead());
  const EncodedStream stream = encode({});
  rig.open(kA, stream);
  rig.open(kB, encode(fallback_spec()));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  std::vector<std::uint8_t> bytes = stream.segments[1].bytes;
  spoil_first_picture(bytes);
  rig.feed_bytes(kA, 1, bytes, media::Pipeline::BodyEnd::complete);
  rig.feed_all(kA, 2);
  rig.feed_all(kB);
  rig.pipeline.prepare(kB);
  rig.run_for(300ms);
  REQUIRE(rig.buffer(kA).good_until == content(25));
  REQUIRE(rig.buffer(kB).planned_splice == content(13));
  rig.run_for(300ms);
  REQUIRE(rig.buffer(kB).planned_splice == content(25));
  rig.pipeline.splice(kB);
  rig.run_for(2s);
  check_programme(rig.video.pictures);
  CHECK(first_of(rig.video.pictures, kB) == 25);
}

TEST_CASE("the old source may be closed as soon as the splice is committed") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.open(kB, encode(fallback_spec()));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.feed_all(kB);
  rig.pipeline.prepare(kB);
  rig.run_for(500ms);
  rig.pipeline.splice(kB);
  rig.pipeline.close(kA);
  rig.run_for(3s);
  check_programme(rig.video.pictures);
  CHECK(first_of(rig.video.pictures, kB) == 38);
}

TEST_CASE("a candidate that streams in while its splice comes near is joined without a seam") {
  Rig rig;
  rig.open(kA, encode({}));
  const EncodedStream other = encode(fallback_spec());
  rig.open(kB, other);
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.run_for(1s);
  rig.feed(kB, 0);
  rig.feed(kB, 1);
  rig.pipeline.prepare(kB);
  rig.run_for(200ms);
  rig.pipeline.splice(kB);
  rig.feed(kB, 2);
  rig.run_for(500ms);
  rig.feed_all(kB, 3);
  rig.run_for(2s);
  check_programme(rig.video.pictures);
  CHECK(rig.facts_of<media::Switched>().size() == 1);
  CHECK(rig.facts_of<media::Stalled>().empty());
}

TEST_CASE("a splice joins sources with and without sound") {
  for (const bool silent_first : {true, false}) {
    Rig rig;
    StreamSpec first;
    first.audio = !silent_first;
    StreamSpec second = fallback_spec();
    second.audio = silent_first;
    rig.open(kA, encode(first));
    rig.open(kB, encode(second));
    rig.pipeline.start(kA, content(0));
    rig.feed(kA, 0);
    rig.feed(kA, 1);
    rig.feed_all(kB);
    rig.pipeline.prepare(kB);
    rig.run_for(500ms);
    rig.pipeline.splice(kB);
    rig.run_for(4s);
    check_programme(rig.video.pictures);
    CHECK(rig.video.pictures.size() > 100);
    const std::span<const float> played(rig.audio.left);
    if (silent_first) {
      CHECK(worst_click(played.subspan(4800, 48000 * 2), 48000) < 0.03);
    } else {
      CHECK(loudness(played.subspan(24000, 24000)) > 0.3);
      CHECK(loudness(played.subspan(48000 * 2, 48000)) < 0.001);
    }
  }
}

TEST_CASE("wide steps of the front end do not spoil a splice") {
  for (const Duration step : {Duration(16ms), Duration(33ms)}) {
    Rig rig;
    rig.open(kA, encode({}));
    rig.open(kB, encode(fallback_spec()));
    rig.pipeline.start(kA, content(0));
    rig.feed(kA, 0);
    rig.feed(kA, 1);
    rig.feed_all(kB);
    rig.run_for(300ms, step);
    rig.pipeline.prepare(kB);
    rig.run_for(200ms, step);
    rig.pipeline.splice(kB);
    rig.run_for(4s, step);
    check_programme(rig.video.pictures);
    CHECK(rig.pipeline.counters().frames_dropped_late == 0);
    CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(4800, 48000 * 4), 48000) < 0.03);
  }
}

TEST_CASE("a paused viewer is switched when playing goes on") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.open(kB, encode(fallback_spec()));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.feed_all(kB);
  rig.pipeline.prepare(kB);
  rig.run_for(500ms);
  rig.pipeline.splice(kB);
  rig.pipeline.set_paused(true, rig.now);
  rig.run_for(3s);
  CHECK(rig.facts_of<media::Switched>().empty());
  rig.pipeline.set_paused(false, rig.now);
  rig.run_for(3s);
  check_programme(rig.video.pictures);
  CHECK(rig.facts_of<media::Switched>().size() == 1);
}

TEST_CASE("a splice before anything was shown starts the fallback") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.open(kB, encode(fallback_spec()));
  rig.pipeline.start(kA, content(30));
  rig.feed_all(kB);
  rig.pipeline.prepare(kB);
  rig.run_for(100ms);
  CHECK(rig.video.pictures.empty());
  REQUIRE(rig.buffer(kB).splice_ready);
  rig.pipeline.splice(kB);
  rig.run_for(1s);
  REQUIRE_FALSE(rig.video.pictures.empty());
  check_programme(rig.video.pictures, 30);
  CHECK(rig.pipeline.snapshot().on_air == kB);
  CHECK(rig.facts_of<media::FirstFrame>().size() == 1);
}

TEST_CASE("an anchor that becomes more exact moves what is not decoded yet") {
  Rig rig;
  const EncodedStream other = encode(fallback_spec());
  rig.open(kA, encode({}));
  rig.open(kB, other, 3s);  // dates that are three seconds wrong
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.feed_all(kB);
  const auto opened = rig.facts_of<media::SegmentOpened>();
  MediaTime first_pts{};
  for (const auto& fact : opened) {
    if (fact.segment.source == kB && fact.segment.msn.value == 0) first_pts = fact.first_pts;
  }
  CHECK(rig.buffer(kB).first_random_access == content(75));
  rig.pipeline.anchor(kB, Epoch{1}, 0, content(0) - first_pts);
  CHECK(rig.buffer(kB).first_random_access == content(0));
  CHECK(rig.buffer(kB).good_until <= content(151));
  rig.run_for(500ms);
  rig.pipeline.prepare(kB);
  rig.run_for(100ms);
  CHECK(rig.buffer(kB).planned_splice == content(38));
  rig.pipeline.splice(kB);
  rig.run_for(3s);
  check_programme(rig.video.pictures);
}

TEST_CASE("a hot candidate forgets what lies behind the playhead") {
  Rig rig;
  StreamSpec spec;
  spec.frames = 500;
  rig.open(kA, encode(spec));
  StreamSpec other = fallback_spec();
  other.frames = 500;
  rig.open(kB, encode(other));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.feed_all(kB);
  rig.run_for(10s);
  const auto first = rig.buffer(kB).first_random_access;
  REQUIRE(first.has_value());
  CHECK(*first > content(200));
  CHECK(*first <= content(250));
  rig.pipeline.prepare(kB);
  rig.run_for(100ms);
  rig.pipeline.splice(kB);
  rig.run_for(9700ms);
  check_programme(rig.video.pictures);
  CHECK(rig.facts_of<media::Switched>().size() == 1);
}

TEST_CASE("a newer epoch behind a hole gives way to a source that has what lies between") {
  Rig rig;
  const EncodedStream a = encode({});
  rig.open(kA, a);
  rig.open(kB, encode(fallback_spec()));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.run_for(300ms);
  rig.open(kA, a, {}, 2);
  rig.feed(kA, 4);  // pictures 50 to 99 are missing
  rig.run_for(200ms);
  rig.feed_all(kB);
  rig.pipeline.prepare(kB);
  rig.run_for(1300ms);
  rig.pipeline.splice(kB);
  rig.run_for(2s);
  check_programme(rig.video.pictures);
  CHECK(first_of(rig.video.pictures, kB) == 50);
}

TEST_CASE("a newer epoch behind a hole is gone on with where no other source has what lies between") {
  Rig rig;
  const EncodedStream a = encode({});
  rig.open(kA, a);
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.run_for(300ms);
  rig.open(kA, a, {}, 2);
  rig.feed(kA, 4);
  rig.run_for(2500ms);
  REQUIRE(rig.video.pictures.size() > 60);
  CHECK(rig.video.pictures[49].number == 49);
  CHECK(rig.video.pictures[50].number == 100);
  CHECK(rig.facts_of<media::Stalled>().empty());
}
