#include "core/hls/playlist.h"

#include "core/hls/lines.h"
#include "core/hls/media_parser.h"
#include "core/hls/multivariant_parser.h"

namespace understudy::hls {

namespace {

/// RFC 8216 4.1: a playlist with tags of both kinds must fail; in practice the first tag that belongs to one kind only
/// tells them apart, and the strays of the other (an EXT-X-TARGETDURATION in a multivariant playlist) do no harm.
bool is_multivariant(std::string_view text) {
  Lines lines(text, {}, nullptr);
  while (const auto line = lines.next()) {
    const std::string_view tag = line->tag;
    if (tag == "EXTINF" || tag == "EXT-X-PART" || tag == "EXT-X-SKIP") return false;
    if (tag == "EXT-X-STREAM-INF" || tag == "EXT-X-I-FRAME-STREAM-INF" || tag == "EXT-X-MEDIA" ||
        tag == "EXT-X-SESSION-DATA" || tag == "EXT-X-SESSION-KEY" || tag == "EXT-X-CONTENT-STEERING") {
      return true;
    }
  }
  return false;
}

}  // namespace

Duration MediaPlaylist::total_duration() const {
  Duration total{};
  for (const Segment& segment : segments) total += segment.duration;
  return total;
}

Result<Playlist> parse_playlist(std::string_view text, std::string_view base_url, const Variables* imported) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.size() > kMaxPlaylistBytes) return fail(ErrorCode::limit_exceeded, "the playlist is too large");
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text.remove_prefix(kByteOrderMark.size());
  Lines lines(text, base_url, imported);
  const auto first = lines.next();
  if (!first || first->tag != "EXTM3U") {
    lines.fail(ErrorCode::bad_playlist, "not a playlist: no #EXTM3U at its start");
    return Unexpected{*lines.error()};
  }
  return is_multivariant(text) ? parse_multivariant(lines) : MediaParser(lines).parse();
}

}  // namespace understudy::hls
