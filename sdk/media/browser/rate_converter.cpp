#include "media/browser/rate_converter.h"

#include <algorithm>
#include <numeric>

namespace understudy::media {

RateConverter::RateConverter(int channels, int from_rate, int to_rate)
    : filter_(from_rate, to_rate), channels_(static_cast<std::size_t>(channels)) {
  const std::int64_t step = from_rate / std::gcd(from_rate, to_rate);
  step_whole_ = step / filter_.phases();
  step_rest_ = step % filter_.phases();
}

void RateConverter::reset() {
  for (std::vector<float>& c : channels_) c.clear();
  begun_ = false;
  next_ = 0;
  phase_ = 0;
}

void RateConverter::convert(const float* planar, std::size_t frames, std::vector<float>& out) {
  for (std::vector<float>& c : channels_) {
    c.insert(c.end(), planar, planar + frames);
    planar += frames;
  }
  if (!begun_ && held() > filter_.reach()) begin_with_mirror();
  if (begun_ && held() > filter_.reach()) give(held() - filter_.reach(), out);
}

void RateConverter::finish(std::vector<float>& out) {
  const std::size_t end = held();
  if (end > 0) {
    if (!begun_) begin_with_mirror();
    const std::size_t last = held() - 1;
    for (std::vector<float>& c : channels_) {
      for (std::size_t i = 1; i <= filter_.reach(); ++i) c.push_back(i <= last ? c[last - i] : 0);
    }
    give(last + 1, out);
  }
  reset();
}

/// Sample -i is sample i; a stretch shorter than that has silence before.
void RateConverter::begin_with_mirror() {
  const std::size_t count = filter_.reach() - 1;
  for (std::vector<float>& c : channels_) {
    std::vector<float> mirror(count);
    for (std::size_t i = 1; i <= count && i < c.size(); ++i) mirror[count - i] = c[i];
    c.insert(c.begin(), mirror.begin(), mirror.end());
  }
  begun_ = true;
  next_ = count;
}

/// All output before input sample `until` of what is held.
void RateConverter::give(std::size_t until, std::vector<float>& out) {
  if (next_ >= until) return;
  const std::size_t before = filter_.reach() - 1;
  const std::int64_t phases = filter_.phases();
  const std::int64_t way = static_cast<std::int64_t>(until - next_) * phases - phase_;
  const std::int64_t step = step_whole_ * phases + step_rest_;
  const auto count = static_cast<std::size_t>((way + step - 1) / step);
  const std::size_t begin = out.size();
  out.resize(begin + count * channels_.size());
  float* to = out.data() + begin;
  for (std::size_t i = 0; i < count; ++i) {
    for (const std::vector<float>& c : channels_) *to++ = filter_.at(c.data() + next_ - before, phase_);
    next_ += static_cast<std::size_t>(step_whole_);
    phase_ += step_rest_;
    if (phase_ >= phases) {
      phase_ -= phases;
      ++next_;
    }
  }
  const std::size_t seen = std::min(next_ - before, held());
  for (std::vector<float>& c : channels_) c.erase(c.begin(), c.begin() + static_cast<std::ptrdiff_t>(seen));
  next_ -= seen;
}

}  // namespace understudy::media
