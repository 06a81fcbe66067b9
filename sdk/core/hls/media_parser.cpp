#include "core/hls/media_parser.h"

#include <array>

namespace understudy::hls {

struct MediaParser::Tag {
  std::string_view name;
  Handler handler;
};

Result<Playlist> MediaParser::parse() {
  while (const auto line = lines_.next()) {
    if (line->tag.empty()) {
      on_uri(line->value);
    } else {
      on_tag(*line);
    }
  }
  if (!lines_.error()) finish();
  if (lines_.error()) return Unexpected{*lines_.error()};
  playlist_.warnings = lines_.take_warnings();
  return Playlist(std::move(playlist_));
}

void MediaParser::on_tag(const Line& line) {
  static constexpr std::array<Tag, 25> kTags = {{
      {"EXTINF", &MediaParser::on_inf},
      {"EXT-X-PART", &MediaParser::on_part},
      {"EXT-X-BYTERANGE", &MediaParser::on_byte_range},
      {"EXT-X-PROGRAM-DATE-TIME", &MediaParser::on_program_date_time},
      {"EXT-X-DISCONTINUITY", &MediaParser::on_discontinuity},
      {"EXT-X-GAP", &MediaParser::on_gap},
      {"EXT-X-KEY", &MediaParser::on_key},
      {"EXT-X-MAP", &MediaParser::on_map},
      {"EXT-X-VERSION", &MediaParser::on_version},
      {"EXT-X-TARGETDURATION", &MediaParser::on_target_duration},
      {"EXT-X-MEDIA-SEQUENCE", &MediaParser::on_media_sequence},
      {"EXT-X-DISCONTINUITY-SEQUENCE", &MediaParser::on_discontinuity_sequence},
      {"EXT-X-ENDLIST", &MediaParser::on_endlist},
      {"EXT-X-PLAYLIST-TYPE", &MediaParser::on_playlist_type},
      {"EXT-X-I-FRAMES-ONLY", &MediaParser::on_i_frames_only},
      {"EXT-X-INDEPENDENT-SEGMENTS", &MediaParser::on_independent_segments},
      {"EXT-X-START", &MediaParser::on_start},
      {"EXT-X-PART-INF", &MediaParser::on_part_inf},
      {"EXT-X-SERVER-CONTROL", &MediaParser::on_server_control},
      {"EXT-X-SKIP", &MediaParser::on_skip},
      {"EXT-X-PRELOAD-HINT", &MediaParser::on_preload_hint},
      {"EXT-X-RENDITION-REPORT", &MediaParser::on_rendition_report},
      {"EXT-X-DATERANGE", &MediaParser::on_date_range},
      {"EXT-X-DEFINE", &MediaParser::on_define},
      {"EXTM3U", &MediaParser::on_second_header},
  }};
  for (const Tag& tag : kTags) {
    if (tag.name == line.tag) return (this->*tag.handler)(line.value);
  }
}

void MediaParser::finish() {
  if (has_duration_) lines_.warn("EXTINF without a URI line");
  finish_target_duration();
  if (!lines_.error()) finish_segments();
}

void MediaParser::finish_target_duration() {
  if (playlist_.target_duration.count() == 0) {
    // Required (4.3.3.1), but the segments' own durations serve as well.
    playlist_.target_duration = std::chrono::ceil<std::chrono::seconds>(longest_);
    if (longest_.count() == 0) {
      return lines_.fail(ErrorCode::bad_playlist, "neither a target duration nor a segment with a duration");
    }
    lines_.warn("EXT-X-TARGETDURATION is missing; the longest segment is taken");
  } else if (std::chrono::round<std::chrono::seconds>(longest_) > playlist_.target_duration) {
    lines_.warn("a segment is longer than the target duration");
  }
}

void MediaParser::finish_segments() {
  std::int64_t msn = playlist_.media_sequence.value + playlist_.skipped_segments.value_or(0);
  Duration total{};
  for (std::size_t i = 0; i < playlist_.segments.size(); ++i) {
    Segment& segment = playlist_.segments[i];
    segment.msn.value = msn++;
    segment.discontinuity_sequence += playlist_.discontinuity_sequence;
    if (without_duration_[i]) segment.duration = playlist_.target_duration;
    total += segment.duration;
    if (total > kMaxTotalDuration) return lines_.fail(ErrorCode::limit_exceeded, "the segments last longer than a year");
  }
}

}  // namespace understudy::hls
