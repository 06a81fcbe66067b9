// What is on the recorded player's screen, live: which picture, since when, and how long the longest stand-still was.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pipe.h"

namespace understudy::soak {

struct Shown {
  int channel = -1;
  std::int64_t frame = 0;
  std::int64_t at_ns = 0;  // about when it came on: half a period before its tick
};

class Pictures final : public Pipe {
 public:
  explicit Pictures(std::string path) : Pipe(std::move(path)) { start(); }
  ~Pictures() override { stop(); }

  /// The newest new picture.
  std::optional<Shown> last() const;
  /// The one that was on screen then; nothing where that is more than some seconds ago, or nothing new had come for
  /// half a second.
  std::optional<Shown> at(std::int64_t when_ns) const;
  std::int64_t count() const;  // new pictures so far
  /// The longest time without a new picture since the last call, up to now.
  double take_longest_gap_s();
  /// Of the last second: how much later a tick's stamp was read than it says; the least of them. A clock that drifts
  /// shows.
  double take_stamp_delay_ms();

 private:
  void take(const char* bytes, std::size_t size, std::int64_t arrived_ns) override;
  bool take_header();
  bool take_picture(std::int64_t arrived_ns);
  void show(int channel, std::int64_t frame, std::int64_t at_ns);

  std::string in_;
  int width_ = 0;
  int height_ = 0;
  std::int64_t half_period_ns_ = 20'000'000;
  mutable std::mutex mutex_;
  std::deque<Shown> shown_;  // bound: kRemembered
  std::int64_t count_ = 0;
  std::int64_t gap_begin_ns_ = 0;
  std::int64_t longest_gap_ns_ = 0;
  std::int64_t least_delay_ns_ = INT64_MAX;
};

}  // namespace understudy::soak
