// What comes out of the recorded player's loudspeaker, live: which moment of the programme each quarter of a second
// tells, and how many samples were played.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pipe.h"

namespace understudy::soak {

struct Heard {
  std::int64_t at_ns = 0;  // when its first sample was played
  double content_ms = 0;   // since the content epoch, modulo the period of the tone
};

class Sound final : public Pipe {
 public:
  /// `located`: on the pipe's thread, about once a second of tone.
  Sound(std::string path, std::function<void(const Heard&)> located);
  ~Sound() override { stop(); }

  /// Samples played against the time that has passed on this machine's clock since the first: positive where the player
  /// is ahead. Nothing before the first sample.
  std::optional<double> take_clock_error_ms();

 private:
  void take(const char* bytes, std::size_t size, std::int64_t arrived_ns) override;
  bool take_header();
  void take_samples(std::int64_t arrived_ns);

  std::function<void(const Heard&)> located_;
  std::string in_;
  bool begun_ = false;
  int rate_ = 48000;
  int channels_ = 2;
  std::int64_t start_ns_ = 0;
  std::int64_t frames_ = 0;
  std::vector<float> window_;
  std::int64_t window_begin_ = 0;
  std::mutex mutex_;
  std::optional<double> most_ahead_ms_;
};

}  // namespace understudy::soak
