// The judge against recordings whose faults are known: a bench that cannot fail measures nothing.
#include "measure.h"

#include <cmath>

#include "aims.h"
#include "support/catch.h"
#include "synthetic.h"

namespace understudy::bench::failover {
namespace {

bool near(double value, double wanted, double by) { return std::fabs(value - wanted) <= by; }

/// Without the sound, whose search takes its time.
Row measure_pictures(Evidence e) {
  e.sound.reset();
  return measure(e);
}

TEST_CASE("a seamless switch misses nothing") {
  const Row row = measure(synthetic());
  CHECK(row.added_gap_ms < 1);
  CHECK(row.frames_lost == 0);
  CHECK(row.frames_repeated == 0);
  CHECK(row.audio_gap_ms < 1);
  CHECK_FALSE(row.click);
  CHECK(row.end == "fallback");
  CHECK(row.detect_ms == 200);
  CHECK(row.commit_ms == 1900);
  CHECK(row.extra_bytes == 200'000);
  CHECK(near(*row.live_offset_before_s, 6, 0.01));
  CHECK(near(*row.live_offset_after_s, 6, 0.01));
  CHECK(misses(row).empty());
}

TEST_CASE("a held picture is a gap of its length and delays what follows") {
  const Row row = measure_pictures(synthetic({.held_ticks = 5}));
  CHECK(near(row.added_gap_ms, 200, 1));
  CHECK(row.frames_lost == 0);
  CHECK(near(*row.live_offset_after_s, 6.2, 0.01));
  REQUIRE(misses(row).size() == 1);
  CHECK(misses(row)[0].aim == "gap");
}

TEST_CASE("one tick is the resolution, two are a gap") {
  CHECK(misses(measure_pictures(synthetic({.held_ticks = 1}))).empty());
  CHECK_FALSE(misses(measure_pictures(synthetic({.held_ticks = 2}))).empty());
}

TEST_CASE("skipped numbers are lost, numbers that come again are repeated") {
  const Row lost = measure_pictures(synthetic({.skipped_frames = 3, .sound_skip_ms = 120}));
  CHECK(lost.frames_lost == 3);
  CHECK(lost.frames_repeated == 0);
  CHECK(near(*lost.live_offset_after_s, 5.88, 0.01));
  const Row repeated = measure_pictures(synthetic({.skipped_frames = -4, .sound_skip_ms = -160}));
  CHECK(repeated.frames_lost == 0);
  CHECK(repeated.frames_repeated == 4);
  CHECK_FALSE(wrong(repeated).empty());
}

TEST_CASE("a picture that was handed to the screen between two ticks is not lost") {
  Evidence e = synthetic();
  // The machine was late once: picture 160 is still there at tick 161, and 161 and 162 come within tick 162.
  e.pictures.ticks[161].frame = e.pictures.ticks[160].frame;
  e.presented_ns[161] = e.pictures.ticks[162].at_ns - 3 * kMs;
  e.presented_ns[162] = e.pictures.ticks[162].at_ns - 1 * kMs;
  const Row row = measure_pictures(e);
  CHECK(row.frames_lost == 0);
  CHECK(row.brief_frames == 1);
  CHECK(near(row.added_gap_ms, 40, 1));
  // Without the second hand-over it is lost.
  e.presented_ns.erase(e.presented_ns.begin() + 161);
  CHECK(measure_pictures(e).frames_lost == 1);
}

TEST_CASE("a late machine within pictures that come again takes nothing from what is lost") {
  Evidence e = synthetic({.skipped_frames = -10});
  e.pictures.ticks[205].frame = e.pictures.ticks[204].frame;
  const Row row = measure_pictures(e);
  CHECK(row.frames_lost == 0);
  CHECK(row.brief_frames == 0);
  CHECK(row.frames_repeated == 9);
}

TEST_CASE("what went wrong before the fault is kept beside the figures") {
  Evidence e = synthetic();
  for (std::size_t i = 60; i < 70; ++i) e.pictures.ticks[i].frame = e.pictures.ticks[59].frame;
  e.presented_ns.erase(e.presented_ns.begin() + 60, e.presented_ns.begin() + 70);
  const Row row = measure_pictures(e);
  CHECK(row.added_gap_ms < 1);
  CHECK(near(row.gap_before_ms, 400, 1));
  CHECK(row.lost_before == 10);
}

TEST_CASE("the time between two hand-overs to the screen is told to the millisecond") {
  Evidence e = synthetic();
  CHECK(measure_pictures(e).presented_gap_ms < 1);
  e.presented_ns[160] += 23 * kMs;
  CHECK(near(measure_pictures(e).presented_gap_ms, 23, 0.1));
}

TEST_CASE("a picture that stands until the end is held, and the gap lasts until then") {
  const Row row = measure_pictures(synthetic({.held_ticks = 100}));
  CHECK(row.end == "held");
  CHECK(near(row.added_gap_ms, 4000, 61));
  CHECK_FALSE(wrong(row).empty());
}

TEST_CASE("a card at the end is nothing") {
  Evidence e = synthetic();
  for (std::size_t i = 250; i < 300; ++i) e.pictures.ticks[i].channel = -1;
  CHECK(measure_pictures(e).end == "nothing");
  CHECK(near(measure_pictures(e).added_gap_ms, 2000, 61));
}

TEST_CASE("silence is a gap of its length") {
  const Row row = measure(synthetic({.silence_ms = 100}));
  CHECK(near(row.audio_gap_ms, 100, 3));
  CHECK(near(row.silence_ms, 100, 3));
  CHECK(near(row.silence_at_s.value_or(0), 3, 0.003));
}

TEST_CASE("sound that skips more than the pictures do is a gap") {
  const Row row = measure(synthetic({.sound_skip_ms = 300}));
  CHECK(near(row.sound_jumps_ms, 300, 2));
  CHECK(near(row.audio_gap_ms, 300, 2));
  CHECK(measure(synthetic({.skipped_frames = 7, .sound_skip_ms = 300})).audio_gap_ms < 1);
}

TEST_CASE("a hard cut of the sound clicks, a cross-fade of five milliseconds does not") {
  // A whole number of symbols and 7 ms on, the tone is at another phase.
  CHECK(measure(synthetic({.sound_skip_ms = 1007, .fade_ms = 0})).click);
  CHECK_FALSE(measure(synthetic({.sound_skip_ms = 1007, .fade_ms = 5})).click);
}

TEST_CASE("events in the wrong order are found") {
  Evidence e = synthetic();
  std::swap(e.events[1]["monotonic_ns"], e.events[2]["monotonic_ns"]);
  CHECK_FALSE(measure_pictures(e).in_order);
  e.events.erase(e.events.begin());
  CHECK_FALSE(measure_pictures(e).in_order);
}

TEST_CASE("a run that gave nothing to judge is a miss") {
  Evidence e;
  e.one = synthetic().one;
  e.problem = "the player did not start";
  CHECK(measure(e).end == "nothing");
  CHECK(misses(measure(e)).size() == 1);
}

}  // namespace
}  // namespace understudy::bench::failover
