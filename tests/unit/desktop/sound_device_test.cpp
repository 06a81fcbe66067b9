#include <thread>

#include "device_clock.h"
#include "keys.h"
#include "sample_ring.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::desktop;

namespace {

constexpr Instant kStart{from_ms(1000)};

}  // namespace

TEST_CASE("the ring keeps order across its end and is bounded") {
  SampleRing ring(4);
  const float in[] = {1, 2, 3, 4, 5};
  CHECK(ring.write(in) == 4);
  float out[3] = {};
  CHECK(ring.read(out) == 3);
  CHECK(out[2] == 3);
  CHECK(ring.write(std::span(in).subspan(4)) == 1);
  CHECK(ring.size() == 2);
  CHECK(ring.read(out) == 2);
  CHECK(out[0] == 4);
  CHECK(out[1] == 5);
}

TEST_CASE("the ring passes every sample between two threads") {
  SampleRing ring(64);
  std::thread writer([&] {
    for (int next = 0; next < 20'000;) {
      const float value = static_cast<float>(next);
      next += static_cast<int>(ring.write({&value, 1}));
    }
  });
  int expected = 0;
  bool in_order = true;
  while (expected < 20'000) {
    float buffer[16];
    const std::size_t count = ring.read(buffer);
    for (std::size_t i = 0; i < count; ++i) in_order = in_order && buffer[i] == static_cast<float>(expected++);
  }
  writer.join();
  CHECK(in_order);
}

TEST_CASE("what is unheard shrinks evenly between callbacks though they jitter") {
  DeviceClock clock(48000);
  const std::int64_t written = 48'000;
  const int jitter_ms[] = {0, 4, -3, 6, -5, 2, 0, -4, 5, 1};
  Duration last = from_ms(1000);
  for (int i = 0; i < 10; ++i) {
    const Instant at = kStart + from_ms(20 * i + jitter_ms[i]);
    clock.on_callback(960, 960, at);
    const Duration now = clock.unheard(written, at);
    CHECK(now <= last + from_ms(1));
    const Duration ideal = from_ms(1000 - 20 * i - jitter_ms[i]);
    CHECK(std::abs(to_ms(now - ideal)) <= 7);
    last = clock.unheard(written, at + from_ms(10));
  }
}

TEST_CASE("nothing is unheard once the device ran dry") {
  DeviceClock clock(48000);
  clock.on_callback(960, 480, kStart);
  CHECK(clock.unheard(480, kStart) == from_ms(10));
  CHECK(clock.unheard(480, kStart + from_ms(10)) == Duration::zero());
}

TEST_CASE("after a flush nothing of before counts") {
  DeviceClock clock(48000);
  clock.on_callback(960, 960, kStart);
  clock.reset(48'000);
  CHECK(clock.unheard(48'000, kStart) == Duration::zero());
  CHECK(clock.unheard(48'480, kStart) == from_ms(10));
}

TEST_CASE("keys mean what the help says") {
  CHECK(action_of(' ') == Action::pause);
  CHECK(action_of('m') == Action::mute);
  CHECK(action_of('9') == Action::volume_down);
  CHECK(action_of('0') == Action::volume_up);
  CHECK(action_of('f') == Action::full_screen);
  CHECK(action_of('b') == Action::next_source);
  CHECK(action_of('i') == Action::overlay);
  CHECK(action_of('q') == Action::quit);
  CHECK_FALSE(action_of('x'));
}
