#include "media/browser/resampler.h"

#include "media/browser/channel_mix.h"
#include "media/sample_time.h"

namespace understudy::media {
namespace {

bool sane(const PlanarSound& s) {
  return s.channels > 0 && s.frames > 0 && s.rate >= SincFilter::kLeastRate && s.rate <= SincFilter::kMostRate;
}

}  // namespace

MediaTime Resampler::expected() const {
  return begin_ + sample_duration(taken_, rate_ > 0 ? rate_ : device_.sample_rate);
}

void Resampler::open(const PlanarSound& sound) {
  if (rate_ != sound.rate) converter_.reset();
  rate_ = sound.rate;
  channels_ = sound.channels;
  if (rate_ != device_.sample_rate && !converter_) converter_.emplace(device_.channels, rate_, device_.sample_rate);
}

void Resampler::interleave(std::size_t frames) {
  const auto channels = static_cast<std::size_t>(device_.channels);
  samples_.resize(channels * frames);
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t i = 0; i < frames; ++i) samples_[i * channels + c] = mixed_[c * frames + i];
  }
}

void Resampler::give(PcmQueue& out) {
  const std::int64_t place = sample_index(begin_, device_.sample_rate) + given_;
  out.append(place, samples_, sample_index(kTolerance, device_.sample_rate));
  given_ += static_cast<std::int64_t>(samples_.size() / static_cast<std::size_t>(device_.channels));
  samples_.clear();
}

void Resampler::convert(const PlanarSound& sound, MediaTime begin, PcmQueue& out) {
  if (!sane(sound)) return;
  const Duration deviation = begin - expected();
  if (!fits(sound) || taken_ == 0 || deviation > kTolerance || deviation < -kTolerance) {
    drain(out);
    if (!fits(sound)) open(sound);
    begin_ = begin;
  }
  const auto frames = static_cast<std::size_t>(sound.frames);
  mixed_.clear();
  mix_channels(sound.codec, sound.samples, sound.channels, sound.frames, device_.channels, mixed_);
  if (converter_) {
    converter_->convert(mixed_.data(), frames, samples_);
  } else {
    interleave(frames);
  }
  give(out);
  taken_ += sound.frames;
}

void Resampler::drain(PcmQueue& out) {
  if (converter_ && taken_ > 0) {
    converter_->finish(samples_);
    give(out);
  }
  reset();
}

void Resampler::reset() {
  if (converter_) converter_->reset();
  taken_ = 0;
  given_ = 0;
}

}  // namespace understudy::media
