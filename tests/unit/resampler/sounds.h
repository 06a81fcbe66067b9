// Sounds, what is measured of them, and the judge: libswresample, as the native player has it or with a filter as steep
// as the browser's.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "media/browser/rate_converter.h"

namespace understudy::test {

using Samples = std::vector<float>;
constexpr double kPi = 3.14159265358979323846;

struct Rates {
  int from = 0;
  int to = 0;
};

/// Every pair of different rates that streams and devices have.
inline std::vector<Rates> usual_rates() {
  std::vector<Rates> out;
  for (const int to : {44100, 48000, 96000}) {
    for (const int from : {44100, 48000, 32000, 24000, 22050, 16000, 96000, 8000}) {
      if (from != to) out.push_back({from, to});
    }
  }
  return out;
}

inline double lower_nyquist(Rates r) { return std::min(r.from, r.to) / 2.0; }
inline double decibels(double ratio) { return 20 * std::log10(std::max(ratio, 1e-12)); }

inline Samples sine(double hz, int rate, std::size_t count) {
  Samples out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<float>(0.5 * std::sin(2 * kPi * hz * static_cast<double>(i) / rate));
  }
  return out;
}

/// From zero to `top` Hz.
inline Samples sweep(double top, int rate, std::size_t count) {
  Samples out(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double t = static_cast<double>(i) / rate;
    out[i] = static_cast<float>(0.5 * std::sin(kPi * top * t * static_cast<double>(i) / static_cast<double>(count)));
  }
  return out;
}

inline Samples noise(std::size_t count, std::uint32_t seed = 1) {
  Samples out(count);
  for (float& s : out) {
    seed = seed * 1664525U + 1013904223U;
    s = static_cast<float>(seed >> 8) / static_cast<float>(1U << 23) - 1;
  }
  return out;
}

/// Many tones of no relation to each other, up to `top` Hz.
inline Samples noise_below(double top, int rate, std::size_t count) {
  constexpr std::size_t kTones = 64;
  const Samples chance = noise(2 * kTones);
  Samples out(count);
  for (std::size_t t = 0; t < kTones; ++t) {
    const double turn = 2 * kPi * top * std::abs(static_cast<double>(chance[2 * t])) / rate;
    const double phase = kPi * chance[2 * t + 1];
    for (std::size_t i = 0; i < count; ++i) {
      out[i] += static_cast<float>(std::sin(turn * static_cast<double>(i) + phase) / kTones);
    }
  }
  return out;
}

inline double rms(std::span<const float> samples) {
  double sum = 0;
  for (const float s : samples) sum += static_cast<double>(s) * s;
  return std::sqrt(sum / static_cast<double>(samples.size()));
}

/// The sine of `hz` that is nearest to the samples from `begin` to `end`, as what sine() says it should be.
struct Tone {
  double gain = 0;
  double late = 0;   // samples
  double noise = 0;  // what is not the tone, relative to it
};

inline Tone fit(const Samples& samples, double hz, int rate, std::size_t begin, std::size_t end) {
  const double turn = 2 * kPi * hz / rate;
  double ss = 0, cc = 0, sc = 0, xs = 0, xc = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const double s = std::sin(turn * static_cast<double>(i)), c = std::cos(turn * static_cast<double>(i));
    ss += s * s, cc += c * c, sc += s * c, xs += samples[i] * s, xc += samples[i] * c;
  }
  const double det = ss * cc - sc * sc;
  const double a = (xs * cc - xc * sc) / det, b = (xc * ss - xs * sc) / det;
  double rest = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const double d =
        samples[i] - a * std::sin(turn * static_cast<double>(i)) - b * std::cos(turn * static_cast<double>(i));
    rest += d * d;
  }
  const double amplitude = std::hypot(a, b);
  return {amplitude / 0.5, -std::atan2(b, a) / turn,
          std::sqrt(rest / static_cast<double>(end - begin)) / (amplitude / std::sqrt(2.0))};
}

/// One channel through the browser's converter, in packets of `packet` samples.
inline Samples convert(Rates rates, const Samples& in, std::size_t packet = 1024) {
  media::RateConverter converter(1, rates.from, rates.to);
  Samples out;
  for (std::size_t i = 0; i < in.size(); i += packet) {
    converter.convert(in.data() + i, std::min(packet, in.size() - i), out);
  }
  converter.finish(out);
  return out;
}

/// One channel through libswresample. `steep`: with as long a filter as the browser's.
Samples judge(Rates rates, const Samples& in, bool steep);
/// A frame through libswresample's down-mix: what of a channel of the layout goes to each output channel.
std::vector<std::vector<float>> judge_mix(const char* layout, int out_channels);

}  // namespace understudy::test
