// Sounds for the tests of the matching: each a function of content time, so that two encoders can be given the same.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

namespace understudy::test {

enum class Sound {
  sine,    // steady
  code,    // 16 pitches, one per 20 ms, in an order that does not repeat: as the test origin's
  noise,   // different in every sample up to 4 kHz
  speech,  // voiced syllables with a gliding pitch, hissing consonants, pauses
  music,   // notes of a melody that never repeats over a bass that does
  silence,
};

/// A well mixed number in [0, 1) of `n`.
inline double random_of(std::int64_t n) {
  auto x = static_cast<std::uint64_t>(n) * 0x9E3779B97F4A7C15U + 0x632BE59BD9B4E019U;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return static_cast<double>((x ^ (x >> 31)) >> 11) / 9007199254740992.0;
}

/// Noise of content time, the same for every sample rate: random values 5000 times per second, joined smoothly.
inline double noise_at(double t) {
  const double place = t * 5000;
  const double whole = std::floor(place);
  const double part = (1 - std::cos(M_PI * (place - whole))) / 2;
  const auto n = static_cast<std::int64_t>(whole);
  return (random_of(n) * (1 - part) + random_of(n + 1) * part) * 2 - 1;
}

inline double speech_at(double t) {
  const auto syllable = static_cast<std::int64_t>(std::floor(t / 0.18));
  const double within = t / 0.18 - std::floor(t / 0.18);
  const double kind = random_of(syllable * 7 + 3);
  const double shape = std::sin(M_PI * within);
  if (kind < 0.2) return 0.001 * noise_at(t);
  if (kind < 0.4) return 0.1 * shape * noise_at(t);
  const double low = 100 + 80 * random_of(syllable * 7 + 1);
  const double high = low * (0.85 + 0.3 * random_of(syllable * 7 + 2));
  const double phase = 2 * M_PI * 0.18 * (low * within + (high - low) * within * within / 2);
  const double formant = 400 + 1500 * random_of(syllable * 7 + 4);
  double sum = 0;
  for (int harmonic = 1; harmonic <= 20; ++harmonic) {
    const double away = (harmonic * low - formant) / 300;
    sum += std::sin(harmonic * phase) * (0.2 / harmonic + std::exp(-away * away));
  }
  return 0.12 * shape * sum + 0.01 * noise_at(t);
}

inline double music_at(double t) {
  const auto note = static_cast<std::int64_t>(std::floor(t / 0.25));
  const double within = t - static_cast<double>(note) * 0.25;
  const double hz = 220 * std::pow(2, std::floor(random_of(note) * 24) / 12);
  const double bass = 0.25 * std::sin(2 * M_PI * 55 * t);
  return bass +
         0.25 * std::exp(-6 * within) * (std::sin(2 * M_PI * hz * within) + 0.4 * std::sin(4 * M_PI * hz * within));
}

inline double sound_at(Sound sound, double t) {
  switch (sound) {
    case Sound::sine: return 0.5 * std::sin(2 * M_PI * 440 * t);
    case Sound::code: {
      const auto symbol = static_cast<std::int64_t>(std::floor(t * 50 + 1e-7));
      return 0.2 * std::sin(2 * M_PI * (400 + 100 * std::floor(random_of(symbol) * 16)) * t);
    }
    case Sound::noise: return 0.3 * noise_at(t);
    case Sound::speech: return speech_at(t);
    case Sound::music: return music_at(t);
    case Sound::silence: return 0;
  }
  return 0;
}

}  // namespace understudy::test
