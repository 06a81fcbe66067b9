#include "media/output_resampler.h"

#include <algorithm>

namespace understudy::media {

void OutputResampler::reset() {
  active_ = false;
  position_ = 0;
  history_.clear();
}

void OutputResampler::process(std::span<const float> in, std::vector<float>& out) {
  if (!active_ && ppm_ == 0) {
    out.insert(out.end(), in.begin(), in.end());
    return;
  }
  if (!active_) {
    active_ = true;
    position_ = 0;
    // A silent frame before the first one: the interpolation needs a neighbour. It is not played.
    history_.assign(channels_, in.empty() ? 0.0F : in[0]);
  }
  joined_.assign(history_.begin(), history_.end());
  joined_.insert(joined_.end(), in.begin(), in.end());
  const auto frames = static_cast<std::int64_t>(joined_.size() / channels_);
  // Frame 1 + position/kOne is interpolated between its neighbours 0…3.
  while (1 + position_ / kOne + 2 < frames) {
    const auto base = static_cast<std::size_t>(position_ / kOne) * channels_;
    const float t = static_cast<float>(position_ % kOne) / static_cast<float>(kOne);
    for (std::size_t c = 0; c < channels_; ++c) {
      const float a = joined_[base + c];
      const float b = joined_[base + channels_ + c];
      const float d = joined_[base + 2 * channels_ + c];
      const float e = joined_[base + 3 * channels_ + c];
      const float c1 = 0.5F * (d - a);
      const float c2 = a - 2.5F * b + 2.0F * d - 0.5F * e;
      const float c3 = 0.5F * (e - a) + 1.5F * (b - d);
      out.push_back(((c3 * t + c2) * t + c1) * t + b);
    }
    position_ += kOne + ppm_;
  }
  const std::int64_t consumed = std::min(position_ / kOne, frames);
  position_ -= consumed * kOne;
  history_.assign(joined_.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(consumed) * channels_),
                  joined_.end());
}

}  // namespace understudy::media
