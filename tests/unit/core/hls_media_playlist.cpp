#include "core/hls/playlist.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::hls;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kUrl = "https://cdn.example/live/v.m3u8";

MediaPlaylist parse(const std::string& body, const Variables* imported = nullptr) {
  auto parsed = parse_playlist("#EXTM3U\n" + body, kUrl, imported);
  if (!parsed) FAIL(parsed.error().detail);
  REQUIRE(std::holds_alternative<MediaPlaylist>(*parsed));
  return std::get<MediaPlaylist>(*std::move(parsed));
}

Error error_of(std::string_view text) {
  const auto parsed = parse_playlist(text, kUrl);
  REQUIRE_FALSE(parsed);
  return parsed.error();
}

}  // namespace

TEST_CASE("a live playlist gives its segments with sequence numbers, dates and absolute URIs") {
  const auto playlist = parse(R"(#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:2680
#EXT-X-DISCONTINUITY-SEQUENCE:4
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-START:TIME-OFFSET=-12.5,PRECISE=YES
#EXT-X-SERVER-CONTROL:HOLD-BACK=18.0,CAN-BLOCK-RELOAD=YES
#EXT-X-MAP:URI="init.mp4",BYTERANGE="720@0"
#EXT-X-PROGRAM-DATE-TIME:2026-11-21T10:00:00.500+01:00
#EXTINF:5.96,first, with a comma
2680.m4s
#EXTINF:6.04,
2681.m4s?x=1
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="init2.mp4"
#EXTINF:4
//other.example/2682.m4s
#EXT-X-GAP
#EXTINF:6,
2683.m4s
)");
  CHECK(playlist.version == 7);
  CHECK(playlist.target_duration == 6s);
  CHECK(playlist.media_sequence.value == 2680);
  CHECK(playlist.discontinuity_sequence == 4);
  CHECK(playlist.discontinuity_sequence_stated);
  CHECK(playlist.independent_segments);
  CHECK(playlist.start_offset == Duration(-12'500ms));
  CHECK(playlist.start_precise);
  CHECK(playlist.server_control.hold_back == Duration(18s));
  CHECK(playlist.server_control.can_block_reload);
  CHECK_FALSE(playlist.ended);
  CHECK(playlist.warnings.empty());
  REQUIRE(playlist.segments.size() == 4);
  const auto& s = playlist.segments;
  CHECK(s[0].msn.value == 2680);
  CHECK(s[0].duration == 5960ms);
  CHECK(s[0].title == "first, with a comma");
  CHECK(s[0].uri == "https://cdn.example/live/2680.m4s");
  CHECK(s[0].program_date_time == WallTime(std::chrono::seconds(1'795'251'600) + 500ms));
  REQUIRE(s[0].init);
  CHECK(*s[0].init == InitSection{"https://cdn.example/live/init.mp4", ByteRange{0, 720}});
  CHECK(s[1].init == s[0].init);
  CHECK_FALSE(s[1].program_date_time);
  CHECK(s[1].discontinuity_sequence == 4);
  CHECK(s[2].discontinuity);
  CHECK(s[2].discontinuity_sequence == 5);
  CHECK(s[2].init->uri == "https://cdn.example/live/init2.mp4");
  CHECK(s[2].uri == "https://other.example/2682.m4s");
  CHECK_FALSE(s[3].discontinuity);
  CHECK(s[3].discontinuity_sequence == 5);
  CHECK(s[3].gap);
  CHECK(s[3].msn.value == 2683);
  CHECK(playlist.total_duration() == 22s);
}

TEST_CASE("byte ranges without an offset follow the range before them") {
  const auto playlist = parse(
      "#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n#EXT-X-BYTERANGE:100@50\na.ts\n#EXT-X-BYTERANGE:30\n#EXTINF:6,\na.ts\n"
      "#EXTINF:6,\n#EXT-X-BYTERANGE:7\na.ts\n#EXTINF:6,\nb.ts\n#EXT-X-ENDLIST\n");
  CHECK(playlist.segments.at(0).range == ByteRange{50, 100});
  CHECK(playlist.segments.at(1).range == ByteRange{150, 30});
  CHECK(playlist.segments.at(2).range == ByteRange{180, 7});
  CHECK_FALSE(playlist.segments.at(3).range);
  CHECK(playlist.warnings.empty());
  CHECK(playlist.ended);
}

TEST_CASE("keys apply until the next of their format and NONE ends them") {
  const auto playlist = parse(
      "#EXT-X-TARGETDURATION:6\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://"
      "x\",KEYFORMAT=\"com.apple.streamingkeydelivery\"\n"
      "#EXT-X-KEY:METHOD=AES-128,URI=\"k1\",IV=0x01\n#EXTINF:6,\na.ts\n#EXT-X-KEY:METHOD=AES-128,URI=\"k2\"\n"
      "#EXTINF:6,\nb.ts\n#EXT-X-KEY:METHOD=NONE\n#EXTINF:6,\nc.ts\n");
  REQUIRE(playlist.segments.at(0).key);
  const Key& key = *playlist.segments[0].key;
  CHECK(key.method == "AES-128");
  CHECK(key.uri == "https://cdn.example/live/k1");
  CHECK(key.iv == "0x01");
  CHECK(key.keyformat == "identity");
  CHECK(playlist.segments.at(1).key->uri == "https://cdn.example/live/k2");
  CHECK(playlist.segments.at(2).key == nullptr);
}

TEST_CASE("a low-latency playlist gives parts, the preload hint and rendition reports") {
  const auto playlist = parse(R"(#EXT-X-TARGETDURATION:4
#EXT-X-PART-INF:PART-TARGET=0.33334
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.0,CAN-SKIP-UNTIL=24,CAN-SKIP-DATERANGES=YES
#EXT-X-MEDIA-SEQUENCE:10
#EXT-X-PART:DURATION=0.33334,URI="10.mp4",BYTERANGE="100@0",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.33334,URI="10.mp4",BYTERANGE="40"
#EXTINF:4.0,
10.mp4
#EXT-X-PART:DURATION=0.33334,URI="11.0.mp4",GAP=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="11.1.mp4",BYTERANGE-START=5
#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="next.mp4"
#EXT-X-RENDITION-REPORT:URI="../1M/v.m3u8",LAST-MSN=11,LAST-PART=0
)");
  CHECK(playlist.part_target == Duration(333'340us));
  CHECK(playlist.server_control.part_hold_back == Duration(1s));
  CHECK(playlist.server_control.can_skip_until == Duration(24s));
  CHECK(playlist.server_control.can_skip_dateranges);
  REQUIRE(playlist.segments.at(0).parts.size() == 2);
  CHECK(playlist.segments[0].parts[0].independent);
  CHECK(playlist.segments[0].parts[1].range == ByteRange{100, 40});
  REQUIRE(playlist.trailing_parts.size() == 1);
  CHECK(playlist.trailing_parts[0].gap);
  REQUIRE(playlist.preload_hint);
  CHECK(playlist.preload_hint->uri == "https://cdn.example/live/11.1.mp4");
  CHECK(playlist.preload_hint->range == ByteRange{5, 0});
  REQUIRE(playlist.rendition_reports.size() == 1);
  CHECK(playlist.rendition_reports[0].uri == "https://cdn.example/1M/v.m3u8");
  CHECK(playlist.rendition_reports[0].last_msn == MediaSequenceNumber{11});
}

TEST_CASE("date ranges with one ID are one range") {
  const auto playlist = parse(
      "#EXT-X-TARGETDURATION:6\n"
      "#EXT-X-DATERANGE:ID=\"ad\",CLASS=\"c\",START-DATE=\"2026-01-01T00:00:00Z\",SCTE35-OUT=0xFC30\n"
      "#EXT-X-DATERANGE:ID=\"ad\",DURATION=30.5,SCTE35-IN=0xFC31,X-COM=\"1,2\"\n"
      "#EXT-X-DATERANGE:ID=\"b\",END-DATE=\"2026-01-01T00:00:01Z\"\n#EXTINF:6,\na.ts\n");
  REQUIRE(playlist.date_ranges.size() == 2);
  const DateRange& ad = playlist.date_ranges[0];
  CHECK(ad.id == "ad");
  CHECK(ad.class_name == "c");
  CHECK(ad.start == WallTime(std::chrono::seconds(1'767'225'600)));
  CHECK(ad.duration == Duration(30'500ms));
  CHECK(ad.scte35_out == "0xFC30");
  CHECK(ad.scte35_in == "0xFC31");
  CHECK(ad.attributes.size() == 7);
  CHECK(playlist.date_ranges[1].end);
}

TEST_CASE("a segment without a usable EXTINF is given the target duration and a warning") {
  const auto playlist = parse("#EXTINF:5,\na.ts\nb.ts\n#EXTINF:-1,radio\nc.ts\n#EXT-X-TARGETDURATION:8\n");
  REQUIRE(playlist.segments.size() == 3);
  CHECK(playlist.segments[0].duration == 5s);
  CHECK(playlist.segments[1].duration == 8s);
  CHECK(playlist.segments[2].duration == 8s);
  CHECK(playlist.warnings.size() == 3);
}

TEST_CASE("a missing target duration is derived from the longest segment") {
  const auto playlist = parse("#EXTINF:5.2,\na.ts\n#EXTINF:3,\nb.ts\n");
  CHECK(playlist.target_duration == 6s);
  CHECK(playlist.warnings.size() == 1);
  CHECK(parse("#EXT-X-TARGETDURATION:-10\n#EXTINF:10,\na.ts\n").target_duration == 10s);
}

TEST_CASE("an empty live playlist with a target duration is valid") {
  const auto playlist = parse("#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:7\n");
  CHECK(playlist.segments.empty());
  CHECK(playlist.media_sequence.value == 7);
  CHECK(playlist.warnings.empty());
}

TEST_CASE("a byte order mark, CRLF, blank lines and unknown tags do not matter") {
  const auto parsed = parse_playlist(
      "\xEF\xBB\xBF#EXTM3U\r\n\r\n#EXT-X-TARGETDURATION:6\r\n#EXT-X-FROM-THE-FUTURE:1\r\n# "
      "note\r\n#EXTINF:6,\r\na.ts\r\n",
      kUrl);
  REQUIRE(parsed);
  const auto& playlist = std::get<MediaPlaylist>(*parsed);
  CHECK(playlist.segments.at(0).uri == "https://cdn.example/live/a.ts");
  CHECK(playlist.warnings.empty());
}

TEST_CASE("what is not a playlist is bad_playlist") {
  for (const char* text :
       {"", "\n\n", "<html><body>502</body></html>", "#EXTINF:6,\na.ts\n", "#EXT-X-TARGETDURATION:6\n", "#EXTM3U8\n",
        "#EXTM3U\n", "#EXTM3U\n#EXTINF:-1,x\nhttp://radio/\n"}) {
    INFO(text);
    CHECK(error_of(text).code == ErrorCode::bad_playlist);
  }
}

TEST_CASE("an error names its line") {
  const Error error = error_of("#EXTM3U\n#EXT-X-TARGETDURATION:6\n\n#EXTINF:6,\n{$nowhere}.ts\n");
  CHECK(error.code == ErrorCode::bad_playlist);
  CHECK(error.detail.substr(0, 7) == "line 5:");
}

TEST_CASE("variables can be imported from the multivariant playlist") {
  const Variables imported = {{"path", "x/y"}};
  const std::string body = "#EXT-X-TARGETDURATION:6\n#EXT-X-DEFINE:IMPORT=\"path\"\n#EXTINF:6,\n{$path}/a.ts\n";
  CHECK(parse(body, &imported).segments.at(0).uri == "https://cdn.example/live/x/y/a.ts");
  CHECK(error_of("#EXTM3U\n" + body).code == ErrorCode::bad_playlist);
}

TEST_CASE("texts beyond the bounds are limit_exceeded") {
  const std::string head = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n";
  CHECK(error_of(std::string(kMaxPlaylistBytes + 1, '\n')).code == ErrorCode::limit_exceeded);
  CHECK(error_of(head + "#EXTINF:86401,\na.ts\n").code == ErrorCode::limit_exceeded);
  CHECK(error_of(head + "#EXT-X-MEDIA-SEQUENCE:9223372036854775807\n").code == ErrorCode::limit_exceeded);
  CHECK(error_of(head + "#EXT-X-MEDIA-SEQUENCE:99999999999999999999\n").code == ErrorCode::limit_exceeded);
  CHECK(error_of(head + "#EXT-X-SKIP:SKIPPED-SEGMENTS=100001\n").code == ErrorCode::limit_exceeded);
  std::string many = head;
  for (std::size_t i = 0; i <= kMaxSegments; ++i) many += "a\n";
  CHECK(error_of(many).code == ErrorCode::limit_exceeded);
}

TEST_CASE("variables that double each other run into the bound instead of filling the memory") {
  std::string text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-DEFINE:NAME=\"v0\",VALUE=\"0123456789abcdef\"\n";
  for (int i = 1; i < 60; ++i) {
    const std::string before = "{$v" + std::to_string(i - 1) + "}";
    text += "#EXT-X-DEFINE:NAME=\"v" + std::to_string(i) + "\",VALUE=\"" + before + before + "\"\n";
  }
  CHECK(error_of(text + "#EXTINF:6,\n{$v59}\n").code == ErrorCode::limit_exceeded);
}

TEST_CASE("a long base URL times many segments runs into the bound") {
  std::string text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n";
  for (int i = 0; i < 90'000; ++i) text += "a\n";
  const auto parsed = parse_playlist(text, "https://h/" + std::string(4'000, 'x') + "/v.m3u8");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == ErrorCode::limit_exceeded);
}

TEST_CASE("warnings are bounded") {
  std::string text = "#EXT-X-TARGETDURATION:6\n";
  for (int i = 0; i < 5'000; ++i) text += "a.ts\n";
  CHECK(parse(text).warnings.size() == kMaxWarnings);
}
