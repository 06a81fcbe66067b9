// A stretch of sound at another sample rate. Output sample n is the input at n × from/to exactly: the filter's delay is
// compensated, and the position is an integer and a fraction of integers, so that nothing drifts. What comes out does
// not depend on how the input was cut into packets.
//
// Before its first sample and after its last one a stretch is thought to go on as its mirror image, as libswresample
// does it: silence would bend the level at either end. It holds back reach() samples and one packet, no more.
#pragma once

#include <cstdint>
#include <vector>

#include "media/browser/sinc_filter.h"

namespace understudy::media {

class RateConverter {
 public:
  RateConverter(int channels, int from_rate, int to_rate);

  /// Takes `frames` samples of each channel, channel after channel, and appends what can be said, interleaved.
  void convert(const float* planar, std::size_t frames, std::vector<float>& out);
  /// Appends the rest; all input has then its output. The next sample begins a new stretch.
  void finish(std::vector<float>& out);
  void reset();

 private:
  std::size_t held() const { return channels_.front().size(); }
  void begin_with_mirror();
  void give(std::size_t until, std::vector<float>& out);

  SincFilter filter_;
  std::int64_t step_whole_;  // from one output sample to the next, in input samples: step_whole_ + step_rest_ / phases
  std::int64_t step_rest_;
  std::vector<std::vector<float>> channels_;  // what the filter may still see
  bool begun_ = false;                        // the mirror image of the beginning is in front of it
  std::size_t next_ = 0;                      // of the next output sample, in channels_, and its phase
  std::int64_t phase_ = 0;
};

}  // namespace understudy::media
