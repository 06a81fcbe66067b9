#include "origin/playlist_writer.h"

#include <cmath>
#include <cstdio>

#include "origin/scene.h"

namespace understudy::server {
namespace {

std::string date_text(WallTime t) {
  std::string text = utc_text(t);
  text[10] = 'T';
  return text + "Z";
}

std::string number(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

double frames_per_second(const ChannelSettings& s) {
  return static_cast<double>(s.fps.num) / static_cast<double>(s.fps.den);
}

}  // namespace

std::string write_multivariant_playlist(const ChannelSettings& s, const std::string& codecs) {
  const int audio = s.audio_codec == "none" ? 0 : s.audio_bitrate_kbps;
  const int average = (s.bitrate_kbps + audio) * 1100;  // a tenth for the container
  std::string out = "#EXTM3U\n#EXT-X-VERSION:" + std::string(s.container == Container::fmp4 ? "7" : "3") +
                    "\n#EXT-X-INDEPENDENT-SEGMENTS\n";
  out += "#EXT-X-STREAM-INF:BANDWIDTH=" + std::to_string(average * 3 / 2) +
         ",AVERAGE-BANDWIDTH=" + std::to_string(average) + ",CODECS=\"" + codecs +
         "\",RESOLUTION=" + std::to_string(s.width) + "x" + std::to_string(s.height) +
         ",FRAME-RATE=" + number("%.3f", frames_per_second(s)) + "\n";
  return out + "media.m3u8\n";
}

std::string segment_name(const ChannelSettings& s, int generation, std::int64_t media_sequence) {
  return "s" + std::to_string(generation) + "-" + std::to_string(media_sequence) +
         (s.container == Container::fmp4 ? ".m4s" : ".ts");
}

std::string write_media_playlist(const ChannelSettings& s, const std::vector<const ListedSegment*>& segments,
                                 bool endlist) {
  const double longest = static_cast<double>(SegmentPlan(s).longest()) / frames_per_second(s);
  std::string out = "#EXTM3U\n#EXT-X-VERSION:" + std::string(s.container == Container::fmp4 ? "7" : "3") + "\n";
  out +=
      "#EXT-X-TARGETDURATION:" + std::to_string(std::max(1L, std::lround(longest))) + "\n#EXT-X-INDEPENDENT-SEGMENTS\n";
  if (!segments.empty()) {
    const ListedSegment& first = *segments.front();
    out += "#EXT-X-MEDIA-SEQUENCE:" + std::to_string(first.media_sequence) + "\n";
    const std::int64_t removed = first.discontinuities - (first.discontinuity ? 1 : 0);
    if (removed > 0) out += "#EXT-X-DISCONTINUITY-SEQUENCE:" + std::to_string(removed) + "\n";
  }
  if (s.container == Container::fmp4) out += "#EXT-X-MAP:URI=\"init.mp4\"\n";
  for (const ListedSegment* entry : segments) {
    if (entry->discontinuity) out += "#EXT-X-DISCONTINUITY\n";
    const WallTime date = entry->segment.begin + from_ms(s.pdt_skew_ms) + entry->date_skew;
    if (s.pdt) out += "#EXT-X-PROGRAM-DATE-TIME:" + date_text(date) + "\n";
    out += "#EXTINF:" + number("%.5f", static_cast<double>((entry->segment.end - entry->segment.begin).count()) / 1e9) +
           ",\n";
    out += segment_name(s, entry->generation, entry->media_sequence) + "\n";
  }
  if (endlist) out += "#EXT-X-ENDLIST\n";
  return out;
}

}  // namespace understudy::server
