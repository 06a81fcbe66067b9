// The sound sink of the browser against a worklet that the test plays.
#include "worklet_sink.h"

#include <vector>

#include "support/catch.h"

namespace {
std::vector<float> sent;  // left channel
std::vector<int> flushed;
std::vector<int> paused;
}  // namespace

extern "C" {
void understudy_audio_write(const float* samples, int frames) {
  for (int i = 0; i < frames; ++i) sent.push_back(samples[2 * i]);
}
void understudy_audio_flush(int number) { flushed.push_back(number); }
void understudy_audio_pause(int on) { paused.push_back(on); }
}

namespace understudy::wasm {
namespace {

constexpr int kRate = 48'000;
Instant at(std::int64_t ms) { return Instant(from_ms(ms)); }

/// Stereo whose left channel counts on from `from`.
std::vector<float> ramp(int from, int frames) {
  std::vector<float> samples;
  for (int i = 0; i < frames; ++i) samples.insert(samples.end(), {static_cast<float>(from + i), 0.0F});
  return samples;
}

struct Fixture {
  Fixture() {
    sent.clear();
    flushed.clear();
    paused.clear();
  }
  WorkletSink sink{kRate};
};

TEST_CASE_METHOD(Fixture, "between reports the worklet is taken to go on at its rate") {
  sink.set_device(true, from_ms(20), at(0));
  const int flushes = flushed.back();
  sink.write(ramp(0, 9600), at(0));  // 200 ms
  CHECK(sink.queued(at(0)) == from_ms(220));
  sink.report(0, 480, flushes, at(10));
  CHECK(sink.queued(at(10)) == from_ms(220));
  CHECK(sink.queued(at(30)) == from_ms(200));
  sink.report(960, 480, flushes, at(30));
  CHECK(sink.queued(at(30)) == from_ms(200));
}

TEST_CASE_METHOD(Fixture, "a report that comes late moves the clock by a sixteenth of its lateness") {
  sink.set_device(true, {}, at(0));
  const int flushes = flushed.back();
  sink.write(ramp(0, 14'400), at(0));
  sink.report(0, 0, flushes, at(0));
  sink.report(960, 0, flushes, at(36));  // 16 ms late
  CHECK(sink.queued(at(36)) == from_ms(300 - 35));
}

TEST_CASE_METHOD(Fixture, "a worklet that stops reporting stands") {
  sink.set_device(true, {}, at(0));
  sink.write(ramp(0, 14'400), at(0));
  sink.report(0, 0, flushed.back(), at(0));
  CHECK(sink.queued(at(5000)) == from_ms(240));
}

TEST_CASE_METHOD(Fixture, "without a device that may play, time goes on by the wall clock") {
  sink.write(ramp(0, 9600), at(0));
  CHECK(sent.empty());
  CHECK(sink.queued(at(50)) == from_ms(150));
  CHECK(sink.queued(at(500)) == Duration::zero());
  CHECK(sink.latency() == Duration::zero());
}

TEST_CASE_METHOD(Fixture, "what is not yet due is heard when the device begins to run, and nothing else") {
  sink.write(ramp(0, 9600), at(0));
  sink.set_device(true, from_ms(20), at(50));
  REQUIRE(sent.size() == 7200);
  CHECK(sent.front() == 2400.0F);
  CHECK(sent.back() == 9599.0F);
  CHECK(sink.queued(at(50)) == from_ms(170));
}

TEST_CASE_METHOD(Fixture, "a device that is suspended hands what it did not play to the wall clock") {
  sink.set_device(true, {}, at(0));
  sink.write(ramp(0, 9600), at(0));
  sink.report(0, 0, flushed.back(), at(0));
  sink.report(960, 0, flushed.back(), at(20));
  sink.set_device(false, {}, at(20));
  CHECK(sink.queued(at(20)) == from_ms(180));
  CHECK(sink.queued(at(120)) == from_ms(80));
}

TEST_CASE_METHOD(Fixture, "reports from before a flush count nothing") {
  sink.set_device(true, {}, at(0));
  const int before = flushed.back();
  sink.write(ramp(0, 4800), at(0));
  sink.report(2400, 0, before, at(10));
  sink.flush(at(20));
  CHECK(flushed.back() == before + 1);
  sink.write(ramp(0, 4800), at(20));
  sink.report(2600, 0, before, at(25));
  CHECK(sink.queued(at(25)) == from_ms(100));
  sink.report(2640, 0, before + 1, at(26));  // the flush: what it took until then was of before
  CHECK(sink.queued(at(26)) == from_ms(100));
  sink.report(2640 + 480, 0, before + 1, at(36));
  CHECK(sink.queued(at(36)) == from_ms(90));
}

TEST_CASE_METHOD(Fixture, "the queue is bounded at 400 ms") {
  sink.set_device(true, {}, at(0));
  CHECK(sink.writable(at(0)) == 19'200);
  sink.write(ramp(0, 19'200), at(0));
  CHECK(sink.writable(at(0)) == 0);
}

TEST_CASE_METHOD(Fixture, "paused, the worklet is told once and the clock stands") {
  sink.set_device(true, {}, at(0));
  sink.write(ramp(0, 9600), at(0));
  sink.report(0, 0, flushed.back(), at(0));
  sink.set_paused(true, at(0));
  sink.set_paused(true, at(0));
  CHECK(paused == std::vector<int>{1});
  CHECK(sink.queued(at(1000)) == from_ms(200));
}

}  // namespace
}  // namespace understudy::wasm
