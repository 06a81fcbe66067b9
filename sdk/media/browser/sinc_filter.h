// The low-pass filter between two sample rates: a sinc under a Kaiser window, as a table of what it weighs the samples
// around a position with, for each fraction (phase) of a sample that positions have.
//
// It is flat up to 0.9 of the lower rate's Nyquist frequency and at least 90 dB down from that frequency on. Real pairs
// of rates have few phases (44.1 to 48 kHz: 160); where a pair has so many that the table would exceed 512 KiB, it
// holds some phases and what lies between is interpolated, which costs twice as much and stays below -100 dB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace understudy::media {

class SincFilter {
 public:
  SincFilter(int from_rate, int to_rate);

  /// Of a position i + phase/phases(), the filter sees samples i - reach() + 1 to i + reach().
  std::size_t reach() const { return taps_ / 2; }
  std::int64_t phases() const { return phases_; }
  /// The sound at i + phase/phases(); `window` points to sample i - reach() + 1.
  float at(const float* window, std::int64_t phase) const;

  static constexpr int kLeastRate = 1000;
  static constexpr int kMostRate = 768000;

 private:
  float row(std::size_t index, const float* window) const;

  std::int64_t phases_;
  std::int64_t rows_ = 0;  // of the table; as many as phases, unless phases are interpolated
  std::size_t taps_ = 0;
  std::vector<float> table_;
};

}  // namespace understudy::media
