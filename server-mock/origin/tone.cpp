#include "origin/tone.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

#include "origin/clock.h"

namespace understudy::server {
namespace {

constexpr double kTwoPi = 6.283185307179586;
constexpr int kPitches = 16;
constexpr std::size_t kRun = 3;
constexpr std::size_t kMaxSymbols = 12;  // of one look
constexpr std::size_t kMinSymbols = 6;
constexpr double kMinCorrelation = 0.8;

double pitch(int symbol) { return 400.0 + 100.0 * symbol; }

struct Code {
  std::array<std::uint8_t, kTonePeriodSymbols> symbols{};
  std::array<std::int16_t, kTonePeriodSymbols> position_of_run{};  // by symbols a*256 + b*16 + c

  // Prefer-largest greedy construction of a de Bruijn sequence (Martin, 1934).
  Code() {
    std::array<bool, kTonePeriodSymbols> used{};
    int a = 0;
    int b = 0;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      int c = kPitches - 1;
      while (c > 0 && used[static_cast<std::size_t>(a * 256 + b * 16 + c)]) --c;
      used[static_cast<std::size_t>(a * 256 + b * 16 + c)] = true;
      symbols[i] = static_cast<std::uint8_t>(c);
      a = b;
      b = c;
    }
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      const auto next = [&](std::size_t k) { return static_cast<std::size_t>(symbols[(i + k) % symbols.size()]); };
      position_of_run[next(0) * 256 + next(1) * 16 + next(2)] = static_cast<std::int16_t>(i);
    }
  }
};

const Code& code() {
  static const Code instance;
  return instance;
}

double energy(std::span<const float> window, double frequency, int rate) {
  const double step = kTwoPi * frequency / rate;
  const double twice_cos = 2.0 * std::cos(step);
  double s1 = 0;
  double s2 = 0;
  for (const float x : window) {
    const double s0 = x + twice_cos * s1 - s2;
    s2 = s1;
    s1 = s0;
  }
  return s1 * s1 + s2 * s2 - twice_cos * s1 * s2;
}

struct Reading {
  std::vector<int> symbols;
  double score = 0;
};

Reading read_symbols(std::span<const float> samples, std::size_t offset, std::size_t symbol_length, int rate) {
  Reading reading;
  for (std::size_t at = offset; at + symbol_length <= samples.size() && reading.symbols.size() < kMaxSymbols;
       at += symbol_length) {
    int best = 0;
    double best_energy = -1;
    for (int s = 0; s < kPitches; ++s) {
      const double e = energy(samples.subspan(at, symbol_length), pitch(s), rate);
      if (e > best_energy) {
        best_energy = e;
        best = s;
      }
    }
    reading.symbols.push_back(best);
    reading.score += best_energy;
  }
  if (!reading.symbols.empty()) reading.score /= static_cast<double>(reading.symbols.size());
  return reading;
}

/// The symbol number that most runs agree on for the first symbol, if two thirds do.
std::optional<std::int64_t> vote(const std::vector<int>& symbols) {
  std::map<std::int64_t, std::size_t> votes;
  for (std::size_t i = 0; i + kRun <= symbols.size(); ++i) {
    const auto run = static_cast<std::size_t>(symbols[i] * 256 + symbols[i + 1] * 16 + symbols[i + 2]);
    ++votes[floor_mod(code().position_of_run[run] - static_cast<std::int64_t>(i), kTonePeriodSymbols)];
  }
  const auto best =
      std::max_element(votes.begin(), votes.end(), [](const auto& x, const auto& y) { return x.second < y.second; });
  if (best == votes.end() || best->second * 3 < (symbols.size() - kRun + 1) * 2) return std::nullopt;
  return best->first;
}

double correlation(std::span<const float> samples, std::span<const float> expected) {
  double xy = 0;
  double xx = 0;
  double yy = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double x = samples[i];
    const double y = expected[i];
    xy += x * y;
    xx += x * x;
    yy += y * y;
  }
  return xx * yy <= 0 ? 0 : xy / std::sqrt(xx * yy);
}

}  // namespace

float tone_sample(std::int64_t content_sample_index, int sample_rate) {
  const std::int64_t symbol_length = sample_rate / kToneSymbolsPerSecond;
  const std::int64_t symbol = floor_div(content_sample_index, symbol_length);
  const auto within = static_cast<double>(content_sample_index - symbol * symbol_length);
  const int s = code().symbols[static_cast<std::size_t>(floor_mod(symbol, kTonePeriodSymbols))];
  return kToneAmplitude * static_cast<float>(std::sin(kTwoPi * pitch(s) * within / sample_rate));
}

std::optional<Duration> locate_tone(std::span<const float> samples, int sample_rate) {
  const auto symbol_length = static_cast<std::size_t>(sample_rate / kToneSymbolsPerSecond);
  samples = samples.first(std::min(samples.size(), symbol_length * kMaxSymbols));
  if (samples.size() < symbol_length * (kMinSymbols + 1)) return std::nullopt;

  Reading best;
  std::size_t best_offset = 0;
  const std::size_t step = std::max<std::size_t>(1, symbol_length / 20);
  for (std::size_t offset = 0; offset < symbol_length; offset += step) {
    Reading reading = read_symbols(samples, offset, symbol_length, sample_rate);
    if (reading.score > best.score) {
      best = std::move(reading);
      best_offset = offset;
    }
  }
  const auto symbol = best.symbols.size() < kMinSymbols ? std::nullopt : vote(best.symbols);
  if (!symbol) return std::nullopt;

  // The energy peak is broad; the waveform itself is not. Slide the expected one over two milliseconds either way.
  const auto length = static_cast<std::int64_t>(symbol_length);
  const std::int64_t period = length * kTonePeriodSymbols;
  const std::int64_t coarse = *symbol * length - static_cast<std::int64_t>(best_offset) + period;
  const std::int64_t reach = sample_rate / 500;
  std::vector<float> expected;
  for (std::int64_t i = coarse - reach; i < coarse + reach + static_cast<std::int64_t>(samples.size()); ++i) {
    expected.push_back(tone_sample(i, sample_rate));
  }
  std::int64_t exact = coarse;
  double peak = 0;
  for (std::int64_t d = 0; d < 2 * reach; ++d) {
    const double c = correlation(samples, std::span<const float>(expected).subspan(static_cast<std::size_t>(d)));
    if (c > peak) {
      peak = c;
      exact = coarse - reach + d;
    }
  }
  if (peak < kMinCorrelation) return std::nullopt;
  return units_to_duration(floor_mod(exact, period), sample_rate, 1);
}

}  // namespace understudy::server
