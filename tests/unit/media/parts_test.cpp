// The pure parts of the pipeline: runs of good media, the splice point, the clock, the mixer.
#include <cmath>

#include "media/audio_mixer.h"
#include "media/media_clock.h"
#include "media/output_resampler.h"
#include "media/sample_time.h"
#include "media/splice_plan.h"
#include "media/track_timeline.h"
#include "support/catch.h"
#include "tone.h"
#include "understudy/null_sinks.h"

using namespace understudy;
using namespace understudy::media;
using namespace std::chrono_literals;
using understudy::test::kFrame;

namespace {

constexpr MediaTime at(std::int64_t frame) { return MediaTime(frame * kFrame); }

void add(TrackTimeline& t, std::int64_t frame, bool key = false, bool damaged = false) {
  t.add({at(frame), kFrame, key, damaged});
}

/// Whole groups of pictures without reordering.
TrackTimeline groups(std::int64_t from, int count, int size) {
  TrackTimeline t(true);
  for (std::int64_t i = 0; i < std::int64_t{count} * size; ++i) add(t, from + i, i % size == 0);
  return t;
}

SplicePlan plan(const TrackTimeline& candidate, MediaTime playhead, MediaTime good_end) {
  SplicePlanInput in;
  in.playhead = playhead;
  in.good_end = good_end;
  in.candidate = &candidate;
  in.frame = kFrame;
  return plan_splice(in);
}

}  // namespace

TEST_CASE("the good end waits for the pictures that are shown before the last one") {
  TrackTimeline t(true);
  t.begin_segment(false);
  add(t, 0, true);
  CHECK(t.good_until(at(0)) == at(1));
  add(t, 3);
  CHECK(t.good_until(at(0)) == at(1));
  add(t, 1);
  CHECK(t.good_until(at(0)) == at(2));
  add(t, 2);
  CHECK(t.good_until(at(0)) == at(4));
  CHECK(t.end() == at(4));
}

TEST_CASE("nothing is good before the first random access point") {
  TrackTimeline t(true);
  add(t, 0);
  add(t, 1);
  CHECK_FALSE(t.good_until(at(0)).has_value());
  add(t, 2, true);
  add(t, 1);  // a leading picture
  CHECK(t.good_until(at(0)) == at(3));
  CHECK(t.first_random_access() == at(2));
}

TEST_CASE("a segment that is complete is contiguous whatever its intervals") {
  TrackTimeline t(true);
  t.begin_segment(false);
  add(t, 0, true);
  add(t, 5);
  add(t, 9);
  CHECK(t.good_until(at(0)) == at(1));
  t.end_segment(true);
  CHECK(t.good_until(at(0)) == at(10));
}

TEST_CASE("a hole between segments stops the good end until the playhead is behind it") {
  TrackTimeline t(true);
  t.begin_segment(false);
  for (int i = 0; i < 5; ++i) add(t, i, i == 0);
  t.end_segment(true);
  t.begin_segment(false);
  for (int i = 10; i < 15; ++i) add(t, i, i == 10);
  t.end_segment(true);
  CHECK(t.good_until(at(0)) == at(5));
  CHECK(t.good_until(at(7)) == at(5));
  CHECK(t.good_until(at(10)) == at(15));
}

TEST_CASE("an open group of pictures continues the one before") {
  TrackTimeline t(true);
  t.begin_segment(false);
  for (int i = 0; i < 5; ++i) add(t, i, i == 0);
  t.end_segment(true);
  t.begin_segment(false);
  add(t, 7, true);
  CHECK(t.good_until(at(0)) == at(5));
  add(t, 5);
  add(t, 6);
  t.end_segment(true);
  CHECK(t.good_until(at(0)) == at(8));
  CHECK(t.random_access_between(at(1), at(20)) == at(7));
}

TEST_CASE("rounded time stamps leave no hole") {
  TrackTimeline t(true);
  for (int i = 0; i < 50; ++i) t.add({MediaTime(33ms * i + (i % 3 == 0 ? 1ms : 0ms)), 33ms, i == 0, false});
  CHECK(t.good_until(at(0)) >= MediaTime(33ms * 50 - 2ms));
}

TEST_CASE("damage ends the good media before the first picture that may refer to it") {
  TrackTimeline t(true);
  add(t, 0, true);
  add(t, 1);
  add(t, 4, false, true);
  add(t, 2);  // decoded after the damaged one, shown before it
  add(t, 3);
  CHECK(t.good_until(at(0)) == at(2));
  add(t, 5, true);
  add(t, 6);
  CHECK(t.good_until(at(0)) == at(2));
  CHECK(t.good_until(at(5)) == at(7));
}

TEST_CASE("damage that is found later splits what was taken for good") {
  TrackTimeline t = groups(0, 3, 10);
  t.damage(at(12));
  CHECK(t.good_until(at(0)) == at(12));
  CHECK(t.good_until(at(20)) == at(30));
  t.damage(at(25));
  CHECK(t.good_until(at(20)) == at(25));
  add(t, 30);
  CHECK(t.good_until(at(20)) == at(25));
  add(t, 31, true);
  CHECK(t.good_until(at(31)) == at(32));
}

TEST_CASE("after damage a run begins at the random access point that waited for the pictures before it") {
  for (const std::int64_t damaged : {0, 2}) {
    TrackTimeline t(true);
    t.begin_segment(false);
    for (const std::int64_t frame : {0, 1, 2}) add(t, frame, frame == 0);
    add(t, 6, true);  // 3 to 5 may still come
    t.damage(at(damaged));
    add(t, 7);
    t.end_segment(true);
    CHECK(t.good_until(at(0)) == (damaged == 0 ? at(8) : at(2)));  // the damage is not bridged
    CHECK(t.good_until(at(6)) == at(8));
  }
}

TEST_CASE("a missing segment needs a random access point of a picture track only") {
  TrackTimeline sound(false);
  sound.begin_segment(false);
  add(sound, 0, true);
  sound.begin_segment(true);
  add(sound, 1, true);
  CHECK(sound.good_until(at(0)) == at(1));
  CHECK(sound.good_until(at(1)) == at(2));
}

TEST_CASE("the splice is at the candidate's last random access point in reach") {
  const TrackTimeline t = groups(0, 10, 25);
  const SplicePlan p = plan(t, at(10), at(110));
  CHECK(p == SplicePlan{at(100), at(100), true});
  // Nearer than 100 ms to the playhead, or than 10 ms to the end: out of reach.
  CHECK(plan(t, at(98), at(110)).enter == at(110));
  CHECK(plan(t, at(10), at(100) + 9ms).enter == at(75));
  CHECK(plan(t, at(10), at(100) + 10ms).enter == at(100));
}

TEST_CASE("without one in reach the splice is at the good end") {
  const TrackTimeline t = groups(0, 10, 25);
  CHECK(plan(t, at(101), at(110)) == SplicePlan{at(110), at(110), true});
}

TEST_CASE("a candidate that begins later is entered at its beginning") {
  const TrackTimeline t = groups(60, 2, 25);
  CHECK(plan(t, at(10), at(50)) == SplicePlan{at(50), at(60), true});
}

TEST_CASE("a candidate that lags is not covered") {
  const TrackTimeline t = groups(0, 1, 25);
  CHECK_FALSE(plan(t, at(30), at(50)).covered);
  CHECK(plan(t, at(30), at(50)).leave == at(50));
}

TEST_CASE("what was heard over a damaged picture is not repeated") {
  const TrackTimeline t = groups(0, 10, 25);
  CHECK(plan(t, at(60), at(50)).enter == at(60));
}

TEST_CASE("the clock follows a device that runs slow without running backwards") {
  MediaClock clock;
  Instant now{1s};
  clock.set(0ms, now);
  clock.run(now);
  PlayTime last{};
  for (int i = 1; i <= 3000; ++i) {
    now += 10ms;
    // A device 0.1 % slow, seen through steps of 20 ms.
    const Duration heard = (10ms * i) - Duration(10'000ns * i) - (i % 2 == 0 ? 0ms : 10ms);
    clock.follow(heard, now);
    const PlayTime position = clock.position(now);
    CHECK(position >= last);
    CHECK(position - last < 12ms);
    last = position;
  }
  CHECK(std::abs(to_ms(last - (30s - 30ms))) <= 12);
}

TEST_CASE("the clock waits at a limit and tells when a position is reached") {
  MediaClock clock;
  Instant now{1s};
  clock.set(0ms, now);
  CHECK(clock.position(now + 1s) == 0ms);
  clock.run(now);
  CHECK(clock.reaches(500ms, now) == now + 500ms);
  clock.limit(300ms, now + 400ms);
  CHECK(clock.position(now + 400ms) == 300ms);
  CHECK(clock.position(now + 500ms) == 400ms);
  clock.hold(now + 500ms);
  CHECK(clock.position(now + 900ms) == 400ms);
  clock.set_rate_ppm(5000, now + 900ms);
  clock.run(now + 900ms);
  CHECK(clock.position(now + 1900ms) == 1405ms);
}

TEST_CASE("sample places are exact at UTC magnitudes") {
  const MediaTime utc(Duration(1'700'000'000'123'456'789));
  CHECK(sample_index(utc + 1s, 48000) - sample_index(utc, 48000) == 48000);
  CHECK(sample_index(Duration(-1), 48000) == 0);
  CHECK(sample_index(Duration(-1s), 44100) == -44100);
}

TEST_CASE("sound with rounded time stamps is joined without a seam, a gap is kept") {
  PcmQueue q(1);
  q.append(100, std::vector<float>(50, 0.1F), 10);
  q.append(153, std::vector<float>(50, 0.2F), 10);
  CHECK(q.available_until(100) == 200);
  q.append(300, std::vector<float>(50, 0.3F), 10);
  CHECK(q.available_until(100) == 200);
  CHECK(q.next_available(200) == 300);
  std::vector<float> out(60);
  REQUIRE(q.copy(130, out));
  CHECK(out[19] == 0.1F);
  CHECK(out[20] == 0.2F);
  CHECK_FALSE(q.copy(180, out));
  q.drop_before(175);
  CHECK_FALSE(q.available_until(170).has_value());
  out.resize(25);
  REQUIRE(q.copy(175, out));
  CHECK(out[0] == 0.2F);
  CHECK(q.frames() == 75);
}

TEST_CASE("a gap in the sound fades out and in") {
  PcmQueue q(1);
  q.append(0, std::vector<float>(4800, 1.0F), 10);
  q.append(9600, std::vector<float>(4800, 1.0F), 10);
  AudioMixer mixer(48000, 1);
  AudioMixer::Voice voice{&q, 0, 0, 1'000'000, 0};
  AudioMixer::Voice* voices[] = {&voice};
  std::vector<float> all;
  std::int64_t silent = 0;
  for (int i = 0; i < 30; ++i) {
    std::vector<float> out(480);
    silent += mixer.render(i * 480, voices, out);
    all.insert(all.end(), out.begin(), out.end());
  }
  CHECK(silent == 4800);
  for (std::size_t i = 1; i < all.size(); ++i) CHECK(std::abs(all[i] - all[i - 1]) <= 1.0F / 240 + 1e-4F);
  CHECK(all[2400] == Approx(1.0F));
  CHECK(std::abs(all[4799]) < 1e-4F);
  CHECK(all[7000] == 0.0F);
  CHECK(all[12000] == Approx(1.0F));
}

TEST_CASE("equal sound in two voices sums to itself through a cross-fade") {
  PcmQueue a(1);
  PcmQueue b(1);
  a.append(0, std::vector<float>(9600, 0.5F), 10);
  b.append(2400, std::vector<float>(9600, 0.5F), 10);
  AudioMixer mixer(48000, 1);
  AudioMixer::Voice old{&a, 0, 0, 4800, 1};
  AudioMixer::Voice fresh{&b, 0, 4800 - mixer.fade_frames(), 1'000'000, 0};
  AudioMixer::Voice* voices[] = {&old, &fresh};
  std::vector<float> out(9600);
  CHECK(mixer.render(0, voices, out) == 0);
  for (std::size_t i = 480; i < out.size() - 480; ++i) CHECK(out[i] == Approx(0.5F).margin(0.01));
}

TEST_CASE("the output resampler is transparent at rate zero and keeps the tone at others") {
  OutputResampler r(1);
  std::vector<float> in(48000);
  for (std::size_t i = 0; i < in.size(); ++i) {
    in[i] = static_cast<float>(0.5 * std::sin(2 * M_PI * test::kToneHz * static_cast<double>(i) / 48000));
  }
  std::vector<float> out;
  r.process(std::span<const float>(in).first(4800), out);
  CHECK(std::equal(out.begin(), out.end(), in.begin()));
  r.set_rate_ppm(5000);
  for (std::size_t i = 4800; i + 480 <= in.size(); i += 480) r.process(std::span<const float>(in).subspan(i, 480), out);
  CHECK(std::abs(static_cast<double>(out.size()) - (4800 + 43200 / 1.005)) < 6);
  CHECK(test::worst_click(out, 48000) < 0.005);
}

TEST_CASE("the simulated device plays at its rate and counts what it missed") {
  NullAudioSink sink({48000, 2}, 200ms, 20ms);
  Instant now{5s};
  CHECK(sink.writable(now) == 9600);
  CHECK(sink.queued(now) == 0ms);
  sink.write(std::vector<float>(9600), now);
  CHECK(sink.queued(now) == 120ms);
  now += 60ms;
  CHECK(sink.queued(now) == 60ms);
  CHECK(sink.writable(now) == 9600 - 1920);
  sink.set_paused(true, now);
  now += 10s;
  CHECK(sink.queued(now) == 60ms);
  sink.set_paused(false, now);
  now += 100ms;
  CHECK(sink.queued(now) == 0ms);
  CHECK(sink.played_frames() == 7680);
  CHECK(sink.underrun_frames() == 7680 - 4800);
}
