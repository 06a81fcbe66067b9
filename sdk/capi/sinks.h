// Callback structs as sinks. Private to capi/.
#pragma once

#include "understudy/c/understudy.h"
#include "understudy/sinks.h"

namespace understudy::capi {

class CallbackVideoSink : public VideoSink {
 public:
  explicit CallbackVideoSink(const understudy_video_sink& sink) : sink_(sink) {}
  void present(const VideoFrame& frame, Instant due) override;
  void clear() override { sink_.clear(sink_.user); }

 private:
  understudy_video_sink sink_;
};

class CallbackAudioSink : public AudioSink {
 public:
  explicit CallbackAudioSink(const understudy_audio_sink& sink) : sink_(sink) {}
  AudioFormat format() const override { return {sink_.sample_rate, sink_.channels}; }
  std::size_t writable(Instant now) override { return sink_.writable(sink_.user, ns(now)); }
  void write(std::span<const float> samples, Instant now) override {
    sink_.write(sink_.user, samples.data(), samples.size() / static_cast<std::size_t>(sink_.channels), ns(now));
  }
  Duration queued(Instant now) override { return Duration(sink_.queued(sink_.user, ns(now))); }
  Duration latency() const override { return Duration(sink_.latency); }
  void set_paused(bool paused, Instant now) override { sink_.set_paused(sink_.user, paused ? 1 : 0, ns(now)); }
  void flush(Instant now) override { sink_.flush(sink_.user, ns(now)); }

 private:
  static std::int64_t ns(Instant t) { return t.time_since_epoch().count(); }
  understudy_audio_sink sink_;
};

}  // namespace understudy::capi
