// Any two texts as one playlist and its reload: parse_playlist() and reload() end in a value or a typed error, and what
// they give keeps the promises that the loader relies on. The texts are divided by a zero byte.
#include "core/hls/reload.h"
#include "support/target.h"

using namespace understudy;
using namespace understudy::hls;

namespace {

constexpr std::string_view kUrl = "https://host.example/a/b.m3u8?token=1";

bool typed(const Error& error) {
  return error.code == ErrorCode::bad_playlist || error.code == ErrorCode::limit_exceeded;
}

Result<Playlist> parse(std::string_view text) {
  auto parsed = parse_playlist(text, kUrl);
  if (!parsed) {
    PROMISE(typed(parsed.error()));
    PROMISE(!parsed.error().detail.empty());
    PROMISE(parsed.error().detail.find('\n') == std::string::npos);
  }
  return parsed;
}

void check(const ByteRange& range) { PROMISE(range.offset <= INT64_MAX && range.length <= INT64_MAX - range.offset); }

void check(const Part& part) {
  PROMISE(part.duration >= Duration::zero() && part.duration <= kMaxSegmentDuration);
  if (part.range) check(*part.range);
}

void check(const MediaPlaylist& playlist) {
  PROMISE(playlist.target_duration > Duration::zero() && playlist.target_duration <= kMaxSegmentDuration);
  PROMISE(playlist.warnings.size() <= kMaxWarnings);
  PROMISE(playlist.segments.size() <= kMaxSegments);
  std::int64_t msn = playlist.media_sequence.value + playlist.skipped_segments.value_or(0);
  std::int64_t discontinuity = playlist.segments.empty() ? 0 : playlist.segments.front().discontinuity_sequence;
  for (const Segment& segment : playlist.segments) {
    PROMISE(segment.msn.value == msn++);
    PROMISE(segment.duration >= Duration::zero() && segment.duration <= kMaxSegmentDuration);
    PROMISE(!segment.uri.empty() || segment.gap);
    PROMISE(segment.discontinuity_sequence >= discontinuity);
    discontinuity = segment.discontinuity_sequence;
    if (segment.range) check(*segment.range);
    if (segment.init && segment.init->range) check(*segment.init->range);
    for (const Part& part : segment.parts) check(part);
  }
  for (const Part& part : playlist.trailing_parts) check(part);
  PROMISE(playlist.total_duration() >= Duration::zero() && playlist.total_duration() <= kMaxTotalDuration);
}

void check(const MultivariantPlaylist& playlist) {
  PROMISE(playlist.variants.size() <= kMaxVariants);
  PROMISE(playlist.renditions.size() <= kMaxRenditions);
  PROMISE(playlist.variables.size() <= kMaxVariables);
  PROMISE(playlist.warnings.size() <= kMaxWarnings);
  for (const Variant& variant : playlist.variants) PROMISE(!variant.uri.empty() && variant.width >= 0 && variant.height >= 0);
}

/// The media playlists that this multivariant playlist names may import its variables.
void import_into(std::string_view text, const MultivariantPlaylist& multivariant) {
  const auto parsed = parse_playlist(text, kUrl, &multivariant.variables);
  if (!parsed) return PROMISE(typed(parsed.error()));
  if (const auto* media = std::get_if<MediaPlaylist>(&*parsed)) check(*media);
}

}  // namespace

UNDERSTUDY_FUZZ_TARGET(playlist) {
  fuzz::Reader reader(input);
  const auto first = parse(reader.until('\0'));
  if (!first) return;
  const std::string_view rest = fuzz::text_of(reader.rest());
  if (const auto* multivariant = std::get_if<MultivariantPlaylist>(&*first)) {
    check(*multivariant);
    return import_into(rest, *multivariant);
  }
  const auto& before = std::get<MediaPlaylist>(*first);
  check(before);
  const auto second = parse(rest);
  if (!second || !std::holds_alternative<MediaPlaylist>(*second)) return;
  const auto& fetched = std::get<MediaPlaylist>(*second);
  const auto from_nothing = reload(nullptr, fetched);
  if (from_nothing && !fetched.skipped_segments) check(from_nothing->playlist);
  const auto merged = reload(&before, fetched);
  if (merged && !before.skipped_segments) check(merged->playlist);
}
