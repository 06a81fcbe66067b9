// Sound to the page's audio worklet. While the page may not play sound (no AudioContext, or one that is suspended until
// a gesture), a silent device takes its place that keeps time by the wall clock: the picture goes on, and when the
// context runs again, what has not been due yet is heard from the right place.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "understudy/null_sinks.h"
#include "worklet_clock.h"

namespace understudy::wasm {

class WorkletSink final : public AudioSink {
 public:
  explicit WorkletSink(int sample_rate);

  AudioFormat format() const override { return format_; }
  std::size_t writable(Instant now) override;
  void write(std::span<const float> samples, Instant now) override;
  Duration queued(Instant now) override;
  Duration latency() const override { return audible_ ? latency_ : Duration::zero(); }
  void set_paused(bool paused, Instant now) override;
  void flush(Instant now) override;

  // -- from the page
  /// `audible`: the AudioContext runs. `latency`: of its output.
  void set_device(bool audible, Duration latency, Instant now);
  /// `flushes`: the last flush that the worklet carried out; older reports count nothing.
  void report(std::int64_t sound, std::int64_t silence, int flushes, Instant now);
  bool audible() const { return audible_; }

 private:
  void send(std::span<const float> samples);
  void remember(std::span<const float> samples);
  /// The last frames written, oldest first.
  std::vector<float> last(std::size_t frames) const;
  std::size_t frames_of(Duration d) const;
  void clear_device();

  AudioFormat format_;
  std::size_t capacity_;  // sample frames
  bool audible_ = false;
  bool paused_ = false;
  Duration latency_{};
  NullAudioSink wall_;
  WorkletClock clock_;
  std::int64_t written_ = 0;       // sample frames sent since the last flush
  std::int64_t before_flush_ = 0;  // what the worklet had taken by then
  int flushes_ = 0;
  int flushed_ = 0;
  std::vector<float> memory_;  // ring of the last `capacity_` frames written
  std::size_t memory_at_ = 0;
};

}  // namespace understudy::wasm
