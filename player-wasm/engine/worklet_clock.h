// Where the audio worklet is between two of its reports. A report says how many sample frames it took so far, but it
// comes through the event loop, late by some milliseconds; taken as it comes, the player's clock would jump by that. So
// the moment of a report is the expected one, pulled a little towards the observed one, and between reports the worklet
// is taken to go on at the device's rate. Pure.
#pragma once

#include <algorithm>
#include <cstdint>

#include "understudy/time.h"

namespace understudy::wasm {

class WorkletClock {
 public:
  explicit WorkletClock(int sample_rate) : rate_(static_cast<std::uint32_t>(sample_rate)) {}

  /// `sound`: sample frames of ours that were taken since the start; `silence`: those that it had to fill in.
  void report(std::int64_t sound, std::int64_t silence, Instant now) {
    const std::int64_t device = sound + silence;
    const Instant expected = at_ + from_ticks(device - device_, rate_);
    const Duration error = now - expected;
    const bool anew = !running_ || error > kMaxError || error < -kMaxError;
    at_ = anew ? now : expected + error / kGain;
    device_ = device;
    sound_ = sound;
    running_ = true;
  }
  /// The device stands, or is gone.
  void stop() { running_ = false; }

  /// Of `written` frames, those that have not been taken.
  Duration untaken(std::int64_t written, Instant now) const {
    const Duration waiting = from_ticks(std::max<std::int64_t>(written - sound_, 0), rate_);
    if (!running_) return waiting;
    const Duration since = std::clamp(now - at_, Duration::zero(), kMaxAhead);
    return std::max(waiting - since, Duration::zero());
  }

 private:
  static constexpr Duration kMaxError = std::chrono::milliseconds(40);  // beyond it the device had a break: start anew
  static constexpr Duration kMaxAhead =
      std::chrono::milliseconds(60);  // three reports; a worklet that is silent stands
  static constexpr int kGain = 16;

  std::uint32_t rate_;
  bool running_ = false;
  Instant at_{};
  std::int64_t device_ = 0;
  std::int64_t sound_ = 0;
};

}  // namespace understudy::wasm
