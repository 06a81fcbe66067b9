// The sound of the test origin: a tone whose pitch spells the content time, so that a judge can tell from a fifth of a
// second of what a viewer heard which moment it was, and a splice that is off by a millisecond is caught.
//
// Every 20 ms of content is one symbol: one of 16 pitches, 400 Hz to 1900 Hz in steps of 100 Hz. Each fits a whole
// number of cycles into a symbol, so the phase is continuous without any state and any sample can be computed alone.
// The symbols follow a de Bruijn sequence B(16, 3): each run of three occurs once in its 4096 symbols, 81.92 s.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "understudy/time.h"

namespace understudy::server {

inline constexpr int kToneSymbolsPerSecond = 50;
inline constexpr std::int64_t kTonePeriodSymbols = 4096;
inline constexpr Duration kTonePeriod = std::chrono::milliseconds(20 * kTonePeriodSymbols);
inline constexpr float kToneAmplitude = 0.2F;

/// The tone at a sample of the content time line (sample 0 at the content epoch).
/// REQUIRES: sample_rate is a multiple of 50 (all usual rates are); index >= 0.
float tone_sample(std::int64_t content_sample_index, int sample_rate);

/// Where in the code's period the first sample of `samples` (one channel) lies: content time since the epoch modulo
/// kTonePeriod, within a millisecond. Looks at the first 240 ms; nothing where there is less than 140 ms, no tone, or a
/// splice inside. REQUIRES: as tone_sample.
std::optional<Duration> locate_tone(std::span<const float> samples, int sample_rate);

}  // namespace understudy::server
