// Decoded sound to the device's sample rate, channels and interleaved float, without losing its place. What
// ffmpeg/resampler.h is natively; libswresample would double the engine's size with what else it can.
#pragma once

#include <optional>

#include "container/access_unit.h"
#include "media/browser/rate_converter.h"
#include "media/pcm_queue.h"
#include "understudy/frame.h"

namespace understudy::media {

/// `frames` samples of each channel, channel after channel.
struct PlanarSound {
  container::Codec codec = container::Codec::unknown;  // tells what the channels are (channel_mix.h)
  int rate = 0;
  int channels = 0;
  int frames = 0;
  const float* samples = nullptr;
};

class Resampler {
 public:
  explicit Resampler(AudioFormat device) : device_(device) {}

  /// Appends the sound, which begins at content time `begin`.
  void convert(const PlanarSound& sound, MediaTime begin, PcmQueue& out);
  /// Appends what the filter still holds. The next sound begins a new stretch.
  void drain(PcmQueue& out);
  void reset();
  /// Where sound that follows the last one without a gap begins.
  MediaTime expected() const;

  /// Time stamps that deviate by less are rounding, not a gap.
  static constexpr Duration kTolerance = std::chrono::milliseconds(5);

 private:
  bool fits(const PlanarSound& sound) const { return rate_ == sound.rate && channels_ == sound.channels; }
  void open(const PlanarSound& sound);
  void interleave(std::size_t frames);
  void give(PcmQueue& out);

  AudioFormat device_;
  int rate_ = 0;  // of the input
  int channels_ = 0;
  std::optional<RateConverter> converter_;  // none at the device's own rate, whose samples are not touched
  MediaTime begin_{};                       // of the stretch that is being converted
  std::int64_t taken_ = 0;                  // input samples of it
  std::int64_t given_ = 0;                  // output samples of it
  std::vector<float> mixed_;                // scratch: planes of the device's channels
  std::vector<float> samples_;              // scratch: what is given
};

}  // namespace understudy::media
