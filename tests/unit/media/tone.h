// Judges what a device played against the tone that every test stream carries.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "encoded_stream.h"

namespace understudy::test {

/// The largest deviation from a sine of kToneHz within `samples`: a click, a gap or a repeat stands out; coding noise
/// is below 0.03 of the tone's 0.5.
inline double worst_click(std::span<const float> samples, int rate) {
  const double k = 2 * std::cos(2 * M_PI * kToneHz / rate);
  double worst = 0;
  for (std::size_t i = 2; i < samples.size(); ++i) {
    worst = std::max(worst, std::abs(double(samples[i]) + double(samples[i - 2]) - k * double(samples[i - 1])));
  }
  return worst;
}

/// The phase of the tone in `samples`, as a fraction of a period in [0, 1), had it begun at the first sample.
inline double tone_phase(std::span<const float> samples, int rate) {
  double s = 0;
  double c = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double w = 2 * M_PI * kToneHz * static_cast<double>(i) / rate;
    s += double(samples[i]) * std::cos(w);
    c += double(samples[i]) * std::sin(w);
  }
  const double phase = std::atan2(s, c) / (2 * M_PI);
  return phase < 0 ? phase + 1 : phase;
}

inline double loudness(std::span<const float> samples) {
  double sum = 0;
  for (const float v : samples) sum += double(v) * double(v);
  return samples.empty() ? 0 : std::sqrt(sum / static_cast<double>(samples.size()));
}

}  // namespace understudy::test
