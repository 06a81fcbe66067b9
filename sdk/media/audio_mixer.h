// Joins the sound of sources to one signal without a click. Pure: sample queues in, samples out.
//
// Each source that may be heard is a voice: a stretch of play samples that it covers and its place in its queue. A
// voice fades in over kFade where its sound begins and fades out so that it is silent exactly where its sound ends; two
// voices that overlap by one fade therefore cross-fade, and of equal content the sum is the content itself. A gap is
// silence between a fade out and a fade in.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "media/pcm_queue.h"

namespace understudy::media {

class AudioMixer {
 public:
  explicit AudioMixer(int sample_rate, int channels);

  struct Voice {
    const PcmQueue* queue = nullptr;
    std::int64_t offset = 0;  // queue index = play index + offset
    std::int64_t begin = 0;   // play indices that the voice may be heard in: [begin, end)
    std::int64_t end = 0;
    float gain = 0;  // where the fade stands; kept by the caller from call to call
  };

  /// Renders play samples [at, at + out frames). Returns how many of them no voice had sound for.
  std::int64_t render(std::int64_t at, std::span<Voice* const> voices, std::span<float> out);

  /// Steps towards the volume within kVolumeRamp and applies it.
  void apply_volume(std::span<float> samples);
  void set_volume(float volume) { volume_target_ = volume; }

  std::int64_t fade_frames() const { return fade_; }

 private:
  void add(std::int64_t at, Voice& voice, std::span<float> out, std::vector<bool>& covered);

  int channels_;
  std::int64_t fade_;
  float volume_step_;
  float volume_ = 1;
  float volume_target_ = 1;
  std::vector<float> scratch_;
  std::vector<bool> covered_;
};

}  // namespace understudy::media
