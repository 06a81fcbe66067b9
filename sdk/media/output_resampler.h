// The last stage of the sound: plays it up to half a percent faster or slower (clock drift). At rate zero it is
// transparent.
//
// Cubic (Catmull-Rom) interpolation: at these ratios its images lie far below the programme, and unlike a polyphase
// filter it changes its ratio from one sample to the next without a seam.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace understudy::media {

class OutputResampler {
 public:
  explicit OutputResampler(int channels) : channels_(static_cast<std::size_t>(channels)) {}

  void set_rate_ppm(int ppm) { ppm_ = ppm; }
  /// Appends to `out` what the input gives; about in frames / (1 + ppm/10^6).
  void process(std::span<const float> in, std::vector<float>& out);
  void reset();
  /// Input frames that are taken and not yet heard in the output.
  std::int64_t held() const { return active_ ? kHistory - 1 : 0; }

 private:
  static constexpr std::int64_t kHistory = 3;
  static constexpr std::int64_t kOne = 1'000'000;  // one input frame, in units of the position

  std::size_t channels_;
  int ppm_ = 0;
  bool active_ = false;
  std::int64_t position_ = 0;   // of the next output frame, after the second frame of the history
  std::vector<float> history_;  // the last kHistory input frames
  std::vector<float> joined_;
};

}  // namespace understudy::media
