#include "sdl_audio_sink.h"

#include <fmt/format.h>

#include <algorithm>

#include "clock.h"

namespace understudy::desktop {
namespace {

constexpr int kRate = 48000;
constexpr int kDeviceFrames = 1024;                                   // 21 ms
constexpr std::size_t kRingFrames = 14'400;                           // 300 ms
constexpr Duration kDeviceSilence = std::chrono::milliseconds(1500);  // without a callback: the device is gone

}  // namespace

Result<std::unique_ptr<SdlAudioSink>> SdlAudioSink::open() {
  if (SDL_InitSubSystem(SDL_INIT_AUDIO) != 0) {
    return fail(ErrorCode::audio_output_failed, fmt::format("no sound: {}", SDL_GetError()));
  }
  std::unique_ptr<SdlAudioSink> sink(new SdlAudioSink());
  SDL_AudioSpec wanted{};
  wanted.freq = kRate;
  wanted.format = AUDIO_F32SYS;
  wanted.channels = 2;
  wanted.samples = kDeviceFrames;
  wanted.callback = &SdlAudioSink::on_callback;
  wanted.userdata = sink.get();
  SDL_AudioSpec got{};
  sink->device_ = SDL_OpenAudioDevice(nullptr, 0, &wanted, &got, SDL_AUDIO_ALLOW_FREQUENCY_CHANGE);
  if (sink->device_ == 0) return fail(ErrorCode::audio_output_failed, fmt::format("no sound: {}", SDL_GetError()));
  sink->format_ = {got.freq, got.channels};
  sink->latency_ = from_ticks(got.samples, static_cast<std::uint32_t>(got.freq));
  sink->ring_ = std::make_unique<SampleRing>(kRingFrames * got.channels);
  sink->clock_ = std::make_unique<DeviceClock>(got.freq);
  return sink;
}

SdlAudioSink::~SdlAudioSink() {
  if (device_ != 0) SDL_CloseAudioDevice(device_);
  SDL_QuitSubSystem(SDL_INIT_AUDIO);
}

void SdlAudioSink::on_callback(void* self, Uint8* bytes, int length) {
  auto* samples = reinterpret_cast<float*>(bytes);
  static_cast<SdlAudioSink*>(self)->fill({samples, static_cast<std::size_t>(length) / sizeof(float)}, monotonic_now());
}

void SdlAudioSink::fill(std::span<float> samples, Instant now) {
  const auto channels = static_cast<std::size_t>(format_.channels);
  const std::size_t count = ring_->read(samples);
  std::fill(samples.begin() + static_cast<std::ptrdiff_t>(count), samples.end(), 0.0f);
  const auto frames = static_cast<std::int64_t>(samples.size() / channels);
  const auto real = static_cast<std::int64_t>(count / channels);
  underrun_frames_.fetch_add(frames - real, std::memory_order_relaxed);
  last_callback_ns_.store(now.time_since_epoch().count(), std::memory_order_release);
  clock_->on_callback(frames, real, now);
}

bool SdlAudioSink::check_device(Instant now) {
  if (replacement_) return false;
  if (paused_) return true;
  const bool stopped = SDL_GetAudioDeviceStatus(device_) == SDL_AUDIO_STOPPED;
  const Duration silent = now.time_since_epoch() - Duration(last_callback_ns_.load(std::memory_order_acquire));
  if (!stopped && silent < kDeviceSilence) return true;
  lose_device();
  return false;
}

void SdlAudioSink::lose_device() {
  SDL_CloseAudioDevice(device_);
  device_ = 0;
  replacement_ = std::make_unique<NullAudioSink>(format_);
  lost_untold_ = true;
}

std::int64_t SdlAudioSink::written_frames() const {
  return static_cast<std::int64_t>(ring_->written() / static_cast<std::size_t>(format_.channels));
}

bool SdlAudioSink::take_device_lost() { return std::exchange(lost_untold_, false); }

std::size_t SdlAudioSink::writable(Instant now) {
  if (!check_device(now)) return replacement_->writable(now);
  return ring_->writable() / static_cast<std::size_t>(format_.channels);
}

void SdlAudioSink::write(std::span<const float> samples, Instant now) {
  if (!check_device(now)) return replacement_->write(samples, now);
  ring_->write(samples);
  if (paused_ && !wants_pause_) {  // the device runs only while there is sound to play: no underruns before the start
    paused_ = false;
    last_callback_ns_.store(now.time_since_epoch().count(), std::memory_order_release);
    SDL_PauseAudioDevice(device_, 0);
  }
}

Duration SdlAudioSink::queued(Instant now) {
  if (!check_device(now)) return replacement_->queued(now);
  const Duration unheard = clock_->unheard(written_frames(), now);
  return unheard == Duration::zero() ? unheard : unheard + latency_;
}

void SdlAudioSink::set_paused(bool paused, Instant now) {
  wants_pause_ = paused;
  if (replacement_) return replacement_->set_paused(paused, now);
  if (paused == paused_) return;
  paused_ = paused;
  SDL_PauseAudioDevice(device_, paused ? 1 : 0);
  last_callback_ns_.store(now.time_since_epoch().count(), std::memory_order_release);
}

void SdlAudioSink::flush(Instant now) {
  if (replacement_) return replacement_->flush(now);
  SDL_LockAudioDevice(device_);
  ring_->clear();
  clock_->reset(written_frames());
  SDL_UnlockAudioDevice(device_);
}

}  // namespace understudy::desktop
