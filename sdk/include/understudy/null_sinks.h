// Sinks without a device: a whole player runs headless on them, in tests, fuzzers and CI.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "understudy/sinks.h"

namespace understudy {

/// Shows nothing and remembers the last picture.
class NullVideoSink : public VideoSink {
 public:
  void present(const VideoFrame& frame, Instant due) override;
  void clear() override;

  std::int64_t frames() const { return frames_; }
  const std::optional<VideoFrame>& shown() const { return shown_; }

 private:
  std::int64_t frames_ = 0;
  std::optional<VideoFrame> shown_;
};

/// A simulated device that plays at exactly its rate by the `now` it is handed, from the first write on. When its queue
/// runs dry it plays silence and counts it. Its queue is bounded by `capacity`.
class NullAudioSink : public AudioSink {
 public:
  explicit NullAudioSink(AudioFormat format = {}, Duration capacity = std::chrono::milliseconds(500),
                         Duration latency = Duration::zero());

  AudioFormat format() const override { return format_; }
  std::size_t writable(Instant now) override;
  void write(std::span<const float> samples, Instant now) override;
  Duration queued(Instant now) override;
  Duration latency() const override { return latency_; }
  void set_paused(bool paused, Instant now) override;
  void flush(Instant now) override;

  /// Lets the device play up to `now`; every other call does so first.
  void advance(Instant now);

  std::int64_t played_frames() const { return played_; }      // sample frames, silence included
  std::int64_t underrun_frames() const { return underrun_; }  // sample frames of silence because the queue was dry

 protected:
  /// What the device plays, in order, the silence of an underrun included; for a recorder. Interleaved.
  virtual void on_played(std::span<const float> /*samples*/) {}

 private:
  void play(std::size_t frames);

  AudioFormat format_;
  Duration latency_;
  std::size_t capacity_;  // sample frames
  std::vector<float> ring_;
  std::size_t head_ = 0;  // sample frame
  std::size_t count_ = 0;
  std::vector<float> silence_;
  bool started_ = false;
  bool paused_ = false;
  Instant since_{};           // where the device's clock started counting
  std::int64_t counted_ = 0;  // sample frames played since then
  std::int64_t played_ = 0;
  std::int64_t underrun_ = 0;
};

}  // namespace understudy
