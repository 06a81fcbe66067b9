// Playlists as immutable values. parse_playlist() is pure: text in, playlist or Error out (RFC 8216 and rfc8216bis).
// Tags that we do not know are skipped (6.3.1); a tag that we know but cannot read is a warning where the rest of the
// playlist stays playable, else an error. URIs are resolved against the playlist's own URL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "understudy/ids.h"
#include "understudy/result.h"
#include "understudy/time.h"

namespace understudy::hls {

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  // in a preload hint, 0: to the end
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

struct Key {
  std::string method;  // "AES-128", "SAMPLE-AES", …; NONE is the absence of a Key
  std::string uri;
  std::string iv;
  std::string keyformat;
};

/// EXT-X-MAP. Shared by the segments it applies to; two sections with equal value are the same section.
struct InitSection {
  std::string uri;
  std::optional<ByteRange> range;
  friend bool operator==(const InitSection&, const InitSection&) = default;
};

struct Part {
  std::string uri;
  std::optional<ByteRange> range;
  Duration duration{};
  bool independent = false;
  bool gap = false;
};

struct Segment {
  MediaSequenceNumber msn{};
  std::int64_t discontinuity_sequence = 0;
  bool discontinuity = false;  // EXT-X-DISCONTINUITY stands directly before it
  bool gap = false;            // EXT-X-GAP: never to be requested
  std::string uri;             // absolute
  std::optional<ByteRange> range;
  Duration duration{};
  std::string title;
  std::optional<WallTime> program_date_time;  // only where the playlist states it for this very segment
  std::shared_ptr<const InitSection> init;    // null: none
  std::shared_ptr<const Key> key;             // null: not encrypted
  std::vector<Part> parts;                    // LL-HLS
};

enum class PlaylistType { live, event, vod };

struct ServerControl {
  std::optional<Duration> hold_back;
  std::optional<Duration> part_hold_back;
  std::optional<Duration> can_skip_until;
  bool can_block_reload = false;
  bool can_skip_dateranges = false;
};

/// EXT-X-RENDITION-REPORT: how far another rendition of this stream is.
struct RenditionReport {
  std::string uri;  // absolute
  std::optional<MediaSequenceNumber> last_msn;
  std::optional<std::int64_t> last_part;
};

struct DateRange {
  std::string id;
  std::string class_name;
  std::optional<WallTime> start;
  std::optional<WallTime> end;
  std::optional<Duration> duration;
  std::string scte35_out;  // hexadecimal, as in the playlist
  std::string scte35_in;
  std::string scte35_cmd;
  std::vector<std::pair<std::string, std::string>> attributes;  // all of them, in order
};

struct Warning {
  int line = 0;
  std::string text;
};

struct MediaPlaylist {
  int version = 1;
  Duration target_duration{};
  std::optional<Duration> part_target;
  MediaSequenceNumber media_sequence{};
  std::int64_t discontinuity_sequence = 0;
  bool discontinuity_sequence_stated = false;  // else it is assumed to be 0, and reload() carries the numbers over
  PlaylistType type = PlaylistType::live;
  bool ended = false;  // EXT-X-ENDLIST
  bool independent_segments = false;
  bool i_frames_only = false;
  std::optional<Duration> start_offset;  // EXT-X-START TIME-OFFSET
  bool start_precise = false;
  ServerControl server_control;
  std::vector<Segment> segments;
  std::vector<Part> trailing_parts;  // parts of the segment that is not yet complete
  std::optional<Part> preload_hint;
  std::optional<std::int64_t> skipped_segments;  // EXT-X-SKIP: to be merged with the previous playlist
  std::vector<std::string> removed_date_ranges;  // ids, of EXT-X-SKIP
  // Of a playlist with EXT-X-SKIP, how many of the leading segments continue what was skipped: their key and section
  // are those of the last skipped one, their byte ranges count on from its end.
  std::size_t continued_keys = 0;
  std::size_t continued_inits = 0;
  std::size_t continued_ranges = 0;
  std::vector<DateRange> date_ranges;
  std::vector<RenditionReport> rendition_reports;
  std::vector<Warning> warnings;

  Duration total_duration() const;
};

/// EXT-X-DEFINE: name → value.
using Variables = std::map<std::string, std::string, std::less<>>;

struct Rendition {
  enum class Type { audio, video, subtitles, closed_captions } type = Type::audio;
  std::string group_id;
  std::string name;
  std::string language;
  std::string uri;  // absolute; empty: carried in the variant stream itself
  std::string instream_id;
  std::string channels;
  std::string characteristics;
  bool is_default = false;
  bool autoselect = false;
  bool forced = false;
};

struct Variant {
  std::string uri;              // absolute
  std::uint64_t bandwidth = 0;  // bit/s
  std::uint64_t average_bandwidth = 0;
  std::vector<std::string> codecs;
  int width = 0;
  int height = 0;
  double frame_rate = 0;  // display only; no decision uses it
  std::string audio_group;
  std::string video_group;
  std::string subtitles_group;
  std::string closed_captions_group;
  std::string pathway_id;
};

struct MultivariantPlaylist {
  int version = 1;
  bool independent_segments = false;
  std::vector<Variant> variants;
  std::vector<Variant> i_frame_variants;
  std::vector<Rendition> renditions;
  std::size_t session_data = 0;  // EXT-X-SESSION-DATA and EXT-X-SESSION-KEY: how many; nothing acts on them
  std::size_t session_keys = 0;
  Variables variables;  // EXT-X-DEFINE; media playlists may import them
  std::vector<Warning> warnings;
};

using Playlist = std::variant<MultivariantPlaylist, MediaPlaylist>;

/// Bounds on a playlist's text; beyond them the answer is limit_exceeded.
inline constexpr std::size_t kMaxPlaylistBytes = 8u << 20;
inline constexpr std::size_t kMaxSegments = 100'000;
inline constexpr std::size_t kMaxParts = 100'000;
inline constexpr std::size_t kMaxVariants = 1'000;
inline constexpr std::size_t kMaxRenditions = 2'000;
inline constexpr std::size_t kMaxDateRanges = 10'000;
inline constexpr std::size_t kMaxVariables = 1'000;
/// What the text may grow to by resolving its URIs against a long base and by substituting variables.
inline constexpr std::size_t kMaxExpandedBytes = 64u << 20;
/// One segment, part or target duration.
inline constexpr Duration kMaxSegmentDuration = std::chrono::hours(24);
/// All segments together: added to any date it is still a time.
inline constexpr Duration kMaxTotalDuration = std::chrono::hours(24 * 366);
/// Further warnings are dropped, not an error.
inline constexpr std::size_t kMaxWarnings = 100;

/// Parses `text` fetched from `base_url` (the URL after redirects). Errors name the line. `imported`: the variables of
/// the multivariant playlist that this media playlist was named by, for EXT-X-DEFINE:IMPORT.
Result<Playlist> parse_playlist(std::string_view text, std::string_view base_url, const Variables* imported = nullptr);

/// RFC 3986 section 5 reference resolution; `base` absolute. Returns `reference` unchanged if it is absolute itself.
std::string resolve_uri(std::string_view base, std::string_view reference);

}  // namespace understudy::hls
