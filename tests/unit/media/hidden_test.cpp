// Pictures that nobody sees: sound and switches go on, little is decoded, nothing is counted; and seen again at once.
#include <algorithm>

#include "rig.h"
#include "support/catch.h"
#include "tone.h"

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

StreamSpec long_spec(bool fallback) {
  StreamSpec spec;
  spec.frames = 500;
  if (!fallback) return spec;
  spec.first_gop = 13;
  spec.pts_base = 7777s + 123ms;
  return spec;
}

const EncodedStream& stream(bool fallback) {
  static const EncodedStream streams[] = {encode(long_spec(false)), encode(long_spec(true))};
  return streams[fallback ? 1 : 0];
}

/// Feeds what a live stream has had by now, two seconds ahead, and runs.
void run_live(Rig& rig, std::size_t& fed, int seconds, bool with_b = false) {
  for (int i = 0; i < seconds; ++i) {
    const auto until = static_cast<std::size_t>((rig.now - Instant(1s)) / Duration(1s)) + 3;
    for (; fed < until && fed < stream(false).segments.size(); ++fed) {
      rig.feed(kA, fed);
      if (with_b) rig.feed(kB, fed);
    }
    rig.run_for(1s);
  }
}

void check_nothing_counted(const Rig& rig) {
  const media::Counters& c = rig.pipeline.counters();
  CHECK(c.frames_lost == 0);
  CHECK(c.frames_repeated == 0);
  CHECK(c.frames_dropped_late == 0);
  CHECK(c.stalls == 0);
  CHECK(c.silence_frames == 0);
  CHECK(c.longest_gap <= 10ms);
  for (const ShownPicture& p : rig.video.pictures) CHECK(p.lost + p.repeated == 0);
}

}  // namespace

TEST_CASE("hidden, only random access points are decoded and shown, in time, and nothing is counted for it") {
  Rig rig;
  std::size_t fed = 0;
  rig.open(kA, stream(false));
  rig.pipeline.start(kA, content(0));
  run_live(rig, fed, 3);
  rig.pipeline.set_pictures_wanted(false);
  rig.run_for(10ms);
  const std::size_t shown = rig.video.pictures.size();
  const std::int64_t decoded = rig.pipeline.counters().frames_decoded;
  run_live(rig, fed, 6);
  CHECK(rig.pipeline.counters().frames_decoded - decoded <= 9);
  // What was decoded before is shown; then one a second.
  std::int64_t keys = 0;
  for (std::size_t i = shown; i < rig.video.pictures.size(); ++i) {
    const ShownPicture& p = rig.video.pictures[i];
    CHECK(std::abs(to_ms(p.at - rig.video.pictures[0].at) - p.number * 40) <= 10);
    if (p.number >= 150) CHECK(p.number % 25 == 0);
    if (p.number >= 150) ++keys;
  }
  CHECK(keys >= 3);
  const std::size_t before = rig.video.pictures.size();
  const Instant seen = rig.now;
  rig.pipeline.set_pictures_wanted(true);
  run_live(rig, fed, 3);
  const auto& pictures = rig.video.pictures;
  REQUIRE(pictures.size() >= before + 70);
  CHECK(pictures[before].at - seen <= 45ms);
  for (std::size_t i = before + 1; i < pictures.size(); ++i) CHECK(pictures[i].number == pictures[i - 1].number + 1);
  check_nothing_counted(rig);
  CHECK(rig.facts_of<media::Stalled>().empty());
  CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(9600, 48000 * 11), 48000) < 0.03);
}

TEST_CASE("switches go on while nobody looks") {
  Rig rig;
  std::size_t fed = 0;
  rig.open(kA, stream(false));
  rig.open(kB, stream(true));
  rig.pipeline.start(kA, content(0));
  run_live(rig, fed, 2, true);
  rig.pipeline.set_pictures_wanted(false);
  run_live(rig, fed, 2, true);
  rig.pipeline.prepare(kB);
  run_live(rig, fed, 1, true);
  REQUIRE(rig.buffer(kB).splice_ready);
  rig.pipeline.splice(kB);
  run_live(rig, fed, 5, true);
  const auto switched = rig.facts_of<media::Switched>();
  REQUIRE(switched.size() == 1);
  CHECK(switched[0].to == kB);
  CHECK(switched[0].gap == Duration::zero());
  CHECK(switched[0].frames_lost == 0);
  CHECK(switched[0].frames_repeated == 0);
  rig.pipeline.set_pictures_wanted(true);
  run_live(rig, fed, 3, true);
  CHECK(rig.video.pictures.back().source == kB);
  CHECK(rig.video.pictures.back().number >= 320);
  check_nothing_counted(rig);
  CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(9600, 48000 * 12), 48000) < 0.03);
}

TEST_CASE("hidden, a source without sound goes on by the clock, and a dry one stalls as ever") {
  Rig rig;
  StreamSpec spec;
  spec.audio = false;
  rig.open(kA, encode(spec));
  rig.pipeline.set_pictures_wanted(false);
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.run_for(1s);
  CHECK(to_ms(rig.pipeline.snapshot().playhead - content(0)) == Approx(1000).margin(20));
  CHECK(rig.facts_of<media::FirstFrame>().size() == 1);
  rig.run_for(2s);
  CHECK(rig.facts_of<media::Stalled>().size() == 1);
  rig.feed_all(kA, 2);
  rig.run_for(1s);
  CHECK(rig.facts_of<media::Resumed>().size() == 1);
  rig.pipeline.set_pictures_wanted(true);
  rig.run_for(500ms);
  CHECK(rig.video.pictures.back().number >= 80);
}
