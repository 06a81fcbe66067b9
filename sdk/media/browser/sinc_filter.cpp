#include "media/browser/sinc_filter.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace understudy::media {
namespace {

constexpr double kPi = 3.14159265358979323846;
// Zero crossings on either side, the window's shape and the cutoff belong together: the transition, 0.1 of the lower
// Nyquist frequency wide, ends on it.
constexpr double kReach = 64;
constexpr double kBeta = 9.6;
constexpr double kCutoff = 0.95;
constexpr std::size_t kMostWeights = std::size_t{1} << 17;
constexpr double kRows = 512;  // per zero crossing, where phases are interpolated

using Four = float __attribute__((vector_size(16)));
constexpr std::size_t kLanes = 4;
constexpr std::size_t kStep = 2 * kLanes;

// Compiled for size it would be a call.
[[gnu::always_inline]] inline Four load(const float* p) {
  Four v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

/// The modified Bessel function of order 0.
double bessel(double x) {
  const double quarter = x * x / 4;
  double sum = 1;
  double term = 1;
  for (double k = 1; term > sum * 1e-12; ++k) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

/// `t`: distance in zero crossings of a sinc without the cutoff; |t| <= reach.
double weight(double t, double reach) {
  const double x = t / reach;
  const double window = bessel(kBeta * std::sqrt(std::max(0.0, 1 - x * x)));
  const double angle = kPi * kCutoff * t;
  return window * (std::abs(angle) < 1e-9 ? 1 : std::sin(angle) / angle);
}

}  // namespace

SincFilter::SincFilter(int from_rate, int to_rate) : phases_(to_rate / std::gcd(from_rate, to_rate)) {
  const double crossing = std::max(1.0, static_cast<double>(from_rate) / to_rate);  // in input samples
  taps_ = static_cast<std::size_t>(std::ceil(2 * kReach * crossing / kStep)) * kStep;
  rows_ = phases_;
  if (static_cast<std::size_t>(rows_ + 1) * taps_ > kMostWeights) {
    rows_ = std::min(rows_, static_cast<std::int64_t>(std::ceil(kRows / crossing)));
  }
  // One row more, for the position 1: the far side of the last interval.
  table_.resize(static_cast<std::size_t>(rows_ + 1) * taps_);
  const double reach = static_cast<double>(taps_ / 2) / crossing;
  std::vector<double> weights(taps_);
  for (std::int64_t r = 0; r <= rows_; ++r) {
    const double position = static_cast<double>(taps_ / 2 - 1) + static_cast<double>(r) / static_cast<double>(rows_);
    for (std::size_t k = 0; k < taps_; ++k) weights[k] = weight((static_cast<double>(k) - position) / crossing, reach);
    // Every phase passes a constant unchanged, else there would be a tone at the phases' rate.
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    float* to = table_.data() + static_cast<std::size_t>(r) * taps_;
    for (std::size_t k = 0; k < taps_; ++k) to[k] = static_cast<float>(weights[k] / sum);
  }
}

float SincFilter::row(std::size_t index, const float* window) const {
  const float* weights = table_.data() + index * taps_;
  Four a{};
  Four b{};
  for (std::size_t k = 0; k < taps_; k += kStep) {
    a += load(weights + k) * load(window + k);
    b += load(weights + k + kLanes) * load(window + k + kLanes);
  }
  const Four sum = a + b;
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

float SincFilter::at(const float* window, std::int64_t phase) const {
  if (rows_ == phases_) return row(static_cast<std::size_t>(phase), window);
  const std::int64_t place = phase * rows_;
  const auto below = static_cast<std::size_t>(place / phases_);
  const float between = static_cast<float>(place % phases_) / static_cast<float>(phases_);
  const float from = row(below, window);
  return from + (row(below + 1, window) - from) * between;
}

}  // namespace understudy::media
