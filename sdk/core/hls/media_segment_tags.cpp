// Tags that apply to one segment or to the segments behind them (RFC 8216 4.3.2).
#include <algorithm>

#include "core/hls/media_parser.h"
#include "core/hls/values.h"

namespace understudy::hls {

void MediaParser::on_uri(std::string_view uri) {
  if (playlist_.segments.size() >= kMaxSegments) return lines_.fail(ErrorCode::limit_exceeded, "too many segments");
  if (!has_duration_) lines_.warn("a segment without a usable EXTINF; the target duration is assumed");
  without_duration_.push_back(!has_duration_);
  pending_.uri = lines_.resolve(uri);
  if (!byte_range_text_.empty()) set_byte_range();
  pending_.init = init_;
  pending_.key = keys_.empty() ? nullptr : keys_.front();
  pending_.discontinuity_sequence = discontinuities_;
  pending_.parts = std::move(playlist_.trailing_parts);
  playlist_.trailing_parts.clear();
  playlist_.segments.push_back(std::move(pending_));
  if (playlist_.skipped_segments && !key_seen_) ++playlist_.continued_keys;
  if (playlist_.skipped_segments && !init_seen_) ++playlist_.continued_inits;
  pending_ = Segment{};
  byte_range_text_ = {};
  has_duration_ = false;
}

void MediaParser::on_inf(std::string_view value) {
  const std::size_t comma = value.find(',');
  pending_.title = comma == std::string_view::npos ? std::string_view() : trim(value.substr(comma + 1));
  const auto duration = parse_seconds(value.substr(0, comma));
  has_duration_ = duration && duration->count() >= 0;
  if (!has_duration_) return lines_.warn("EXTINF is not a duration");
  if (*duration > kMaxSegmentDuration) return lines_.fail(ErrorCode::limit_exceeded, "EXTINF is longer than a day");
  if (duration->count() == 0) lines_.warn("EXTINF is zero");
  pending_.duration = *duration;
  longest_ = std::max(longest_, *duration);
}

// Read at the URI line: an offset that is not stated depends on what came before.
void MediaParser::on_byte_range(std::string_view value) { byte_range_text_ = value; }

void MediaParser::set_byte_range() {
  const auto parsed = parse_byte_range(byte_range_text_, range_end_.value_or(0));
  if (!parsed) return lines_.warn("EXT-X-BYTERANGE cannot be read; the whole resource is taken");
  if (parsed->range.length == 0) lines_.warn("EXT-X-BYTERANGE is empty");
  if (!parsed->stated_offset) {
    // 4.3.2.2 lets these fail; the common reading (hls.js, video.js) counts on from the last range, or from 0.
    const bool continues_skipped =
        playlist_.skipped_segments && playlist_.continued_ranges == playlist_.segments.size();
    if (continues_skipped) {
      ++playlist_.continued_ranges;  // reload() moves it behind the last skipped segment
    } else if (!range_end_) {
      lines_.warn("EXT-X-BYTERANGE without an offset and without a range before it; 0 is assumed");
    } else if (playlist_.segments.back().uri != pending_.uri) {
      lines_.warn("EXT-X-BYTERANGE without an offset continues the range of another resource");
    }
  }
  pending_.range = parsed->range;
  range_end_ = parsed->range.offset + parsed->range.length;
}

void MediaParser::on_program_date_time(std::string_view value) {
  const auto parsed = parse_date(value);
  if (!parsed) return lines_.warn("EXT-X-PROGRAM-DATE-TIME is not a date");
  if (parsed->zone_missing) lines_.warn("EXT-X-PROGRAM-DATE-TIME without a time zone; UTC is assumed");
  pending_.program_date_time = parsed->time;
}

void MediaParser::on_discontinuity(std::string_view) {
  pending_.discontinuity = true;
  ++discontinuities_;
}

void MediaParser::on_gap(std::string_view) { pending_.gap = true; }

void MediaParser::on_key(std::string_view value) {
  constexpr std::size_t kMaxKeyFormats = 16;
  const Attributes attributes(value);
  key_seen_ = true;
  if (attributes.get("METHOD") == "NONE") return keys_.clear();
  Key key;
  key.method = attributes.get("METHOD");
  if (!attributes.get("URI").empty()) key.uri = lines_.resolve(attributes.get("URI"));
  key.iv = lines_.expand(attributes.get("IV"));
  key.keyformat = attributes.has("KEYFORMAT") ? lines_.expand(attributes.get("KEYFORMAT")) : "identity";
  if (key.method.empty() || key.uri.empty()) lines_.warn("EXT-X-KEY without METHOD or URI");
  // 4.3.2.4: a key replaces the one before it of the same format; those of other formats stay in force beside it.
  keys_.erase(std::remove_if(keys_.begin(), keys_.end(), [&](const auto& k) { return k->keyformat == key.keyformat; }),
              keys_.end());
  if (keys_.size() >= kMaxKeyFormats) return lines_.warn("too many key formats");
  const auto at = key.keyformat == "identity" ? keys_.begin() : keys_.end();
  keys_.insert(at, std::make_shared<const Key>(std::move(key)));
}

void MediaParser::on_map(std::string_view value) {
  const Attributes attributes(value);
  init_seen_ = true;
  if (attributes.get("URI").empty()) return lines_.warn("EXT-X-MAP without a URI");
  InitSection section;
  section.uri = lines_.resolve(attributes.get("URI"));
  if (attributes.has("BYTERANGE")) {
    const auto parsed = parse_byte_range(lines_.expand(attributes.get("BYTERANGE")), 0);
    if (parsed) section.range = parsed->range;
    if (!parsed) lines_.warn("the BYTERANGE of EXT-X-MAP cannot be read; the whole resource is taken");
  }
  if (init_ == nullptr || !(*init_ == section)) init_ = std::make_shared<const InitSection>(std::move(section));
}

void MediaParser::on_part(std::string_view value) {
  const Attributes attributes(value);
  const auto duration = parse_seconds(attributes.get("DURATION"));
  if (attributes.get("URI").empty() || !duration || duration->count() < 0) {
    return lines_.warn("EXT-X-PART without a URI or a duration");
  }
  if (*duration > kMaxSegmentDuration) return lines_.fail(ErrorCode::limit_exceeded, "a part is longer than a day");
  if (++parts_ > kMaxParts) return lines_.fail(ErrorCode::limit_exceeded, "too many parts");
  Part part;
  part.uri = lines_.resolve(attributes.get("URI"));
  part.duration = *duration;
  part.independent = attributes.yes("INDEPENDENT");
  part.gap = attributes.yes("GAP");
  if (attributes.has("BYTERANGE")) part.range = part_range(attributes.get("BYTERANGE"), part.uri);
  playlist_.trailing_parts.push_back(std::move(part));
}

std::optional<ByteRange> MediaParser::part_range(std::string_view text, const std::string& uri) {
  const auto parsed = parse_byte_range(lines_.expand(text), part_range_uri_ == uri ? part_range_end_ : 0);
  if (!parsed) {
    lines_.warn("the BYTERANGE of EXT-X-PART cannot be read; the whole resource is taken");
    return std::nullopt;
  }
  part_range_uri_ = uri;
  part_range_end_ = parsed->range.offset + parsed->range.length;
  return parsed->range;
}

}  // namespace understudy::hls
