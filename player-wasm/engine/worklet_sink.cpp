#include "worklet_sink.h"

#include <algorithm>

#include "imports.h"

namespace understudy::wasm {
namespace {
constexpr Duration kCapacity = std::chrono::milliseconds(400);
constexpr std::size_t kChannels = 2;
}  // namespace

WorkletSink::WorkletSink(int sample_rate)
    : format_{sample_rate, static_cast<int>(kChannels)},
      capacity_(frames_of(kCapacity)),
      wall_(format_, kCapacity),
      clock_(sample_rate),
      memory_(capacity_ * kChannels) {}

std::size_t WorkletSink::frames_of(Duration d) const {
  return static_cast<std::size_t>(std::max<std::int64_t>(d.count(), 0) / 1000 * format_.sample_rate / 1'000'000);
}

std::size_t WorkletSink::writable(Instant now) {
  if (!audible_) return wall_.writable(now);
  return capacity_ - std::min(capacity_, frames_of(clock_.untaken(written_, now)));
}

void WorkletSink::write(std::span<const float> samples, Instant now) {
  remember(samples);
  audible_ ? send(samples) : wall_.write(samples, now);
}

Duration WorkletSink::queued(Instant now) {
  if (!audible_) return wall_.queued(now);
  const Duration untaken = clock_.untaken(written_, now);
  return untaken == Duration::zero() ? untaken : untaken + latency_;
}

void WorkletSink::set_paused(bool paused, Instant now) {
  if (paused == paused_) return;
  paused_ = paused;
  wall_.set_paused(paused, now);
  clock_.stop();
  understudy_audio_pause(paused ? 1 : 0);
}

void WorkletSink::flush(Instant now) {
  wall_.flush(now);
  clear_device();
}

void WorkletSink::clear_device() {
  understudy_audio_flush(++flushes_);
  clock_.stop();
  clock_ = WorkletClock(format_.sample_rate);
  written_ = 0;
}

void WorkletSink::set_device(bool audible, Duration latency, Instant now) {
  latency_ = latency;
  if (audible == audible_) return;
  // What was written and has not been heard goes over to the other device, so that the programme does not notice.
  const std::size_t pending =
      std::min(capacity_, frames_of(audible_ ? clock_.untaken(written_, now) : wall_.queued(now)));
  audible_ = audible;
  wall_.flush(now);
  clear_device();
  const std::vector<float> samples = last(pending);
  if (!samples.empty()) audible_ ? send(samples) : wall_.write(samples, now);
}

void WorkletSink::report(std::int64_t sound, std::int64_t silence, int flushes, Instant now) {
  // The worklet counts on over a flush, and reports at once after one: what it had taken then was of before.
  if (flushes != flushed_) before_flush_ = sound;
  flushed_ = flushes;
  if (flushed_ != flushes_ || paused_ || !audible_) return;
  clock_.report(sound - before_flush_, silence, now);
}

void WorkletSink::send(std::span<const float> samples) {
  written_ += static_cast<std::int64_t>(samples.size() / kChannels);
  understudy_audio_write(samples.data(), static_cast<int>(samples.size() / kChannels));
}

void WorkletSink::remember(std::span<const float> samples) {
  for (const float sample : samples) {
    memory_[memory_at_] = sample;
    memory_at_ = memory_at_ + 1 == memory_.size() ? 0 : memory_at_ + 1;
  }
}

std::vector<float> WorkletSink::last(std::size_t frames) const {
  const std::size_t count = frames * kChannels;
  std::vector<float> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = memory_[(memory_at_ + memory_.size() - count + i) % memory_.size()];
  return out;
}

}  // namespace understudy::wasm
