// Which variant stream of a multivariant playlist is played, and with which audio rendition.
#include "core/loading/source_loader.h"
#include "support/catch.h"

namespace understudy::loading {

namespace {

hls::MultivariantPlaylist of(std::vector<std::pair<std::uint64_t, std::vector<std::string>>> variants) {
  hls::MultivariantPlaylist playlist;
  for (auto& [bandwidth, codecs] : variants) {
    hls::Variant v;
    v.bandwidth = bandwidth;
    v.codecs = std::move(codecs);
    playlist.variants.push_back(std::move(v));
  }
  return playlist;
}

std::uint64_t chosen(const hls::MultivariantPlaylist& playlist, std::uint64_t max_bandwidth = 0) {
  const hls::Variant* variant = choose_variant(playlist, max_bandwidth);
  return variant == nullptr ? 0 : variant->bandwidth;
}

}  // namespace

TEST_CASE("without a bound the variant of the highest bandwidth is played") {
  CHECK(chosen(of({{1, {"avc1.42"}}, {3, {"avc1.64", "mp4a.40.2"}}, {2, {}}})) == 3);
}

TEST_CASE("with a bound the highest below it is played, and the lowest of all where none is") {
  const auto playlist = of({{4, {}}, {1, {}}, {2, {}}, {8, {}}});
  CHECK(chosen(playlist, 3) == 2);
  CHECK(chosen(playlist, 4) == 4);
  CHECK(chosen(of({{8, {}}, {5, {}}, {6, {}}}), 3) == 5);
}

TEST_CASE("what can be decoded goes before what fits") {
  CHECK(chosen(of({{1, {"xvc1"}}, {9, {"avc1.64", "mp4a.40.2"}}, {2, {"avc1.64", "xxx"}}}), 3) == 9);
  CHECK(chosen(of({{7, {"xvc1"}}})) == 7);  // better tried than nothing
}

TEST_CASE("a playlist without variants has none to play") { CHECK(choose_variant({}, 0) == nullptr); }

TEST_CASE("of the variant's audio group the default rendition is played, else the first") {
  using Type = hls::Rendition::Type;
  hls::MultivariantPlaylist playlist;
  const auto add = [&](Type type, const char* group, const char* uri, bool is_default = false) {
    hls::Rendition r;
    r.type = type;
    r.group_id = group;
    r.uri = uri;
    r.is_default = is_default;
    playlist.renditions.push_back(r);
  };
  hls::Variant variant;
  CHECK(audio_rendition_url(playlist, variant).empty());  // its sound is in the stream itself
  variant.audio_group = "stereo";
  CHECK(audio_rendition_url(playlist, variant).empty());  // a group that is not there
  add(Type::subtitles, "stereo", "s");
  add(Type::audio, "surround", "other");
  add(Type::audio, "stereo", "first");
  add(Type::audio, "stereo", "second");
  CHECK(audio_rendition_url(playlist, variant) == "first");
  add(Type::audio, "stereo", "default", true);
  add(Type::audio, "stereo", "later", true);
  CHECK(audio_rendition_url(playlist, variant) == "default");
}

}  // namespace understudy::loading
