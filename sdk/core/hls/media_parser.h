// The media playlist (RFC 8216 4.3.2, 4.3.3; rfc8216bis for low latency and delta updates): one function per tag.
// What applies to a segment waits in `pending_` until its URI line; what needs the whole playlist waits for finish().
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/hls/attributes.h"
#include "core/hls/lines.h"

namespace understudy::hls {

class MediaParser {
 public:
  /// `lines` stands behind #EXTM3U.
  explicit MediaParser(Lines& lines) : lines_(lines) {}
  Result<Playlist> parse();

 private:
  using Handler = void (MediaParser::*)(std::string_view value);
  struct Tag;

  void on_tag(const Line& line);

  // media_segment_tags.cpp
  void on_uri(std::string_view uri);
  void on_inf(std::string_view value);
  void on_byte_range(std::string_view value);
  void on_program_date_time(std::string_view value);
  void on_discontinuity(std::string_view value);
  void on_gap(std::string_view value);
  void on_key(std::string_view value);
  void on_map(std::string_view value);
  void on_part(std::string_view value);
  void set_byte_range();
  std::optional<ByteRange> part_range(std::string_view text, const std::string& uri);

  // media_playlist_tags.cpp
  void on_version(std::string_view value);
  void on_target_duration(std::string_view value);
  void on_media_sequence(std::string_view value);
  void on_discontinuity_sequence(std::string_view value);
  void on_endlist(std::string_view value);
  void on_playlist_type(std::string_view value);
  void on_i_frames_only(std::string_view value);
  void on_independent_segments(std::string_view value);
  void on_start(std::string_view value);
  void on_part_inf(std::string_view value);
  void on_server_control(std::string_view value);
  void on_skip(std::string_view value);
  void on_preload_hint(std::string_view value);
  void on_rendition_report(std::string_view value);
  void on_date_range(std::string_view value);
  void on_define(std::string_view value);
  void on_second_header(std::string_view value);
  std::optional<std::int64_t> sequence(std::string_view value, std::string_view complaint);
  std::optional<Duration> seconds(const Attributes& attributes, std::string_view name);
  std::optional<WallTime> date(const Attributes& attributes, std::string_view name);
  void merge_attributes(DateRange& into, const Attributes& attributes);

  // media_parser.cpp
  void finish();
  void finish_target_duration();
  void finish_segments();

  Lines& lines_;
  MediaPlaylist playlist_;

  Segment pending_;
  bool has_duration_ = false;
  std::string_view byte_range_text_;
  std::vector<bool> without_duration_;  // by segment
  Duration longest_{};
  std::int64_t discontinuities_ = 0;  // tags so far
  std::optional<std::uint64_t> range_end_;

  std::shared_ptr<const InitSection> init_;
  std::vector<std::shared_ptr<const Key>> keys_;  // in force, one per key format; "identity" first
  bool init_seen_ = false;
  bool key_seen_ = false;

  std::size_t parts_ = 0;  // in the whole playlist
  std::string part_range_uri_;
  std::uint64_t part_range_end_ = 0;

  std::map<std::string, std::size_t> date_range_index_;  // by id
};

}  // namespace understudy::hls
