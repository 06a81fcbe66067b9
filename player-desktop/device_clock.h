// Where a sound device is between two of its callbacks. A callback asks for `n` samples that are heard one after the
// other at the device's rate, but it comes late or early by some milliseconds; taken as it comes, the player's clock
// would jump by that. So the moment of a callback is the expected one, pulled a little towards the observed one.
//
// One thread (the device's) calls on_callback, any one other reads; neither ever waits: the state is published through
// a sequence lock, with the ring's read count in it, so that a reader never sees samples in both places or in none.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "understudy/time.h"

namespace understudy::desktop {

class DeviceClock {
 public:
  explicit DeviceClock(int sample_rate) : rate_(static_cast<std::uint32_t>(sample_rate)) {}

  /// The device took `frames` sample frames for its next buffer; `real` of them were sound, the rest the silence of an
  /// underrun.
  void on_callback(std::int64_t frames, std::int64_t real, Instant now) {
    State state = load();
    const Instant expected = state.running ? state.at + state.length : now;
    const Duration error = now - expected;
    const bool had_break = error > kMaxError || error < -kMaxError;
    state.at = had_break ? now : expected + error / kGain;
    state.length = from_ticks(frames, rate_);
    state.real = from_ticks(real, rate_);
    state.taken += real;
    state.running = 1;
    store(state);
  }
  /// REQUIRES: no callback runs (the device is locked). All that was written counts as taken, nothing as pending.
  void reset(std::int64_t written_frames) { store({written_frames, Instant{}, Duration{}, Duration{}, 0}); }

  /// What was written and has not begun to be heard: in the ring and in the device's next buffer.
  Duration unheard(std::int64_t written_frames, Instant now) const {
    const State state = load();
    const Duration in_ring = from_ticks(std::max<std::int64_t>(written_frames - state.taken, 0), rate_);
    if (state.running == 0) return in_ring;
    return in_ring + std::clamp(state.real - (now - state.at), Duration::zero(), state.real);
  }

 private:
  static constexpr Duration kMaxError = std::chrono::milliseconds(40);  // beyond it the device had a break: start anew
  static constexpr int kGain = 16;

  struct State {
    std::int64_t taken = 0;  // sample frames of sound, ever
    Instant at{};
    Duration length{};
    Duration real{};
    std::int64_t running = 0;
  };

  void store(const State& state) {
    const std::uint32_t sequence = sequence_.load(std::memory_order_relaxed);
    sequence_.store(sequence + 1, std::memory_order_release);
    const std::int64_t values[] = {state.taken, state.at.time_since_epoch().count(), state.length.count(),
                                   state.real.count(), state.running};
    // Release on every field instead of a fence: the same on x86, and thread sanitizers understand it.
    for (int i = 0; i < 5; ++i) fields_[i].store(values[i], std::memory_order_release);
    sequence_.store(sequence + 2, std::memory_order_release);
  }
  State load() const {
    while (true) {
      const std::uint32_t before = sequence_.load(std::memory_order_acquire);
      std::int64_t values[5];
      for (int i = 0; i < 5; ++i) values[i] = fields_[i].load(std::memory_order_acquire);
      if (before % 2 == 0 && sequence_.load(std::memory_order_acquire) == before) {
        return {values[0], Instant(Duration(values[1])), Duration(values[2]), Duration(values[3]), values[4]};
      }
    }
  }

  std::uint32_t rate_;
  std::atomic<std::uint32_t> sequence_{0};
  std::atomic<std::int64_t> fields_[5] = {};
};

}  // namespace understudy::desktop
