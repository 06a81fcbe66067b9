// What a front end implements: where pictures and sound go. Both are called from within Player::iterate() only, on its thread.
#pragma once

#include <cstdint>
#include <span>

#include "understudy/frame.h"

namespace understudy {

class VideoSink {
 public:
  virtual ~VideoSink() = default;
  /// Show this picture now; it stays until the next one. `due` is when it should have become visible (<= now).
  virtual void present(const VideoFrame& frame, Instant due) = 0;
  /// Nothing is on: the front end shows its card.
  virtual void clear() = 0;
};

/// A bounded queue of samples that a device empties in real time. The player's clock follows it: the media time that is heard
/// is that of the last sample written minus queued().
class AudioSink {
 public:
  virtual ~AudioSink() = default;
  virtual AudioFormat format() const = 0;
  /// Sample frames that write() takes now without blocking. The queue holds 50–500 ms.
  virtual std::size_t writable(Instant now) = 0;
  /// REQUIRES: samples.size() == frames × channels, frames <= writable(now).
  virtual void write(std::span<const float> samples, Instant now) = 0;
  /// How long until the last written sample has been heard (queue and device latency); zero when it ran dry. A queue that
  /// runs dry plays silence.
  virtual Duration queued(Instant now) = 0;
  /// Latency of the device alone: the part of queued() that remains when the queue itself is empty.
  virtual Duration latency() const = 0;
  virtual void set_paused(bool paused, Instant now) = 0;
  /// Drops what was not heard yet.
  virtual void flush(Instant now) = 0;
};

}  // namespace understudy
