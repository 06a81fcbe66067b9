#include "sound.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "support/rig/sound.h"

namespace understudy::soak {
namespace {

constexpr std::int64_t kWindowMs =
    250;  // the tone is located in 240 ms, also where it is played up to 0.5 % faster or slower

std::uint32_t number_at(const std::string& bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return value;
}

}  // namespace

Sound::Sound(std::string path, std::function<void(const Heard&)> located)
    : Pipe(std::move(path)), located_(std::move(located)) {
  start();
}

bool Sound::take_header() {
  const std::size_t data = in_.find("data");
  const std::size_t format = in_.find("fmt ");
  const std::size_t stamp = in_.find("start_monotonic_ns=");
  if (data == std::string::npos || in_.size() < data + 8 || format == std::string::npos || stamp == std::string::npos)
    return false;
  channels_ = static_cast<int>(number_at(in_, format + 10, 2));
  rate_ = static_cast<int>(number_at(in_, format + 12, 4));
  start_ns_ = std::atoll(in_.c_str() + stamp + std::strlen("start_monotonic_ns="));
  in_.erase(0, data + 8);
  return true;
}

void Sound::take(const char* bytes, std::size_t size, std::int64_t arrived_ns) {
  in_.append(bytes, size);
  if (!begun_) begun_ = take_header();
  if (begun_) take_samples(arrived_ns);
}

void Sound::take_samples(std::int64_t arrived_ns) {
  const std::size_t stride = 2 * static_cast<std::size_t>(channels_);
  const std::size_t whole = in_.size() / stride;
  for (std::size_t i = 0; i < whole; ++i, ++frames_) {
    // One window at the beginning of each second of the recording.
    const std::int64_t in_second = frames_ % rate_;
    if (in_second == 0) window_.clear(), window_begin_ = frames_;
    if (in_second >= kWindowMs * rate_ / 1000) continue;
    window_.push_back(static_cast<float>(static_cast<std::int16_t>(number_at(in_, i * stride, 2))) / 32768.0f);
    if (in_second != kWindowMs * rate_ / 1000 - 1) continue;
    test::Wav second;
    second.rate = rate_;
    second.mono = window_;
    const auto positions = test::locate_sound(second, {0, window_.size()});
    if (!positions.empty()) located_({start_ns_ + window_begin_ * 1'000'000'000 / rate_, positions.front().offset_ms});
  }
  in_.erase(0, whole * stride);
  const double played_ms = 1000.0 * static_cast<double>(frames_) / rate_;
  const double passed_ms = static_cast<double>(arrived_ns - start_ns_) / 1e6;
  const std::lock_guard lock(mutex_);
  most_ahead_ms_ = std::max(most_ahead_ms_.value_or(-1e12), played_ms - passed_ms);
}

std::optional<double> Sound::take_clock_error_ms() {
  const std::lock_guard lock(mutex_);
  return std::exchange(most_ahead_ms_, std::nullopt);
}

}  // namespace understudy::soak
