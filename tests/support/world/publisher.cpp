#include "support/world/publisher.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace understudy::world {

namespace {

std::string date_text(Duration since_epoch) {
  const std::int64_t ms = to_ms(since_epoch);
  const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + length, sizeof text - length, ".%03dZ", static_cast<int>(ms % 1000));
  return text;
}

std::string seconds_text(Duration d) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%03lld", static_cast<long long>(to_ms(d) / 1000),
                static_cast<long long>(to_ms(d) % 1000));
  return text;
}

std::int64_t floor_div(Duration a, Duration b) {
  const std::int64_t q = a / b;
  return a % b < Duration::zero() ? q - 1 : q;
}

/// Of ".../g3/seg17.ts".
int generation_of(const std::string& path) { return std::stoi(path.substr(path.rfind("/g") + 2)); }

// Spreads the jitter of segment `i` over [0, jitter) without a generator to carry along.
std::uint64_t scatter(std::uint64_t i) {
  i = (i ^ (i >> 31)) * 0x9e3779b97f4a7c15u;
  return i ^ (i >> 29);
}

}  // namespace

Publisher::Publisher(std::string name, PublisherSettings settings, WallTime born)
    : name_(std::move(name)), settings_(settings), born_(born) {}

std::int64_t Publisher::first_index(int generation) const {
  if (generation > 0) return restarts_[static_cast<std::size_t>(generation - 1)];
  return floor_div(born_.time_since_epoch() - settings_.phase, settings_.segment);
}

Duration Publisher::available_at(std::int64_t index) const {
  Duration late = settings_.publish_delay;
  if (settings_.jitter > Duration::zero())
    late += Duration(static_cast<std::int64_t>(scatter(static_cast<std::uint64_t>(index)) %
                                               static_cast<std::uint64_t>(settings_.jitter.count())));
  return begin_of(index + 1) + late;
}

std::int64_t Publisher::newest(WallTime now) const {
  if (frozen_at_) now = std::min(now, *frozen_at_);
  std::int64_t index = floor_div(now.time_since_epoch() - settings_.phase, settings_.segment);
  while (available_at(index) > now.time_since_epoch()) --index;
  return index;
}

std::int64_t Publisher::oldest(WallTime now) const { return std::max(first_index(), newest(now) - back_ - settings_.window + 1); }

void Publisher::end(WallTime now) {
  freeze(now);
  ended_ = true;
}

void Publisher::restart(WallTime now) {
  restarts_.push_back(newest(now) + 1);
  ended_ = false;
  frozen_at_.reset();
}

void Publisher::lose_segments(int count, WallTime now) {
  for (std::int64_t i = 1; i <= count; ++i) lost_.insert(newest(now) + i);
}

void Publisher::corrupt_segments(int count, WallTime now) {
  for (std::int64_t i = 1; i <= count; ++i) corrupt_.insert(newest(now) + i);
}

void Publisher::leave_gaps(int count, WallTime now) {
  for (std::int64_t i = 1; i <= count; ++i) gaps_.insert(newest(now) + i);
}

bool Publisher::is_gap(const std::string& path) const {
  const std::string file = path.substr(path.rfind('/') + 1);
  return file.rfind("seg", 0) == 0 && gaps_.count(std::stoll(file.substr(3))) != 0;
}

Duration Publisher::date_error(std::int64_t index) const {
  Duration error = settings_.date_skew;
  for (const auto& [from, by] : date_jumps_)
    if (from <= index) error += by;
  return error;
}

int Publisher::discontinuities_before(int generation, std::int64_t index) const {
  return static_cast<int>(std::count_if(discontinuities_.begin(), discontinuities_.end(),
                                        [&](std::int64_t d) { return d >= first_index(generation) && d <= index; }));
}

std::string Publisher::multivariant_playlist() const {
  return "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-STREAM-INF:BANDWIDTH=" + std::to_string(settings_.bitrate) +
         ",CODECS=\"avc1.64001f,mp4a.40.2\",RESOLUTION=1280x720\nvideo.m3u8\n";
}

std::string Publisher::media_playlist(WallTime now) const {
  const std::int64_t last = newest(now) - back_;
  const std::int64_t first = oldest(now);
  const std::string folder = "g" + std::to_string(generation()) + "/";
  std::string text =
      "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:" + std::to_string((to_ms(settings_.segment) + 999) / 1000) +
      "\n#EXT-X-MEDIA-SEQUENCE:" + std::to_string(msn_of(first)) + "\n#EXT-X-DISCONTINUITY-SEQUENCE:" +
      std::to_string(discontinuities_before(generation(), first - 1) + discontinuity_jump_) + "\n";
  if (rewrites_) text += "# " + etag(now) + std::string(static_cast<std::size_t>(to_ms(now.time_since_epoch()) % 5), '\n') + "\n";
  if (settings_.fmp4) text += "#EXT-X-MAP:URI=\"" + folder + "init.mp4\"\n";
  for (std::int64_t i = first; i <= last && !lists_nothing_; ++i) {
    if (discontinuities_.count(i) != 0 && i > first_index()) text += "#EXT-X-DISCONTINUITY\n";
    if (settings_.dated) text += "#EXT-X-PROGRAM-DATE-TIME:" + date_text(begin_of(i) + date_error(i)) + "\n";
    if (gaps_.count(i) != 0) text += "#EXT-X-GAP\n";
    text += "#EXTINF:" + seconds_text(settings_.segment) + ",\n";
    text += folder + "seg" + std::to_string(i) + (settings_.fmp4 ? ".m4s" : ".ts") + "\n";
  }
  if (ended_) text += "#EXT-X-ENDLIST\n";
  return text;
}

std::string Publisher::etag(WallTime now) const {
  return rewrites_ ? "\"t" + std::to_string(to_ms(now.time_since_epoch())) + "\"" : "";
}

SegmentContent Publisher::content_of(int generation, std::int64_t index) const {
  SegmentContent content;
  content.first_frame = begin_of(index) / kFrame;
  content.frames = static_cast<int>(settings_.segment / kFrame);
  content.gop = settings_.gop;
  // Every generation and every discontinuity counts PTS from somewhere else; no two sources from the same place.
  const std::int64_t place =
      static_cast<std::int64_t>(name_.front()) * 7 + generation * 3 + discontinuities_before(generation, index);
  const Duration since = begin_of(index) - begin_of(first_index(generation));
  content.first_pts = since + since / 1'000'000 * settings_.drift_ppm + place * std::chrono::seconds(1000);
  content.bytes = settings_.bitrate / 8 * to_ms(settings_.segment) / 1000;
  content.corrupt = corrupt_.count(index) != 0;
  return content;
}

Resource Publisher::get(const std::string& path, WallTime now) const {
  Resource resource;
  const std::string file = path.substr(path.rfind('/') + 1);
  if (file == "index.m3u8" && settings_.multivariant) {
    resource.text = multivariant_playlist();
  } else if (file == "index.m3u8" || file == "video.m3u8") {
    resource.text = media_playlist(now);
  } else if (file == "init.mp4") {
    resource.text = std::string(700, 'i');
  } else if (file.rfind("seg", 0) == 0) {
    const std::int64_t index = std::stoll(file.substr(3));
    if (lost_.count(index) != 0 || gaps_.count(index) != 0) return resource;
    resource.segment = content_of(generation_of(path), index);
  } else {
    return resource;
  }
  resource.status = 200;
  return resource;
}

}  // namespace understudy::world
