#include "media/audio_mixer.h"

#include <algorithm>

namespace understudy::media {
namespace {
constexpr std::int64_t kFadesPerSecond = 200;  // 5 ms: too short to hear, long enough not to click
constexpr float kVolumeRampsPerSecond = 50;    // 20 ms from silent to full
}  // namespace

AudioMixer::AudioMixer(int sample_rate, int channels)
    : channels_(channels),
      fade_(std::max<std::int64_t>(1, sample_rate / kFadesPerSecond)),
      volume_step_(kVolumeRampsPerSecond / static_cast<float>(std::max(1, sample_rate))) {}

std::int64_t AudioMixer::render(std::int64_t at, std::span<Voice* const> voices, std::span<float> out) {
  std::fill(out.begin(), out.end(), 0.0F);
  const std::size_t frames = out.size() / static_cast<std::size_t>(channels_);
  covered_.assign(frames, false);
  for (Voice* voice : voices) add(at, *voice, out, covered_);
  return std::count(covered_.begin(), covered_.end(), false);
}

void AudioMixer::add(std::int64_t at, Voice& voice, std::span<float> out, std::vector<bool>& covered) {
  const auto channels = static_cast<std::size_t>(channels_);
  const std::int64_t end = at + static_cast<std::int64_t>(out.size() / channels);
  const float step = 1.0F / static_cast<float>(fade_);
  for (std::int64_t i = at; i < end;) {
    const auto next = voice.queue->next_available(std::max(i, voice.begin) + voice.offset);
    const std::int64_t from = next ? *next - voice.offset : end;
    if (from >= std::min(end, voice.end)) {
      voice.gain = 0;
      return;
    }
    if (from > i) voice.gain = 0;
    const std::int64_t sound_end =
        std::min(*voice.queue->available_until(from + voice.offset) - voice.offset, voice.end);
    const std::int64_t to = std::min(end, sound_end);
    const auto count = static_cast<std::size_t>(to - from);
    scratch_.resize(count * channels);
    voice.queue->copy(from + voice.offset, scratch_);
    float* target = out.data() + static_cast<std::size_t>(from - at) * channels;
    for (std::size_t k = 0; k < count; ++k) {
      const std::int64_t left = sound_end - (from + static_cast<std::int64_t>(k));
      const float aim = left <= fade_ ? std::min(1.0F, static_cast<float>(left - 1) * step) : 1.0F;
      voice.gain = voice.gain > aim ? std::max(aim, voice.gain - step) : std::min(aim, voice.gain + step);
      for (std::size_t c = 0; c < channels; ++c) target[k * channels + c] += scratch_[k * channels + c] * voice.gain;
      covered[static_cast<std::size_t>(from - at) + k] = true;
    }
    i = to;
  }
}

void AudioMixer::apply_volume(std::span<float> samples) {
  if (volume_ == volume_target_ && volume_ == 1.0F) return;
  const auto channels = static_cast<std::size_t>(channels_);
  for (std::size_t i = 0; i + channels <= samples.size(); i += channels) {
    volume_ = volume_ < volume_target_ ? std::min(volume_target_, volume_ + volume_step_)
                                       : std::max(volume_target_, volume_ - volume_step_);
    for (std::size_t c = 0; c < channels; ++c) samples[i + c] *= volume_;
  }
}

}  // namespace understudy::media
