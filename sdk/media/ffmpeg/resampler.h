// Decoded sound to the device's sample rate, channels and interleaved float, without losing its place: libswresample's.
// browser/resampler.h is the same for the browser, where FFmpeg is not linked.
#pragma once

#include <memory>

#include "media/pcm_queue.h"
#include "understudy/frame.h"

struct AVFrame;

namespace understudy::media {

class Resampler {
 public:
  explicit Resampler(AudioFormat device);
  ~Resampler();
  Resampler(const Resampler&) = delete;
  Resampler& operator=(const Resampler&) = delete;

  /// Appends the frame's sound, which begins at content time `begin`.
  void convert(const AVFrame& frame, MediaTime begin, PcmQueue& out);
  /// Appends what the filter still holds. The next frame begins a new stretch.
  void drain(PcmQueue& out);
  void reset();
  /// Where sound that follows the last frame without a gap begins.
  MediaTime expected() const;

  /// Time stamps that deviate by less are rounding, not a gap.
  static constexpr Duration kTolerance = std::chrono::milliseconds(5);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::media
