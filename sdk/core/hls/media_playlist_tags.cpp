// Tags that apply to the whole playlist (RFC 8216 4.3.3, 4.3.5; rfc8216bis 4.4.3 and 4.4.5).
#include <limits>

#include "core/hls/media_parser.h"
#include "core/hls/values.h"

namespace understudy::hls {

namespace {

/// Room above a sequence number, so that counting on from it never overflows.
constexpr std::int64_t kMaxSequence = std::numeric_limits<std::int64_t>::max() / 2;

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

void MediaParser::on_version(std::string_view value) {
  const auto version = parse_unsigned(value);
  if (!version || *version > 1000) return lines_.warn("EXT-X-VERSION is not a number");
  playlist_.version = static_cast<int>(*version);
}

void MediaParser::on_target_duration(std::string_view value) {
  const auto duration = parse_seconds(value);
  if (!duration || duration->count() <= 0) return lines_.warn("EXT-X-TARGETDURATION is not a duration");
  if (*duration > kMaxSegmentDuration) {
    return lines_.fail(ErrorCode::limit_exceeded, "EXT-X-TARGETDURATION is longer than a day");
  }
  if (playlist_.target_duration.count() != 0) lines_.warn("EXT-X-TARGETDURATION again; the last one counts");
  playlist_.target_duration = *duration;
}

std::optional<std::int64_t> MediaParser::sequence(std::string_view value, std::string_view complaint) {
  const auto number = parse_signed(value);
  if (number ? *number > kMaxSequence || *number < -kMaxSequence : all_digits(value)) {
    lines_.fail(ErrorCode::limit_exceeded, "a sequence number is too large");
    return std::nullopt;
  }
  if (!number || *number < 0) lines_.warn(complaint);
  return number;
}

void MediaParser::on_media_sequence(std::string_view value) {
  // A negative one is against 4.3.3.2, but counts up like any other.
  const auto number = sequence(value, "EXT-X-MEDIA-SEQUENCE is not a decimal integer");
  if (!playlist_.segments.empty()) lines_.warn("EXT-X-MEDIA-SEQUENCE behind a segment");
  if (number) playlist_.media_sequence.value = *number;
}

void MediaParser::on_discontinuity_sequence(std::string_view value) {
  const auto number = sequence(value, "EXT-X-DISCONTINUITY-SEQUENCE is not a decimal integer");
  if (!number) return;
  playlist_.discontinuity_sequence = *number;
  playlist_.discontinuity_sequence_stated = true;
}

void MediaParser::on_endlist(std::string_view) { playlist_.ended = true; }

void MediaParser::on_playlist_type(std::string_view value) {
  if (value == "VOD") {
    playlist_.type = PlaylistType::vod;
  } else if (value == "EVENT") {
    playlist_.type = PlaylistType::event;
  } else {
    lines_.warn("EXT-X-PLAYLIST-TYPE is neither EVENT nor VOD");
  }
}

void MediaParser::on_i_frames_only(std::string_view) { playlist_.i_frames_only = true; }
void MediaParser::on_independent_segments(std::string_view) { playlist_.independent_segments = true; }
void MediaParser::on_define(std::string_view value) { lines_.define(value); }
void MediaParser::on_second_header(std::string_view) {
  lines_.warn("#EXTM3U again; what follows is taken as one playlist");
}

std::optional<Duration> MediaParser::seconds(const Attributes& attributes, std::string_view name) {
  if (!attributes.has(name)) return std::nullopt;
  const auto value = parse_seconds(attributes.get(name));
  if (value && value->count() >= 0) return value;
  lines_.warn(std::string(name) + " is not a duration");
  return std::nullopt;
}

void MediaParser::on_start(std::string_view value) {
  const Attributes attributes(value);
  const auto offset = parse_seconds(attributes.get("TIME-OFFSET"));
  if (!offset) return lines_.warn("EXT-X-START without TIME-OFFSET");
  playlist_.start_offset = *offset;
  playlist_.start_precise = attributes.yes("PRECISE");
}

void MediaParser::on_part_inf(std::string_view value) {
  const auto target = seconds(Attributes(value), "PART-TARGET");
  if (!target || target->count() == 0) return lines_.warn("EXT-X-PART-INF without a usable PART-TARGET");
  playlist_.part_target = *target;
}

void MediaParser::on_server_control(std::string_view value) {
  const Attributes attributes(value);
  playlist_.server_control.hold_back = seconds(attributes, "HOLD-BACK");
  playlist_.server_control.part_hold_back = seconds(attributes, "PART-HOLD-BACK");
  playlist_.server_control.can_skip_until = seconds(attributes, "CAN-SKIP-UNTIL");
  playlist_.server_control.can_block_reload = attributes.yes("CAN-BLOCK-RELOAD");
  playlist_.server_control.can_skip_dateranges = attributes.yes("CAN-SKIP-DATERANGES");
}

void MediaParser::on_skip(std::string_view value) {
  const Attributes attributes(value);
  const auto count = parse_unsigned(attributes.get("SKIPPED-SEGMENTS"));
  if (!count) return lines_.fail(ErrorCode::bad_playlist, "EXT-X-SKIP without SKIPPED-SEGMENTS");
  if (*count > kMaxSegments) return lines_.fail(ErrorCode::limit_exceeded, "EXT-X-SKIP of too many segments");
  if (!playlist_.segments.empty() || playlist_.skipped_segments) {
    return lines_.fail(ErrorCode::bad_playlist, "EXT-X-SKIP behind a segment or another EXT-X-SKIP");
  }
  playlist_.skipped_segments = static_cast<std::int64_t>(*count);
  std::string_view removed = attributes.get("RECENTLY-REMOVED-DATERANGES");
  while (!removed.empty() && playlist_.removed_date_ranges.size() < kMaxDateRanges) {
    const std::size_t tab = removed.find('\t');
    if (tab != 0) playlist_.removed_date_ranges.emplace_back(removed.substr(0, tab));
    removed.remove_prefix(tab == std::string_view::npos ? removed.size() : tab + 1);
  }
}

void MediaParser::on_preload_hint(std::string_view value) {
  const Attributes attributes(value);
  if (attributes.get("TYPE") != "PART") return;  // MAP and unknown types: EXT-X-MAP will name the section in time
  if (attributes.get("URI").empty()) return lines_.warn("EXT-X-PRELOAD-HINT without a URI");
  if (playlist_.preload_hint) return lines_.warn("EXT-X-PRELOAD-HINT again; the first one counts");
  Part hint;
  hint.uri = lines_.resolve(attributes.get("URI"));
  if (attributes.has("BYTERANGE-START") || attributes.has("BYTERANGE-LENGTH")) {
    hint.range = ByteRange{parse_unsigned(attributes.get("BYTERANGE-START")).value_or(0),
                           parse_unsigned(attributes.get("BYTERANGE-LENGTH")).value_or(0)};
  }
  playlist_.preload_hint = std::move(hint);
}

void MediaParser::on_rendition_report(std::string_view value) {
  const Attributes attributes(value);
  if (attributes.get("URI").empty()) return lines_.warn("EXT-X-RENDITION-REPORT without a URI");
  if (playlist_.rendition_reports.size() >= kMaxRenditions) {
    return lines_.fail(ErrorCode::limit_exceeded, "too many rendition reports");
  }
  RenditionReport report;
  report.uri = lines_.resolve(attributes.get("URI"));
  if (const auto msn = parse_signed(attributes.get("LAST-MSN"))) report.last_msn = MediaSequenceNumber{*msn};
  report.last_part = parse_signed(attributes.get("LAST-PART"));
  playlist_.rendition_reports.push_back(std::move(report));
}

std::optional<WallTime> MediaParser::date(const Attributes& attributes, std::string_view name) {
  if (!attributes.has(name)) return std::nullopt;
  if (const auto parsed = parse_date(attributes.get(name))) return parsed->time;
  lines_.warn(std::string(name) + " is not a date");
  return std::nullopt;
}

void MediaParser::merge_attributes(DateRange& into, const Attributes& attributes) {
  for (const auto& pair : attributes.all()) {
    bool known = false;
    for (const auto& had : into.attributes) known |= had.first == pair.first;
    if (!known) into.attributes.emplace_back(std::string(pair.first), lines_.expand(pair.second));
  }
}

// 4.3.2.7: tags with the same ID describe one range together.
void MediaParser::on_date_range(std::string_view value) {
  const Attributes attributes(value);
  const std::string id = lines_.expand(attributes.get("ID"));
  if (id.empty()) return lines_.warn("EXT-X-DATERANGE without an ID");
  const auto [at, added] = date_range_index_.emplace(id, playlist_.date_ranges.size());
  if (added) {
    if (playlist_.date_ranges.size() >= kMaxDateRanges) {
      return lines_.fail(ErrorCode::limit_exceeded, "too many date ranges");
    }
    playlist_.date_ranges.emplace_back();
    playlist_.date_ranges.back().id = id;
  }
  DateRange& range = playlist_.date_ranges[at->second];
  merge_attributes(range, attributes);
  const auto fill = [&](std::string& field, std::string_view name) {
    if (field.empty()) field = lines_.expand(attributes.get(name));
  };
  fill(range.class_name, "CLASS");
  fill(range.scte35_out, "SCTE35-OUT");
  fill(range.scte35_in, "SCTE35-IN");
  fill(range.scte35_cmd, "SCTE35-CMD");
  if (!range.start) range.start = date(attributes, "START-DATE");
  if (!range.end) range.end = date(attributes, "END-DATE");
  if (!range.duration) range.duration = seconds(attributes, "DURATION");
}

}  // namespace understudy::hls
