#include <algorithm>

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

bool warns(const MultivariantPlaylist& playlist, std::string_view of) {
  return std::any_of(playlist.warnings.begin(), playlist.warnings.end(),
                     [&](const Warning& w) { return w.text.find(of) != std::string::npos; });
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

TEST_CASE("a tag of a multivariant playlist that cannot be read is named, and its variant stream plays") {
  const std::string variant = "#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n";
  const std::pair<const char*, const char*> odd[] = {
      {"#EXT-X-VERSION:seven", "EXT-X-VERSION is not a number"},
      {"#EXT-X-VERSION:1001", "EXT-X-VERSION is not a number"},
      {"#EXTINF:6,", "a media playlist's tag"},
      {"stray.m3u8", "a URI without EXT-X-STREAM-INF"},
      {"#EXT-X-STREAM-INF:BANDWIDTH=2", "EXT-X-STREAM-INF without a URI line"},
      {"#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=2", "EXT-X-I-FRAME-STREAM-INF without a URI"},
      {"#EXT-X-MEDIA:TYPE=SMELL,GROUP-ID=\"g\"", "EXT-X-MEDIA of an unknown type"},
      {"#EXT-X-MEDIA:TYPE=AUDIO,NAME=\"n\"", "EXT-X-MEDIA without GROUP-ID"},
      {"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\",NAME=\"open", "the attribute list is malformed"},
      {"#EXT-X-DEFINE:NAME=\"n\"", "EXT-X-DEFINE without a name or a value"},
      {"#EXT-X-DEFINE:VALUE=\"v\"", "EXT-X-DEFINE without a name or a value"},
      {"#EXT-X-DEFINE:IMPORT=\"n\"", "imports a variable that there is not"},
      {"#EXT-X-DEFINE:QUERYPARAM=\"none\"", "a query parameter that the URL has not"},
  };
  for (const auto& [line, complaint] : odd) {
    INFO(line);
    // Behind a tag that makes it a multivariant playlist whatever follows.
    const auto playlist = parse("#EXTM3U\n#EXT-X-SESSION-DATA:DATA-ID=\"d\"\n" + std::string(line) + "\n" + variant);
    CHECK(warns(playlist, complaint));
    REQUIRE(playlist.variants.size() == 1);
    CHECK(playlist.variants[0].uri == "https://cdn.example/live/v.m3u8");
  }
}

TEST_CASE("a resolution or a frame rate that cannot be read leaves a variant stream without one") {
  for (const char* resolution : {"1280", "x720", "1280x", "widexhigh", "65536x720", "1280x65536"}) {
    INFO(resolution);
    const auto playlist =
        parse("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=" + std::string(resolution) + "\nv.m3u8\n");
    CHECK(warns(playlist, "RESOLUTION cannot be read"));
    CHECK(playlist.variants.at(0).width == 0);
    CHECK(playlist.variants.at(0).height == 0);
  }
  for (const char* rate : {"-25", "fast"}) {
    INFO(rate);
    const auto playlist =
        parse("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,FRAME-RATE=" + std::string(rate) + "\nv.m3u8\n");
    CHECK(playlist.variants.at(0).frame_rate == 0);
  }
}

TEST_CASE("empty places in a list of codecs are none, and a list without end is cut") {
  const auto codecs = [](const std::string& list) {
    return parse("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"" + list + "\"\nv.m3u8\n").variants.at(0).codecs;
  };
  CHECK(codecs(",avc1.4d401e,,mp4a.40.2,") == std::vector<std::string>{"avc1.4d401e", "mp4a.40.2"});
  std::string many;
  for (int i = 0; i < 100; ++i) many += "avc1.4d401e,";
  CHECK(codecs(many).size() == 32);
}

TEST_CASE("a variant stream whose URI line never comes is told of, and the ones before it play") {
  const auto playlist = parse("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\n");
  CHECK(playlist.variants.size() == 1);
  CHECK(warns(playlist, "EXT-X-STREAM-INF without a URI line"));
}

TEST_CASE("too many renditions or variables are refused, not cut") {
  const auto error = [](const std::string& text) {
    const auto parsed = parse_playlist(text, "http://h/");
    REQUIRE_FALSE(parsed);
    return parsed.error();
  };
  std::string renditions = "#EXTM3U\n";
  for (std::size_t i = 0; i <= kMaxRenditions; ++i) renditions += "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\"\n";
  CHECK(error(renditions).code == ErrorCode::limit_exceeded);
  std::string variables = "#EXTM3U\n#EXT-X-SESSION-KEY:METHOD=NONE\n";
  for (std::size_t i = 0; i <= kMaxVariables; ++i)
    variables += "#EXT-X-DEFINE:NAME=\"v" + std::to_string(i) + "\",VALUE=\"x\"\n";
  CHECK(error(variables).code == ErrorCode::limit_exceeded);
}

TEST_CASE("the first definition of a variable counts, the second is told of") {
  const auto playlist = parse(
      "#EXTM3U\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"first\"\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"second\"\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=1\n{$a}.m3u8\n");
  CHECK(playlist.variants.at(0).uri == "https://cdn.example/live/first.m3u8");
  CHECK(warns(playlist, "defined already"));
}

TEST_CASE("any tag that only a multivariant playlist has makes it one, though it names nothing to play") {
  const char* only[] = {"#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"i.m3u8\"",
                        "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\"", "#EXT-X-SESSION-DATA:DATA-ID=\"d\"",
                        "#EXT-X-SESSION-KEY:METHOD=AES-128,URI=\"k\"", "#EXT-X-CONTENT-STEERING:SERVER-URI=\"/s\""};
  for (const char* tag : only) {
    INFO(tag);
    CHECK(parse("#EXTM3U\n" + std::string(tag) + "\n").variants.empty());
  }
}
