// Sound through SDL2. The device's callback empties a bounded lock-free ring. A device that is gone, or that stops
// asking for sound, is replaced by a silent one that keeps time: losing a headphone must not stop the picture.
#pragma once

#include <SDL.h>

#include <atomic>
#include <memory>
#include <string>

#include "device_clock.h"
#include "sample_ring.h"
#include "understudy/null_sinks.h"
#include "understudy/result.h"

namespace understudy::desktop {

class SdlAudioSink final : public AudioSink {
 public:
  /// Error: audio_output_failed; then play on a NullAudioSink.
  static Result<std::unique_ptr<SdlAudioSink>> open();
  ~SdlAudioSink() override;

  AudioFormat format() const override { return format_; }
  std::size_t writable(Instant now) override;
  void write(std::span<const float> samples, Instant now) override;
  Duration queued(Instant now) override;
  Duration latency() const override { return latency_; }
  void set_paused(bool paused, Instant now) override;
  void flush(Instant now) override;

  /// The device is gone and a silent one plays. Told once.
  bool take_device_lost();
  std::int64_t underrun_frames() const { return underrun_frames_.load(std::memory_order_relaxed); }

 private:
  SdlAudioSink() = default;
  static void on_callback(void* self, Uint8* bytes, int length);
  void fill(std::span<float> samples, Instant now);
  /// True while the device is alive.
  bool check_device(Instant now);
  void lose_device();
  std::int64_t written_frames() const;

  SDL_AudioDeviceID device_ = 0;
  AudioFormat format_;
  Duration latency_{};
  std::unique_ptr<SampleRing> ring_;
  std::unique_ptr<DeviceClock> clock_;
  std::atomic<std::int64_t> last_callback_ns_{0};
  std::atomic<std::int64_t> underrun_frames_{0};
  bool paused_ = true;
  bool wants_pause_ = false;
  bool lost_untold_ = false;
  std::unique_ptr<NullAudioSink> replacement_;
};

}  // namespace understudy::desktop
