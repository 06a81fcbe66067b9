// Evidence made by hand: a viewer who watches the primary from 1000 s on (monotonic), a fault at 1005 s, a switch at
// 1008 s, the end at 1012 s. Seamless unless a test says what went wrong.
#pragma once

#include <algorithm>

#include "evidence.h"
#include "origin/clock.h"
#include "origin/tone.h"

namespace understudy::bench::failover {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kBegin = 1'000'000 * kMs;
constexpr std::int64_t kTick = 40 * kMs;
constexpr std::int64_t kFirstFrame = 1'900'000'000;
constexpr int kRate = 48'000;

/// What the wrong run does at the switch.
struct Defect {
  int held_ticks = 0;      // the last picture of the primary stays so much longer
  int skipped_frames = 0;  // numbers that never come; negative: numbers that come again
  int sound_skip_ms = 0;   // of the programme
  int silence_ms = 0;
  int fade_ms = 5;  // where the sound skips; 0: a hard cut
};

inline Json synthetic_event(const char* type, std::int64_t at_ms) {
  return {{"type", type}, {"monotonic_ns", kBegin + at_ms * kMs}, {"reason", "reset"}};
}

inline std::vector<test::Picture> synthetic_pictures(const Defect& defect) {
  std::vector<test::Picture> ticks;
  std::int64_t frame = kFirstFrame;
  for (int i = 0; i < 300; ++i) {
    const bool fallback = i >= 200 + defect.held_ticks;
    const bool held = i >= 200 && !fallback;
    if (i == 200 + defect.held_ticks) frame += defect.skipped_frames;
    ticks.push_back({fallback ? kFallback : kPrimary, held ? frame - 1 : frame, kBegin + kTick * i + kTick / 2});
    if (!held) ++frame;
  }
  return ticks;
}

inline test::Wav synthetic_sound(const Defect& defect) {
  test::Wav wav{kRate, 1, kBegin, {}};
  const std::int64_t cut = 8 * kRate;
  const std::int64_t skip = std::int64_t{defect.sound_skip_ms} * kRate / 1000;
  const std::int64_t silent_until = cut + std::int64_t{defect.silence_ms} * kRate / 1000;
  const std::int64_t fade = std::int64_t{defect.fade_ms} * kRate / 1000;
  for (std::int64_t i = 0; i < 12 * kRate; ++i) {
    const float before = server::tone_sample(i, kRate);
    const float after = server::tone_sample(i + skip, kRate);
    const float share =
        fade == 0 ? 1.0f : std::clamp(static_cast<float>(i - cut + fade) / static_cast<float>(fade), 0.0f, 1.0f);
    float sample = i < cut - fade ? before : before * (1 - share) + after * share;
    if (i >= cut) sample = i < silent_until ? 0.0f : after;
    wav.mono.push_back(sample);
  }
  return wav;
}

inline Evidence synthetic(const Defect& defect = {}) {
  Evidence e;
  e.one = {"reset", "aligned", "cold", 2, "ts", 0, 0};
  e.started_ns = kBegin;
  e.fault_ns = kBegin + 5000 * kMs;
  e.end_ns = kBegin + 12'000 * kMs;
  // The first picture is shown six seconds after its moment.
  e.wall_minus_monotonic_ns =
      server::time_of_frame(kFirstFrame, {25, 1}).time_since_epoch().count() + 6000 * kMs - kBegin;
  e.pictures.ticks_per_second = kFps;
  e.pictures.ticks = synthetic_pictures(defect);
  std::int64_t last = -1;
  for (const test::Picture& tick : e.pictures.ticks) {
    if (tick.frame != last) e.presented_ns.push_back(tick.at_ns - kTick / 2);
    last = tick.frame;
  }
  e.sound = synthetic_sound(defect);
  e.events = {synthetic_event("intent_to_fallback", 6000), synthetic_event("hedge_started", 6010),
              synthetic_event("committed", 7900), synthetic_event("switched", 8000)};
  e.report = {
      {"summary",
       {{"bytes_total", 1'000'000},
        {"bytes_hedged", 200'000},
        {"frames_dropped_late", 0},
        {"switches",
         Json::array({{{"detect_ms", 200}, {"prepare_ms", 30}, {"error_bound_ms", 100}, {"reason", "reset"}}})}}}};
  return e;
}

}  // namespace understudy::bench::failover
