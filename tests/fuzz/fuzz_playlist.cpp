// Any two texts as one playlist and its reload: parse_playlist() and reload() end in a value or a typed error, and what
// they give keeps the promises that the loader relies on. The texts are divided by a zero byte.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/hls/reload.h"

using namespace understudy;
using namespace understudy::hls;

namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

Result<Playlist> parse(std::string_view text) {
  auto parsed = parse_playlist(text, "https://host.example/a/b.m3u8?token=1");
  if (!parsed) {
    require(parsed.error().code == ErrorCode::bad_playlist || parsed.error().code == ErrorCode::limit_exceeded);
    require(parsed.error().detail.find('\n') == std::string::npos);
  }
  return parsed;
}

void check(const MediaPlaylist& playlist) {
  require(playlist.target_duration > Duration::zero());
  require(playlist.warnings.size() <= kMaxWarnings);
  std::int64_t msn = playlist.media_sequence.value + playlist.skipped_segments.value_or(0);
  for (const Segment& segment : playlist.segments) {
    require(segment.msn.value == msn++);
    require(segment.duration >= Duration::zero());
  }
  require(playlist.total_duration() >= Duration::zero());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t divide = all.find('\0');
  const auto first = parse(all.substr(0, divide));
  if (!first || !std::holds_alternative<MediaPlaylist>(*first)) return 0;
  const auto& before = std::get<MediaPlaylist>(*first);
  check(before);
  if (divide == std::string_view::npos) return 0;
  const auto second = parse(all.substr(divide + 1));
  if (!second || !std::holds_alternative<MediaPlaylist>(*second)) return 0;
  const auto merged = reload(&before, std::get<MediaPlaylist>(*second));
  if (merged && !before.skipped_segments) check(merged->playlist);
  return 0;
}
