#include "core/hls/playlist.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::hls;

namespace {

MultivariantPlaylist parse(std::string_view text, std::string_view url = "https://cdn.example/live/index.m3u8?t=1") {
  auto parsed = parse_playlist(text, url);
  if (!parsed) FAIL(parsed.error().detail);
  REQUIRE(std::holds_alternative<MultivariantPlaylist>(*parsed));
  return std::get<MultivariantPlaylist>(*std::move(parsed));
}

}  // namespace

TEST_CASE("a multivariant playlist gives its variant streams and renditions") {
  const auto playlist = parse(R"(#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aud",NAME="English, stereo",LANGUAGE="en",DEFAULT=YES,CHANNELS="2",URI="a/en.m3u8"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC1",INSTREAM-ID="CC1",AUTOSELECT=YES
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="Deutsch",FORCED=YES,URI="s/de.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=2560000,AVERAGE-BANDWIDTH=2000000,CODECS="avc1.4d401e, mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="aud",CLOSED-CAPTIONS="cc",SUBTITLES="subs",PATHWAY-ID="p1"
../v/720.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=65000,CODECS="mp4a.40.5",CLOSED-CAPTIONS=NONE
/audio.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100000,URI="v/iframes.m3u8"
)");
  CHECK(playlist.version == 6);
  CHECK(playlist.independent_segments);
  CHECK(playlist.warnings.empty());
  REQUIRE(playlist.variants.size() == 2);
  const Variant& video = playlist.variants[0];
  CHECK(video.uri == "https://cdn.example/v/720.m3u8");
  CHECK(video.bandwidth == 2'560'000);
  CHECK(video.average_bandwidth == 2'000'000);
  CHECK(video.codecs == std::vector<std::string>{"avc1.4d401e", "mp4a.40.2"});
  CHECK(video.width == 1280);
  CHECK(video.height == 720);
  CHECK(video.frame_rate == Approx(29.97));
  CHECK(video.audio_group == "aud");
  CHECK(video.subtitles_group == "subs");
  CHECK(video.closed_captions_group == "cc");
  CHECK(video.pathway_id == "p1");
  CHECK(playlist.variants[1].uri == "https://cdn.example/audio.m3u8");
  CHECK(playlist.variants[1].closed_captions_group.empty());
  REQUIRE(playlist.i_frame_variants.size() == 1);
  CHECK(playlist.i_frame_variants[0].uri == "https://cdn.example/live/v/iframes.m3u8");
  REQUIRE(playlist.renditions.size() == 3);
  CHECK(playlist.renditions[0].name == "English, stereo");
  CHECK(playlist.renditions[0].is_default);
  CHECK(playlist.renditions[0].autoselect);
  CHECK(playlist.renditions[0].uri == "https://cdn.example/live/a/en.m3u8");
  CHECK(playlist.renditions[1].type == Rendition::Type::closed_captions);
  CHECK(playlist.renditions[1].instream_id == "CC1");
  CHECK(playlist.renditions[1].uri.empty());
  CHECK(playlist.renditions[2].forced);
}

TEST_CASE("a variant stream without BANDWIDTH stays playable and is warned about by line") {
  const auto playlist = parse("#EXTM3U\n#EXT-X-STREAM-INF:PROGRAM-ID=1\nmedia.m3u8\n");
  REQUIRE(playlist.variants.size() == 1);
  REQUIRE(playlist.warnings.size() == 1);
  CHECK(playlist.warnings[0].line == 2);
}

TEST_CASE("defined variables are substituted in URIs and quoted strings and handed on") {
  const auto playlist = parse(
      "#EXTM3U\n#EXT-X-DEFINE:NAME=\"host\",VALUE=\"edge7\"\n#EXT-X-DEFINE:QUERYPARAM=\"t\"\n"
      "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"{$host}\",NAME=\"n\",URI=\"{$host}/a.m3u8\"\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://{$host}.example/v.m3u8?t={$t}\n",
      "https://cdn.example/index.m3u8?t=abc");
  CHECK(playlist.variants.at(0).uri == "https://edge7.example/v.m3u8?t=abc");
  CHECK(playlist.renditions.at(0).group_id == "edge7");
  CHECK(playlist.renditions.at(0).uri == "https://cdn.example/edge7/a.m3u8");
  CHECK(playlist.variables == Variables{{"host", "edge7"}, {"t", "abc"}});
}

TEST_CASE("too many variant streams are refused, not cut") {
  std::string text = "#EXTM3U\n";
  for (std::size_t i = 0; i <= kMaxVariants; ++i) text += "#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n";
  const auto parsed = parse_playlist(text, "http://h/");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == ErrorCode::limit_exceeded);
}

TEST_CASE("tags of a media playlist that stray into a multivariant one are a warning") {
  const auto playlist = parse("#EXTM3U\n#EXT-X-TARGETDURATION:\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n");
  CHECK(playlist.variants.size() == 1);
  CHECK(playlist.warnings.size() == 1);
}
