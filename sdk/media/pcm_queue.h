// Decoded sound of one source at the device's rate, every sample at its place on the content time grid (sample_time.h).
//
// Bounded by its owner, who stops decoding at PipelineLimits::max_audio.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace understudy::media {

class PcmQueue {
 public:
  explicit PcmQueue(int channels) : channels_(static_cast<std::size_t>(channels)) {}

  /// Adds samples that begin at `index`. Where that is within `tolerance` of the end of what is there they are joined
  /// to it without a seam: time stamps are rounded (90 kHz, milliseconds), samples are not. Otherwise a new stretch
  /// begins; what it repeats of the last one is left out.
  void append(std::int64_t index, std::span<const float> samples, std::int64_t tolerance);
  /// Forgets samples before `index`.
  void drop_before(std::int64_t index);
  void clear();

  bool empty() const { return stretches_.empty(); }
  std::size_t frames() const;
  /// The end of the stretch that holds `index`; nothing where none does.
  std::optional<std::int64_t> available_until(std::int64_t index) const;
  /// The first sample at or after `index`.
  std::optional<std::int64_t> next_available(std::int64_t index) const;
  std::optional<std::int64_t> end() const;
  /// Copies [index, index + out frames); false where not all of it is there (out is then untouched).
  bool copy(std::int64_t index, std::span<float> out) const;

 private:
  struct Stretch {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::deque<std::vector<float>> blocks;
    std::size_t skip = 0;  // frames of the first block that are already dropped
  };
  const Stretch* holding(std::int64_t index) const;

  std::size_t channels_;
  std::deque<Stretch> stretches_;
};

}  // namespace understudy::media
