#include <algorithm>
#include <array>
#include <string_view>

#include "core/loading/source_loader.h"

namespace understudy::loading {
namespace {

// What sdk/container demuxes and FFmpeg decodes.
constexpr std::array<std::string_view, 12> kDecodable = {"avc1", "avc3", "hvc1", "hev1", "mp4a", "ac-3",
                                                         "ec-3", "opus", "Opus", "mp3",  "fLaC", "stpp"};

bool decodable(const hls::Variant& variant) {
  return std::all_of(variant.codecs.begin(), variant.codecs.end(), [](const std::string& codec) {
    return std::any_of(kDecodable.begin(), kDecodable.end(),
                       [&](std::string_view prefix) { return codec.compare(0, prefix.size(), prefix) == 0; });
  });
}

}  // namespace

const hls::Variant* choose_variant(const hls::MultivariantPlaylist& playlist, std::uint64_t max_bandwidth) {
  const hls::Variant* best = nullptr;
  const auto fits = [&](const hls::Variant& v) { return max_bandwidth == 0 || v.bandwidth <= max_bandwidth; };
  const auto better = [&](const hls::Variant& a, const hls::Variant& b) {
    if (decodable(a) != decodable(b)) return decodable(a);
    if (fits(a) != fits(b)) return fits(a);
    return fits(a) ? a.bandwidth > b.bandwidth : a.bandwidth < b.bandwidth;
  };
  for (const hls::Variant& variant : playlist.variants)
    if (best == nullptr || better(variant, *best)) best = &variant;
  return best;
}

std::string audio_rendition_url(const hls::MultivariantPlaylist& playlist, const hls::Variant& variant) {
  if (variant.audio_group.empty()) return "";
  const hls::Rendition* chosen = nullptr;
  for (const hls::Rendition& rendition : playlist.renditions) {
    if (rendition.type != hls::Rendition::Type::audio || rendition.group_id != variant.audio_group) continue;
    if (chosen == nullptr || (rendition.is_default && !chosen->is_default)) chosen = &rendition;
  }
  return chosen == nullptr ? "" : chosen->uri;
}

}  // namespace understudy::loading
