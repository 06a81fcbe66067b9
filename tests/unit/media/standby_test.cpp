// Hot standby: little is decoded of a source that stands by, and it can be spliced to at any time.
#include "rig.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

StreamSpec long_spec(bool fallback) {
  StreamSpec spec;
  spec.frames = 500;
  spec.sound = Sound::speech;
  if (!fallback) return spec;
  spec.first_gop = 13;
  spec.b_frames = 2;
  spec.pts_base = 7777s + 123ms;
  return spec;
}

const EncodedStream& stream(bool fallback) {
  static const EncodedStream streams[] = {encode(long_spec(false)), encode(long_spec(true))};
  return streams[fallback ? 1 : 0];
}

std::int64_t wrong_pictures(const std::vector<ShownPicture>& pictures) {
  std::int64_t wrong = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i)
    wrong += pictures[i].number != static_cast<std::int64_t>(i) || pictures[i].lost != 0 || pictures[i].repeated != 0;
  return wrong;
}

/// A on the air and B standing by, both fed a second at a time, two seconds ahead, for `seconds`.
void run_hot(Rig& rig, std::size_t seconds, bool standing = true) {
  rig.open(kA, stream(false));
  rig.open(kB, stream(true));
  rig.pipeline.start(kA, content(0));
  if (standing) rig.pipeline.stand_by(kB);
  for (std::size_t i = 0; i < seconds + 2; ++i) {
    rig.feed(kA, i);
    rig.feed(kB, i);
    if (i >= 2) rig.run_for(1s);
  }
}

}  // namespace

TEST_CASE("of a source that stands by only the key picture at the planned splice is decoded") {
  Rig alone;
  run_hot(alone, 10, false);
  Rig rig;
  run_hot(rig, 10);
  // One key picture per second at most; twelve were decodable.
  const std::int64_t beside = rig.pipeline.counters().frames_decoded - alone.pipeline.counters().frames_decoded;
  CHECK(beside >= 9);
  CHECK(beside <= 13);
  const auto b = rig.buffer(kB);
  REQUIRE(b.planned_splice.has_value());
  CHECK(*b.planned_splice >= content(263));
  CHECK(b.splice_ready);
  CHECK(wrong_pictures(rig.video.pictures) == 0);
}

TEST_CASE("a source that stands by is aligned, and its dates may be put right") {
  Rig rig;
  rig.open(kA, stream(false));
  rig.open(kB, stream(true), -3s);
  rig.pipeline.start(kA, content(0));
  rig.pipeline.stand_by(kB);
  for (std::size_t i = 0; i < 16; ++i) {
    rig.feed(kA, i);
    rig.feed(kB, i);
    if (i >= 2) rig.run_for(1s);
    if (i != 5) continue;
    const auto facts = rig.facts_of<media::Aligned>();
    REQUIRE(facts.size() == 1);
    REQUIRE(facts[0].clear);
    CHECK(std::abs((facts[0].skew + 3s).count()) < 1'000'000);
    rig.anchor_again(kB, -facts[0].skew);
  }
  CHECK(rig.facts_of<media::Aligned>().size() == 1);  // measured again after 10 s: nothing new
  REQUIRE(rig.buffer(kB).splice_ready);
  rig.pipeline.splice(kB);
  rig.feed_all(kB, 16);
  rig.run_for(5500ms);
  CHECK(wrong_pictures(rig.video.pictures) == 0);
  CHECK(rig.video.pictures.size() > 480);
  CHECK(rig.facts_of<media::Switched>().size() == 1);
}

TEST_CASE("a splice right out of standby leaves no gap") {
  for (const Duration later : {Duration(0ms), Duration(300ms), Duration(900ms), Duration(1700ms)}) {
    INFO("after " << later.count());
    Rig rig;
    run_hot(rig, 5);
    rig.run_for(later);
    rig.pipeline.splice(kB);
    rig.feed_all(kB, 7);
    rig.run_for(6s);
    CHECK(wrong_pictures(rig.video.pictures) == 0);
    const auto switched = rig.facts_of<media::Switched>();
    REQUIRE(switched.size() == 1);
    CHECK(switched[0].gap <= 10ms);
    CHECK(rig.facts_of<media::Stalled>().empty());
    CHECK(rig.pipeline.counters().silence_frames == 0);
  }
}

TEST_CASE("a source that stands by can be raised, sent back and dismissed") {
  Rig rig({}, far_ahead());
  run_hot(rig, 4);
  REQUIRE(rig.buffer(kB).splice_ready);
  const std::int64_t standing = rig.pipeline.counters().frames_decoded;
  rig.pipeline.prepare(kB);
  rig.run_for(200ms);
  CHECK(rig.buffer(kB).splice_ready);
  CHECK(rig.pipeline.counters().frames_decoded >= standing + 12);
  rig.pipeline.stand_by(kB);
  rig.run_for(100ms);
  const std::int64_t again = rig.pipeline.counters().frames_decoded;
  CHECK(rig.buffer(kB).splice_ready);
  rig.run_for(200ms);
  CHECK(rig.pipeline.counters().frames_decoded == again);
  rig.pipeline.cancel(kB);
  CHECK_FALSE(rig.buffer(kB).planned_splice.has_value());
  rig.run_for(1s);
  CHECK(wrong_pictures(rig.video.pictures) == 0);
}

TEST_CASE("how fast a source is decoded is known once it was") {
  Rig rig({}, far_ahead());
  run_hot(rig, 1);
  CHECK_FALSE(rig.buffer(kB).decode_permille.has_value());
  const auto speed = rig.buffer(kA).decode_permille;
  if (speed) CHECK(*speed > 1000);
  rig.feed_all(kB, 3);
  rig.pipeline.prepare(kB);
  // Small pictures: several are decoded per call, so at this pace of calls at least real time.
  rig.run_for(500ms, 1ms);
  const auto prepared = rig.buffer(kB).decode_permille;
  REQUIRE(prepared.has_value());
  CHECK(*prepared > 1000);
}
