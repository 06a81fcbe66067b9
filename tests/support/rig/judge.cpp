#include "judge.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#include "origin/strip.h"

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
  Picture picture;
  if (value) picture = {value->channel_index, value->frame_number};
  const std::size_t stamp = marker.find(" XT");
  if (stamp != std::string::npos) picture.at_ns = std::atoll(marker.c_str() + stamp + 3);
  return picture;
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

}  // namespace understudy::test
