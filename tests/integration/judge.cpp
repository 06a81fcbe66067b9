#include "judge.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include "origin/strip.h"
#include "origin/tone.h"

namespace understudy::test {

namespace {

struct Y4mHeader {
  int width = 0;
  int height = 0;
  double ticks_per_second = 0;
  std::size_t luma() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
};

Y4mHeader read_header(std::istream& file) {
  Y4mHeader header;
  std::string line;
  if (!std::getline(file, line) || line.rfind("YUV4MPEG2", 0) != 0) return {};
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    if (word[0] == 'W') header.width = std::stoi(word.substr(1));
    if (word[0] == 'H') header.height = std::stoi(word.substr(1));
    int num = 0;
    int den = 1;
    if (word[0] == 'F' && std::sscanf(word.c_str(), "F%d:%d", &num, &den) == 2)
      header.ticks_per_second = static_cast<double>(num) / den;
  }
  return header;
}

std::optional<Picture> read_picture(std::istream& file, const Y4mHeader& header, std::vector<char>& frame) {
  std::string marker;
  frame.resize(header.luma() * 3 / 2);
  if (!std::getline(file, marker) || marker.rfind("FRAME", 0) != 0) return std::nullopt;
  if (!file.read(frame.data(), static_cast<std::streamsize>(frame.size()))) return std::nullopt;
  const auto* luma = reinterpret_cast<const std::uint8_t*>(frame.data());
  const auto value = server::read_strip(luma, header.width, header.width, header.height);
  return value ? Picture{value->channel_index, value->frame_number} : Picture{};
}

}  // namespace

Recording read_y4m(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const Y4mHeader header = read_header(file);
  Recording recording;
  recording.ticks_per_second = header.ticks_per_second;
  std::vector<char> frame;
  while (header.width > 0) {
    const auto picture = read_picture(file, header, frame);
    if (!picture) break;
    recording.unreadable += picture->channel < 0;
    recording.ticks.push_back(*picture);
  }
  return recording;
}

Picture last_picture(const std::string& y4m_path) {
  std::ifstream file(y4m_path, std::ios::binary);
  const Y4mHeader header = read_header(file);
  if (header.width == 0) return {};
  const std::streamoff begin = file.tellg();
  std::string marker;  // of constant length: "FRAME" with a time stamp of nanoseconds since boot
  if (!std::getline(file, marker)) return {};
  const auto record = static_cast<std::streamoff>(header.luma() * 3 / 2 + marker.size() + 1);
  file.seekg(0, std::ios::end);
  const std::streamoff whole = (static_cast<std::streamoff>(file.tellg()) - begin) / record;
  if (whole == 0) return {};
  file.seekg(begin + (whole - 1) * record);
  std::vector<char> frame;
  return read_picture(file, header, frame).value_or(Picture{});
}

Verdict judge_pictures(const Recording& recording, double fps, double skip_s) {
  Verdict v;
  std::optional<Picture> last;
  std::optional<std::int64_t> first_tick;
  std::int64_t last_new_tick = 0;
  std::int64_t highest = 0;
  const double tick_ms = 1000.0 / recording.ticks_per_second;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(recording.ticks.size()); ++i) {
    const Picture& picture = recording.ticks[static_cast<std::size_t>(i)];
    if (picture.channel < 0) continue;
    if (!first_tick) first_tick = i;
    if (static_cast<double>(i - *first_tick) * tick_ms < 1000.0 * skip_s) continue;
    if (v.channels.empty() || v.channels.back() != picture.channel) v.channels.push_back(picture.channel);
    if (!last) {
      v.first_channel = picture.channel;
      highest = picture.frame;
    } else if (picture.frame == last->frame) {
      continue;  // the same picture still: a channel change within it shows in `channels`
    } else {
      const double gap = static_cast<double>(i - last_new_tick) * tick_ms - 1000.0 / fps;
      v.longest_gap_ms = std::max(v.longest_gap_ms, gap);
      if (picture.frame > highest) v.lost += picture.frame - highest - 1;
      if (picture.frame <= highest) ++v.repeated;
      highest = std::max(highest, picture.frame);
    }
    last = picture;
    last_new_tick = i;
    v.last_channel = picture.channel;
    v.ticks = i;
  }
  return v;
}

namespace {

struct Wav {
  int rate = 0;
  int channels = 0;
  std::vector<float> mono;
};

std::optional<Wav> read_wav(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  const auto u32 = [&](std::size_t at) { std::uint32_t v = 0; std::memcpy(&v, &bytes[at], 4); return v; };
  const auto u16 = [&](std::size_t at) { std::uint16_t v = 0; std::memcpy(&v, &bytes[at], 2); return v; };
  if (bytes.size() < 44 || std::memcmp(bytes.data(), "RIFF", 4) != 0) return std::nullopt;
  Wav wav;
  std::uint16_t format = 0;
  std::uint16_t bits = 0;
  for (std::size_t at = 12; at + 8 <= bytes.size();) {
    std::size_t size = u32(at + 4);
    if (std::memcmp(&bytes[at], "fmt ", 4) == 0) {
      format = u16(at + 8);
      wav.channels = u16(at + 10);
      wav.rate = static_cast<int>(u32(at + 12));
      bits = u16(at + 22);
    } else if (std::memcmp(&bytes[at], "data", 4) == 0) {
      size = std::min(size, bytes.size() - at - 8);
      const std::size_t width = bits / 8u;
      const std::size_t stride = width * static_cast<std::size_t>(wav.channels);
      for (std::size_t i = at + 8; stride != 0 && i + stride <= at + 8 + size; i += stride) {
        float sample = 0;
        if (bits == 16) sample = static_cast<float>(static_cast<std::int16_t>(u16(i))) / 32768.0f;
        if (bits == 32 && format != 1) std::memcpy(&sample, &bytes[i], 4);
        wav.mono.push_back(sample);
      }
    }
    at += 8 + size + (size & 1);
  }
  return wav.rate > 0 ? std::optional(wav) : std::nullopt;
}

}  // namespace

Sound judge_sound(const std::string& wav_path) {
  Sound sound;
  const auto wav = read_wav(wav_path);
  if (!wav || wav->mono.empty()) return sound;
  const auto& s = wav->mono;
  const auto audible = [](float x) { return std::fabs(x) > 1e-4f; };
  const auto first = static_cast<std::size_t>(std::find_if(s.begin(), s.end(), audible) - s.begin());
  if (first == s.size()) return sound;
  const auto last = static_cast<std::size_t>(s.rend() - std::find_if(s.rbegin(), s.rend(), audible));
  sound.seconds = static_cast<double>(last - first) / wav->rate;
  // A tone crosses zero: only runs of more than 2 ms are silence.
  const auto shortest = static_cast<std::size_t>(wav->rate / 500);
  for (std::size_t i = first; i < last;) {
    std::size_t end = i;
    while (end < last && !audible(s[end])) ++end;
    if (end - i > shortest) {
      const double ms = 1000.0 * static_cast<double>(end - i) / wav->rate;
      sound.silence_ms += ms;
      sound.longest_silence_ms = std::max(sound.longest_silence_ms, ms);
    }
    i = std::max(end, i + 1);
  }
  const auto step = static_cast<std::size_t>(wav->rate / 4);
  const auto window = static_cast<std::size_t>(wav->rate * 24 / 100);
  std::optional<double> expected;
  const double period = std::chrono::duration<double, std::milli>(server::kTonePeriod).count();
  for (std::size_t i = first; i + window < last; i += step) {
    const auto at = server::locate_tone(std::span<const float>(s).subspan(i, window), wav->rate);
    if (!at) continue;
    ++sound.located;
    const double offset = std::chrono::duration<double, std::milli>(*at).count() - 1000.0 * static_cast<double>(i) / wav->rate;
    if (expected) {
      double jump = std::fmod(offset - *expected + 1.5 * period, period) - 0.5 * period;
      if (std::fabs(jump) > 2.0) sound.jumps_ms += std::fabs(jump);
    }
    expected = offset;
  }
  return sound;
}

}  // namespace understudy::test
