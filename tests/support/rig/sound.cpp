#include "sound.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <span>

#include "origin/tone.h"

namespace understudy::test {
namespace {

constexpr double kMaxStretch = 0.005;  // FAILOVER.md 2
constexpr double kJumpMs = 0.75;       // beyond what the stretch does; the tone itself is located to a millisecond

bool audible(float x) { return std::fabs(x) > 1e-4f; }

class Bytes {
 public:
  explicit Bytes(std::vector<char> bytes) : bytes_(std::move(bytes)) {}
  std::size_t size() const { return bytes_.size(); }
  bool is(std::size_t at, const char* id) const { return std::memcmp(&bytes_[at], id, 4) == 0; }
  template <class T>
  T number(std::size_t at) const {
    T value{};
    std::memcpy(&value, &bytes_[at], sizeof value);
    return value;
  }
  std::string text(std::size_t at, std::size_t size) const { return std::string(&bytes_[at], size); }

 private:
  std::vector<char> bytes_;
};

void read_samples(const Bytes& bytes, std::size_t at, std::size_t size, int bits, bool floats, Wav& wav) {
  const std::size_t width = static_cast<std::size_t>(bits) / 8;
  const std::size_t stride = width * static_cast<std::size_t>(wav.channels);
  for (std::size_t i = at; stride != 0 && i + stride <= at + size; i += stride) {
    float sample = 0;
    if (bits == 16) sample = static_cast<float>(bytes.number<std::int16_t>(i)) / 32768.0f;
    if (bits == 32 && floats) sample = bytes.number<float>(i);
    wav.mono.push_back(sample);
  }
}

}  // namespace

std::optional<Wav> read_wav(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const Bytes bytes(std::vector<char>{std::istreambuf_iterator<char>(file), {}});
  if (bytes.size() < 44 || !bytes.is(0, "RIFF")) return std::nullopt;
  Wav wav;
  bool floats = false;
  int bits = 0;
  for (std::size_t at = 12; at + 8 <= bytes.size();) {
    const std::size_t size = std::min<std::size_t>(bytes.number<std::uint32_t>(at + 4), bytes.size() - at - 8);
    if (bytes.is(at, "fmt ") && size >= 16) {
      floats = bytes.number<std::uint16_t>(at + 8) != 1;
      wav.channels = bytes.number<std::uint16_t>(at + 10);
      wav.rate = static_cast<int>(bytes.number<std::uint32_t>(at + 12));
      bits = bytes.number<std::uint16_t>(at + 22);
    } else if (bytes.is(at, "LIST")) {
      const std::string text = bytes.text(at + 8, size);
      const std::string name = "start_monotonic_ns=";
      const std::size_t found = text.find(name);
      if (found != std::string::npos) wav.start_ns = std::atoll(text.c_str() + found + name.size());
    } else if (bytes.is(at, "data")) {
      read_samples(bytes, at + 8, size, bits, floats, wav);
    }
    at += 8 + size + (size & 1);
  }
  return wav.rate > 0 ? std::optional(std::move(wav)) : std::nullopt;
}

std::vector<SampleRange> silences(const Wav& wav, SampleRange range) {
  std::vector<SampleRange> found;
  const auto shortest = static_cast<std::size_t>(wav.rate / 500);
  range.end = std::min(range.end, wav.mono.size());
  for (std::size_t i = range.begin; i < range.end;) {
    std::size_t end = i;
    while (end < range.end && !audible(wav.mono[end])) ++end;
    if (end - i > shortest) found.push_back({i, end});
    i = std::max(end, i + 1);
  }
  return found;
}

namespace {

/// The window as it was before it was played faster or slower. Linear: the tone ends at 1900 Hz.
std::vector<float> stretched(const Wav& wav, std::size_t begin, std::size_t size, double rate) {
  std::vector<float> out;
  for (std::size_t i = 0; i < size; ++i) {
    const double at = static_cast<double>(begin) + static_cast<double>(i) * rate;
    const auto whole = static_cast<std::size_t>(at);
    if (whole + 1 >= wav.mono.size()) break;
    const auto part = static_cast<float>(at - static_cast<double>(whole));
    out.push_back(wav.mono[whole] * (1 - part) + wav.mono[whole + 1] * part);
  }
  return out;
}

/// A tone that is 0.5 % slower drifts a millisecond within the window, which is more than the waveform bears. `stretch`:
/// what the window before had, and then what this one has; it changes seldom.
std::optional<Duration> locate_window(const Wav& wav, SampleRange window, double& stretch) {
  if (!silences(wav, window).empty()) return std::nullopt;
  const std::size_t size = window.end - window.begin;
  for (const double part : {stretch / kMaxStretch, 0.0, 1.0, -1.0, 0.5, -0.5}) {
    const auto at = server::locate_tone(stretched(wav, window.begin, size, 1 + part * kMaxStretch), wav.rate);
    if (!at) continue;
    stretch = part * kMaxStretch;
    return at;
  }
  return std::nullopt;
}

}  // namespace

std::vector<SoundPosition> locate_sound(const Wav& wav, SampleRange range) {
  std::vector<SoundPosition> positions;
  const auto step = static_cast<std::size_t>(wav.rate / 4);
  const auto window = static_cast<std::size_t>(wav.rate * 24 / 100);
  double stretch = 0;
  range.end = std::min(range.end, wav.mono.size());
  for (std::size_t i = range.begin; i + window < range.end; i += step) {
    const auto at = locate_window(wav, {i, i + window}, stretch);
    if (!at) continue;
    const double content_ms = std::chrono::duration<double, std::milli>(*at).count();
    positions.push_back({i, content_ms - 1000.0 * static_cast<double>(i) / wav.rate});
  }
  return positions;
}

double jumps_ms(const std::vector<SoundPosition>& positions, int rate) {
  const double period = std::chrono::duration<double, std::milli>(server::kTonePeriod).count();
  double sum = 0;
  for (std::size_t i = 1; i < positions.size(); ++i) {
    const double step = std::fmod(positions[i].offset_ms - positions[i - 1].offset_ms, period);
    const double jump = std::fabs(step - period * std::round(step / period));
    const double apart_ms = 1000.0 * static_cast<double>(positions[i].sample - positions[i - 1].sample) / rate;
    if (jump > kJumpMs + kMaxStretch * apart_ms) sum += jump;
  }
  return sum;
}

Sound judge_sound(const std::string& wav_path) {
  Sound sound;
  const auto wav = read_wav(wav_path);
  if (!wav) return sound;
  const auto& s = wav->mono;
  const auto first = static_cast<std::size_t>(std::find_if(s.begin(), s.end(), audible) - s.begin());
  if (first == s.size()) return sound;
  const auto last = static_cast<std::size_t>(s.rend() - std::find_if(s.rbegin(), s.rend(), audible));
  sound.seconds = static_cast<double>(last - first) / wav->rate;
  for (const SampleRange& silence : silences(*wav, {first, last})) {
    const double ms = 1000.0 * static_cast<double>(silence.end - silence.begin) / wav->rate;
    sound.silence_ms += ms;
    sound.longest_silence_ms = std::max(sound.longest_silence_ms, ms);
  }
  const auto positions = locate_sound(*wav, {first, last});
  sound.located = static_cast<std::int64_t>(positions.size());
  sound.jumps_ms = jumps_ms(positions, wav->rate);
  return sound;
}

}  // namespace understudy::test
