// Decoders that answer later: nothing a viewer sees or hears may depend on when they do.
#include <cmath>

#include "../rig.h"
#include "../tone.h"
#include "fake_platform.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

StreamSpec fallback_spec() {
  StreamSpec spec;
  spec.first_gop = 13;
  spec.b_frames = 0;
  spec.pts_base = 7777s + 123ms;
  return spec;
}

void check_programme(const std::vector<ShownPicture>& pictures) {
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    CHECK(pictures[i].number == static_cast<std::int64_t>(i));
    CHECK(pictures[i].content_time == content(static_cast<std::int64_t>(i)));
    CHECK(pictures[i].lost == 0);
    CHECK(pictures[i].repeated == 0);
  }
}

void check_contract(const FakePlatform& platform) {
  CHECK(platform.wrong_calls == 0);
  CHECK(platform.wrong_releases == 0);
  CHECK(platform.pictures_made == platform.pictures_released + platform.pictures_open());
}

DecoderHabits late(Duration per_packet, Duration latency, int withheld = 0) {
  DecoderHabits habits;
  habits.per_packet = per_packet;
  habits.latency = latency;
  habits.per_drain = 8ms;
  habits.withheld = withheld;
  return habits;
}

/// A until 2 s with B prepared at 300 ms, the splice at 400 ms, to the end.
void splice(Rig& rig) {
  rig.open(kA, encode({}));
  rig.open(kB, encode(fallback_spec()));
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  rig.feed(kA, 1);
  rig.run_for(300ms);
  rig.feed_all(kB);
  rig.pipeline.prepare(kB);
  rig.run_for(600ms);
  REQUIRE(rig.buffer(kB).planned_splice == content(38));
  REQUIRE(rig.buffer(kB).splice_ready);
  rig.pipeline.splice(kB);
  rig.run_for(4s);
}

}  // namespace

TEST_CASE("late decoders lose and repeat nothing at a splice, and the sound has no seam") {
  const DecoderHabits kinds[] = {late(0ms, 0ms), late(5ms, 0ms), late(2ms, 30ms), late(10ms, 70ms), late(3ms, 5ms, 2)};
  for (const DecoderHabits& habits : kinds) {
    INFO(to_ms(habits.per_packet) << " ms a packet, " << to_ms(habits.latency) << " ms later, " << habits.withheld);
    Rig rig;
    FakePlatform& platform = FakePlatform::get();
    platform.video = habits;
    platform.audio = late(1ms, habits.latency);
    splice(rig);
    check_programme(rig.video.pictures);
    CHECK(rig.video.pictures.size() > 110);
    const auto switched = rig.facts_of<media::Switched>();
    REQUIRE(switched.size() == 1);
    CHECK(switched[0].content_time == content(38));
    CHECK(switched[0].gap <= 6ms);
    CHECK(rig.facts_of<media::Stalled>().empty());
    CHECK(rig.facts_of<media::MediaDamaged>().empty());
    CHECK(rig.pipeline.counters().frames_dropped_late == 0);
    CHECK(rig.audio.underrun_frames() == 0);
    CHECK(rig.pipeline.counters().silence_frames == 0);
    CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(9600, 48000 * 4 - 9600), 48000) < 0.03);
    check_contract(platform);
  }
}

TEST_CASE("at most four pictures of a source are held, also of streams and decoders that reorder") {
  for (const int withheld : {0, 1, 4, 13}) {
    for (const Duration latency : {Duration(0ms), Duration(20ms)}) {
      INFO(withheld << " withheld, " << to_ms(latency) << " ms");
      Rig rig;
      FakePlatform& platform = FakePlatform::get();
      platform.video = late(2ms, latency, withheld);
      platform.video.reorders = 1;
      rig.open(kA, encode({}));
      rig.pipeline.start(kA, content(0));
      rig.feed_all(kA);
      rig.run_for(4s);
      check_programme(rig.video.pictures);
      CHECK(rig.video.pictures.size() >= 85);
      CHECK(platform.most_held <= 4);
      CHECK(rig.pipeline.counters().frames_dropped_late == 0);
      check_contract(platform);
    }
  }
}

TEST_CASE("every picture is released once, whatever becomes of it") {
  {
    Rig rig;
    FakePlatform::get().video = late(4ms, 10ms);
    rig.open(kA, encode({}));
    rig.open(kB, encode(fallback_spec()));
    rig.pipeline.start(kA, content(0));
    rig.feed_all(kA);
    rig.feed_all(kB);
    for (int i = 0; i < 6; ++i) {
      rig.pipeline.prepare(kB);
      rig.run_for(70ms);
      rig.pipeline.cancel(kB);
      rig.run_for(10ms);
      rig.pipeline.stand_by(kB);
      rig.run_for(30ms);
    }
    rig.pipeline.start(kA, content(50));  // what is queued and under way is dropped
    rig.run_for(300ms);
    rig.pipeline.stop();
    rig.pipeline.cancel(kB);
    rig.run_for(100ms);
    CHECK(FakePlatform::get().pictures_open() == 0);
    rig.pipeline.start(kA, content(0));
    rig.run_for(100ms);
    CHECK(FakePlatform::get().pictures_open() > 0);
    check_contract(FakePlatform::get());
  }
  CHECK(FakePlatform::get().pictures_open() == 0);  // those of a pipeline that is gone
  CHECK(FakePlatform::get().pictures_made > 30);
  CHECK(FakePlatform::get().pictures_made == FakePlatform::get().pictures_released);
  CHECK(FakePlatform::get().open_decoders() == 0);
}

TEST_CASE("a decoder that falls silent is begun anew at the next random access point, and given up after three times") {
  Rig rig;
  FakePlatform& platform = FakePlatform::get();
  platform.video.silent_from = 10;
  platform.video.silent_generations = 1;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(1s);
  CHECK(rig.video.pictures.size() <= 12);
  CHECK(platform.resets == 0);
  rig.run_for(3s);
  CHECK(platform.resets == 1);
  const auto damaged = rig.facts_of<media::MediaDamaged>();
  REQUIRE(damaged.size() == 1);
  CHECK(damaged[0].error.code == ErrorCode::decode_failed);
  CHECK(damaged[0].content_time >= content(7));
  CHECK(damaged[0].content_time <= content(11));
  const auto& pictures = rig.video.pictures;
  REQUIRE(pictures.size() > 40);
  CHECK(pictures.back().number >= 90);
  for (std::size_t i = 1; i < pictures.size(); ++i) CHECK(pictures[i].number > pictures[i - 1].number);

  Rig dead;
  platform.video.silent_generations = -1;
  platform.video.silent_from = 0;
  dead.open(kA, encode({}));
  dead.pipeline.start(kA, content(0));
  dead.feed_all(kA);
  const int before = platform.resets;
  dead.run_for(9s);
  CHECK(platform.resets == before);  // it may be loading
  dead.run_for(25s);
  CHECK(platform.resets == before + 3);
  CHECK(dead.video.pictures.empty());
  CHECK(dead.facts_of<media::MediaDamaged>().size() == 1);
  CHECK(dead.facts_of<media::MediaDamaged>().back().error.code == ErrorCode::decoder_unavailable);
  check_contract(platform);
}

TEST_CASE("an error that comes late costs the pictures up to the next random access point") {
  Rig rig;
  FakePlatform& platform = FakePlatform::get();
  platform.video = late(3ms, 25ms);
  platform.video.fails_at = 30;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(4s);
  const auto damaged = rig.facts_of<media::MediaDamaged>();
  REQUIRE(damaged.size() == 1);
  CHECK(damaged[0].content_time >= content(26));
  CHECK(damaged[0].content_time <= content(31));
  for (const ShownPicture& p : rig.video.pictures)
    CHECK((content(p.number) < damaged[0].content_time || p.number >= 50));
  CHECK(rig.video.pictures.back().number >= 90);
  CHECK(rig.pipeline.counters().frames_lost == (content(50) - damaged[0].content_time) / kFrame);
  CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(9600, 48000 * 3), 48000) < 0.03);
  check_contract(platform);
}

TEST_CASE("a decoder that fails before it gave anything is tried again from the same picture: it may be another one") {
  Rig rig;
  FakePlatform& platform = FakePlatform::get();
  platform.video = late(2ms, 10ms);
  platform.video.fails_at = 0;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(2s);
  CHECK(platform.resets == 1);
  CHECK(rig.facts_of<media::MediaDamaged>().empty());
  check_programme(rig.video.pictures);
  CHECK(rig.video.pictures.size() >= 45);
}

TEST_CASE("a platform without the decoder is told at once, and the source is not playable") {
  Rig rig;
  FakePlatform& platform = FakePlatform::get();
  platform.video.fails_at = 0;
  platform.video.fatal = true;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(500ms);
  const auto damaged = rig.facts_of<media::MediaDamaged>();
  REQUIRE(damaged.size() == 1);
  CHECK(damaged[0].error.code == ErrorCode::decoder_unavailable);
  CHECK(rig.video.pictures.empty());
}

TEST_CASE("damaged sound costs its packet alone") {
  Rig rig;
  FakePlatform& platform = FakePlatform::get();
  platform.audio = late(1ms, 15ms);
  platform.audio.fails_at = 60;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(4s);
  // One packet each for the sound that is heard and for that which is compared.
  CHECK(rig.facts_of<media::MediaDamaged>().size() <= 1);
  CHECK(rig.pipeline.counters().silence_frames <= 2 * 1024);
  CHECK(rig.video.pictures.back().number >= 95);
  check_contract(platform);
}

TEST_CASE("sound keeps its place where a decoder leaves out priming and rounds time stamps") {
  std::vector<float> exact;
  for (const bool odd : {false, true}) {
    Rig rig;
    FakePlatform& platform = FakePlatform::get();
    platform.audio = late(1ms, 10ms);
    if (odd) platform.audio.first_cut = 312;
    if (odd) platform.audio.stamp_error_us = -1;
    rig.open(kA, encode({}));
    rig.pipeline.start(kA, content(0));
    rig.feed_all(kA);
    rig.run_for(3s);
    CHECK(rig.pipeline.counters().silence_frames == 0);
    REQUIRE(rig.audio.left.size() > 48000 * 2);
    if (!odd) exact.assign(rig.audio.left.begin() + 2048, rig.audio.left.begin() + 48000 * 2);
    if (odd) CHECK(std::equal(exact.begin(), exact.end(), rig.audio.left.begin() + 2048));
  }
}

TEST_CASE("MP3 and Opus sound from a late platform is unbroken") {
  for (const std::string sound : {"libmp3lame", "libopus"}) {
    Rig rig;
    FakePlatform& platform = FakePlatform::get();
    platform.audio = late(1ms, 20ms);
    platform.audio.first_cut = sound == "libopus" ? 312 : 0;
    StreamSpec spec;
    spec.audio_encoder = sound;
    rig.open(kA, encode(spec));
    rig.pipeline.start(kA, content(0));
    rig.feed_all(kA);
    rig.run_for(4s);
    REQUIRE(rig.audio.left.size() > 48000 * 7 / 2);
    CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(9600, 48000 * 3), 48000) < 0.03);
    CHECK(rig.pipeline.counters().silence_frames == 0);
  }
}

TEST_CASE("a source that stands by is ready with a late decoder, and few pictures of it are decoded") {
  Rig rig;
  FakePlatform& platform = FakePlatform::get();
  platform.video = late(5ms, 20ms);
  StreamSpec spec;
  spec.frames = 250;
  StreamSpec other = fallback_spec();
  other.frames = 250;
  const EncodedStream a = encode(spec);
  const EncodedStream b = encode(other);
  rig.open(kA, a);
  rig.open(kB, b);
  rig.pipeline.start(kA, content(0));
  rig.pipeline.stand_by(kB);
  for (std::size_t i = 0; i < 6; ++i) {
    rig.feed(kA, i);
    rig.feed(kB, i);
    if (i >= 2) rig.run_for(1s);
  }
  REQUIRE(rig.buffer(kB).splice_ready);
  const std::int64_t shown = static_cast<std::int64_t>(rig.video.pictures.size());
  CHECK(rig.pipeline.counters().frames_decoded <= shown + 4 + 4 + 8);
  rig.pipeline.splice(kB);
  rig.feed_all(kB, 6);
  rig.run_for(4s);
  check_programme(rig.video.pictures);
  REQUIRE(rig.facts_of<media::Switched>().size() == 1);
  CHECK(rig.facts_of<media::Switched>()[0].gap <= 6ms);
  CHECK(rig.facts_of<media::Stalled>().empty());
  check_contract(platform);
}

TEST_CASE("a late source that ended is played out to its last picture") {
  Rig rig;
  FakePlatform& platform = FakePlatform::get();
  platform.video = late(5ms, 40ms, 3);
  platform.audio = late(1ms, 40ms);
  StreamSpec spec;
  spec.frames = 50;
  rig.open(kA, encode(spec));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.pipeline.end_of_stream(kA, Epoch{1});
  rig.run_for(3s);
  CHECK(rig.video.pictures.size() == 50);
  check_programme(rig.video.pictures);
  CHECK(rig.facts_of<media::PlayedOut>().size() == 1);
  CHECK(rig.facts_of<media::Stalled>().empty());
}

TEST_CASE("with late decoders the deadline neither spins nor sleeps through what is due") {
  Rig rig;
  FakePlatform& platform = FakePlatform::get();
  platform.video = late(3ms, 12ms);
  platform.audio = late(1ms, 12ms);
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.iterate();
  int calls = 0;
  const Instant end = rig.now + 5s;
  while (rig.now < end) {
    const Instant next = rig.pipeline.next_deadline();
    REQUIRE(next >= rig.now);
    // The platform wakes the engine when it has something: every 5 ms it is looked for.
    const Instant look = rig.now + 5ms;
    if (next > look) {
      rig.now = look;
      if (!platform.deliver(rig.now)) continue;
    } else {
      rig.now = std::max(next, rig.now + 1ms);
    }
    rig.iterate();
    ++calls;
  }
  CHECK(calls < 1200);
  CHECK(rig.audio.underrun_frames() == 0);
  CHECK(rig.video.pictures.size() >= 120);
  check_programme(rig.video.pictures);
}

TEST_CASE("how fast a late decoder is shows") {
  Rig rig;
  FakePlatform::get().video.per_packet = 20ms;  // of pictures of 40 ms: twice as fast as they are shown
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(2s);
  const auto speed = rig.buffer(kA).decode_permille;
  REQUIRE(speed.has_value());
  CHECK(*speed >= 1500);
  CHECK(*speed <= 3000);
}
