#include "understudy/null_sinks.h"

#include <algorithm>

namespace understudy {
namespace {
std::int64_t frames_in(Duration d, int rate) {
  const std::int64_t seconds = d.count() / 1'000'000'000;
  const std::int64_t rest = d.count() % 1'000'000'000;
  return seconds * rate + rest * rate / 1'000'000'000;
}
Duration length_of(std::size_t frames, int rate) {
  return from_ticks(static_cast<std::int64_t>(frames), static_cast<std::uint32_t>(rate));
}
}  // namespace

void NullVideoSink::present(const VideoFrame& frame, Instant /*due*/) {
  ++frames_;
  shown_ = frame;
}

void NullVideoSink::clear() { shown_.reset(); }

NullAudioSink::NullAudioSink(AudioFormat format, Duration capacity, Duration latency)
    : format_(format),
      latency_(latency),
      capacity_(static_cast<std::size_t>(frames_in(capacity, format.sample_rate))),
      ring_(capacity_ * static_cast<std::size_t>(format.channels)),
      silence_(static_cast<std::size_t>(format.channels) * 1024) {}

void NullAudioSink::play(std::size_t frames) {
  const auto channels = static_cast<std::size_t>(format_.channels);
  const std::size_t real = std::min(frames, count_);
  for (std::size_t left = real; left > 0;) {
    const std::size_t run = std::min(left, capacity_ - head_);
    on_played({ring_.data() + head_ * channels, run * channels});
    head_ = (head_ + run) % capacity_;
    count_ -= run;
    left -= run;
  }
  for (std::size_t left = frames - real; left > 0;) {
    const std::size_t run = std::min(left, silence_.size() / channels);
    on_played({silence_.data(), run * channels});
    left -= run;
  }
  played_ += static_cast<std::int64_t>(frames);
  underrun_ += static_cast<std::int64_t>(frames - real);
}

void NullAudioSink::advance(Instant now) {
  if (!started_ || paused_ || now <= since_) return;
  const std::int64_t due = frames_in(now - since_, format_.sample_rate);
  if (due <= counted_) return;
  play(static_cast<std::size_t>(due - counted_));
  counted_ = due;
}

std::size_t NullAudioSink::writable(Instant now) {
  advance(now);
  return capacity_ - count_;
}

void NullAudioSink::write(std::span<const float> samples, Instant now) {
  advance(now);
  const auto channels = static_cast<std::size_t>(format_.channels);
  const std::size_t frames = std::min(samples.size() / channels, capacity_ - count_);
  for (std::size_t i = 0; i < frames;) {
    const std::size_t at = (head_ + count_) % capacity_;
    const std::size_t run = std::min(frames - i, capacity_ - at);
    std::copy_n(samples.data() + i * channels, run * channels, ring_.data() + at * channels);
    count_ += run;
    i += run;
  }
  if (!started_ && frames > 0) {
    started_ = true;
    since_ = now;
    counted_ = 0;
  }
}

Duration NullAudioSink::queued(Instant now) {
  advance(now);
  return count_ == 0 ? Duration::zero() : length_of(count_, format_.sample_rate) + latency_;
}

void NullAudioSink::set_paused(bool paused, Instant now) {
  if (paused == paused_) return;
  advance(now);
  paused_ = paused;
  since_ = now;
  counted_ = 0;
}

void NullAudioSink::flush(Instant now) {
  advance(now);
  head_ = 0;
  count_ = 0;
  started_ = false;
}

}  // namespace understudy
