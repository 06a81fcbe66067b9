#include "click.h"

#include <algorithm>
#include <cmath>

#include "origin/tone.h"

namespace understudy::bench::failover {
namespace {

constexpr double kHighestPitch = 1900;  // of the coded tone

double largest_step(const test::Wav& wav, test::SampleRange range) {
  double largest = 0;
  const std::size_t end = std::min(range.end, wav.mono.size());
  for (std::size_t i = std::max<std::size_t>(range.begin, 1); i + 1 < end; ++i)
    largest = std::max(largest, std::fabs(double{wav.mono[i + 1]} - 2 * double{wav.mono[i]} + double{wav.mono[i - 1]}));
  return largest;
}

}  // namespace

double click_ratio(const test::Wav& wav, test::SampleRange programme, test::SampleRange judged) {
  // Twice the curvature of the highest pitch: what a change of pitch does at most after coding, so that a quiet second
  // is no measure.
  const double step = 2 * 3.141592653589793 * kHighestPitch / wav.rate;
  const double floor = 2 * static_cast<double>(server::kToneAmplitude) * step * step;
  return largest_step(wav, judged) / std::max(largest_step(wav, programme), floor);
}

}  // namespace understudy::bench::failover
