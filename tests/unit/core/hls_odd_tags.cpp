// Tags that are not as they should be: what can be read is taken, the rest is named in a warning and changes nothing.
#include <algorithm>

#include "core/hls/playlist.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::hls;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kUrl = "https://cdn.example/live/v.m3u8";
const std::string kHead = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n";
const std::string kSegment = "#EXTINF:6,\na.ts\n";

MediaPlaylist parse(const std::string& text) {
  auto parsed = parse_playlist(text, kUrl);
  if (!parsed) FAIL(parsed.error().detail);
  REQUIRE(std::holds_alternative<MediaPlaylist>(*parsed));
  return std::get<MediaPlaylist>(*std::move(parsed));
}

bool warns(const MediaPlaylist& playlist, std::string_view of) {
  return std::any_of(playlist.warnings.begin(), playlist.warnings.end(),
                     [&](const Warning& w) { return w.text.find(of) != std::string::npos; });
}

}  // namespace

TEST_CASE("a tag that cannot be read is named, and the playlist plays without it") {
  const std::pair<const char*, const char*> odd[] = {
      {"#EXT-X-VERSION:seven", "EXT-X-VERSION is not a number"},
      {"#EXT-X-VERSION:1001", "EXT-X-VERSION is not a number"},
      {"#EXT-X-TARGETDURATION:6", "EXT-X-TARGETDURATION again"},
      {"#EXT-X-MEDIA-SEQUENCE:one", "EXT-X-MEDIA-SEQUENCE is not"},
      {"#EXT-X-MEDIA-SEQUENCE:-4", "EXT-X-MEDIA-SEQUENCE is not"},
      {"#EXT-X-DISCONTINUITY-SEQUENCE:x", "EXT-X-DISCONTINUITY-SEQUENCE is not"},
      {"#EXT-X-START:PRECISE=YES", "EXT-X-START without TIME-OFFSET"},
      {"#EXT-X-PART-INF:PART-TARGET=0", "EXT-X-PART-INF without"},
      {"#EXT-X-PART-INF:PART-TARGET=soon", "PART-TARGET is not a duration"},
      {"#EXT-X-SERVER-CONTROL:HOLD-BACK=-3", "HOLD-BACK is not a duration"},
      {"#EXT-X-PRELOAD-HINT:TYPE=PART", "EXT-X-PRELOAD-HINT without a URI"},
      {"#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"a\"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"b\"", "EXT-X-PRELOAD-HINT again"},
      {"#EXT-X-RENDITION-REPORT:LAST-MSN=3", "EXT-X-RENDITION-REPORT without a URI"},
      {"#EXT-X-DATERANGE:CLASS=\"x\"", "EXT-X-DATERANGE without an ID"},
      {"#EXT-X-DATERANGE:ID=\"x\",START-DATE=\"noon\"", "START-DATE is not a date"},
      {"#EXT-X-DATERANGE:ID=\"x\",DURATION=long", "DURATION is not a duration"},
      {"#EXT-X-PROGRAM-DATE-TIME:noon", "EXT-X-PROGRAM-DATE-TIME is not a date"},
      {"#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00", "without a time zone"},
      {"#EXT-X-KEY:METHOD=AES-128", "EXT-X-KEY without METHOD or URI"},
      {"#EXT-X-KEY:URI=\"k\"", "EXT-X-KEY without METHOD or URI"},
      {"#EXT-X-PART:DURATION=1", "EXT-X-PART without a URI or a duration"},
      {"#EXT-X-PART:URI=\"p\"", "EXT-X-PART without a URI or a duration"},
      {"#EXT-X-PART:URI=\"p\",DURATION=-1", "EXT-X-PART without a URI or a duration"},
      {"#EXT-X-PART:URI=\"p\",DURATION=1,BYTERANGE=\"all\"", "the BYTERANGE of EXT-X-PART"},
      {"#EXT-X-MAP:BYTERANGE=\"3@0\"", "EXT-X-MAP without a URI"},
      {"#EXT-X-MAP:URI=\"i.mp4\",BYTERANGE=\"all\"", "the BYTERANGE of EXT-X-MAP"},
      {"#EXT-X-BYTERANGE:all", "EXT-X-BYTERANGE cannot be read"},
      {"#EXT-X-BYTERANGE:0@0", "EXT-X-BYTERANGE is empty"},
      {"#EXT-X-BYTERANGE:10", "without an offset and without a range before it"},
  };
  for (const auto& [tag, complaint] : odd) {
    INFO(tag);
    const auto playlist = parse(kHead + tag + "\n" + kSegment);
    CHECK(warns(playlist, complaint));
    REQUIRE(playlist.segments.size() == 1);
    CHECK(playlist.segments[0].uri == "https://cdn.example/live/a.ts");
  }
}

TEST_CASE("a target duration that is none leaves the longest segment to tell") {
  for (const char* value : {"0", "-1", "long", ""}) {
    INFO(value);
    CHECK(warns(parse(std::string("#EXTM3U\n#EXT-X-TARGETDURATION:") + value + "\n" + kSegment), "is not a duration"));
  }
}

TEST_CASE("a segment whose duration cannot be read or is zero is told of") {
  CHECK(warns(parse(kHead + "#EXTINF:0,\nz.ts\n" + kSegment), "EXTINF is zero"));
  for (const char* value : {"-6", "six", ""}) {
    INFO(value);
    CHECK(warns(parse(kHead + "#EXTINF:" + value + ",\nz.ts\n" + kSegment), "EXTINF is not a duration"));
  }
}

TEST_CASE("what cannot be skipped is refused, and so are numbers beyond all bounds") {
  const std::pair<const char*, ErrorCode> odd[] = {
      {"#EXT-X-SKIP:RECENTLY-REMOVED-DATERANGES=\"a\"\n", ErrorCode::bad_playlist},
      {"#EXT-X-SKIP:SKIPPED-SEGMENTS=99999999\n", ErrorCode::limit_exceeded},
      {"#EXTINF:6,\na.ts\n#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n", ErrorCode::bad_playlist},
      {"#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n", ErrorCode::bad_playlist},
      {"#EXT-X-MEDIA-SEQUENCE:99999999999999999999999\n", ErrorCode::limit_exceeded},
      {"#EXT-X-DISCONTINUITY-SEQUENCE:9223372036854775807\n", ErrorCode::limit_exceeded},
      {"#EXT-X-MEDIA-SEQUENCE:-9223372036854775807\n", ErrorCode::limit_exceeded},
      {"#EXT-X-TARGETDURATION:86401\n", ErrorCode::limit_exceeded},
      {"#EXT-X-PART:URI=\"p\",DURATION=86401\n", ErrorCode::limit_exceeded},
  };
  for (const auto& [tags, code] : odd) {
    INFO(tags);
    const auto parsed = parse_playlist(kHead + tags + kSegment, kUrl);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == code);
  }
}

TEST_CASE("a hint of a part of a resource, a report and the ranges that ended are read whole") {
  const auto playlist =
      parse(kHead + "#EXT-X-SKIP:SKIPPED-SEGMENTS=3,RECENTLY-REMOVED-DATERANGES=\"one\ttwo\t\tthree\"\n" + kSegment +
            "#EXT-X-PRELOAD-HINT:TYPE=MAP,URI=\"i.mp4\"\n"
            "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"p.mp4\",BYTERANGE-LENGTH=7\n"
            "#EXT-X-RENDITION-REPORT:URI=\"other.m3u8\",LAST-MSN=12,LAST-PART=2\n");
  CHECK(playlist.removed_date_ranges == std::vector<std::string>{"one", "two", "three"});
  REQUIRE(playlist.preload_hint);
  CHECK(playlist.preload_hint->uri == "https://cdn.example/live/p.mp4");
  REQUIRE(playlist.preload_hint->range);
  CHECK(playlist.preload_hint->range->offset == 0);
  CHECK(playlist.preload_hint->range->length == 7);
  REQUIRE(playlist.rendition_reports.size() == 1);
  CHECK(playlist.rendition_reports[0].last_msn == MediaSequenceNumber{12});
  CHECK(playlist.rendition_reports[0].last_part == 2);
}

TEST_CASE("two date-range tags with one id describe one range, and the first word counts") {
  const auto playlist =
      parse(kHead +
            "#EXT-X-DATERANGE:ID=\"ad\",CLASS=\"break\",START-DATE=\"2026-01-01T00:00:00Z\",SCTE35-OUT=0xFC\n"
            "#EXT-X-DATERANGE:ID=\"ad\",CLASS=\"other\",END-DATE=\"2026-01-01T00:00:30Z\",SCTE35-IN=0xFD\n" +
            kSegment);
  REQUIRE(playlist.date_ranges.size() == 1);
  const DateRange& range = playlist.date_ranges[0];
  CHECK(range.class_name == "break");
  REQUIRE(range.start);
  REQUIRE(range.end);
  CHECK(*range.end - *range.start == 30s);
  CHECK(range.scte35_out == "0xFC");
  CHECK(range.scte35_in == "0xFD");
}

TEST_CASE("lists without end are refused, not cut") {
  const auto code = [](const std::string& tags) {
    const auto parsed = parse_playlist(kHead + tags + kSegment, kUrl);
    REQUIRE_FALSE(parsed);
    return parsed.error().code;
  };
  std::string parts;
  for (std::size_t i = 0; i <= kMaxParts; ++i) parts += "#EXT-X-PART:URI=\"p\",DURATION=1\n";
  CHECK(code(parts) == ErrorCode::limit_exceeded);
  std::string reports;
  for (std::size_t i = 0; i <= kMaxRenditions; ++i) reports += "#EXT-X-RENDITION-REPORT:URI=\"r\"\n";
  CHECK(code(reports) == ErrorCode::limit_exceeded);
  std::string ranges;
  for (std::size_t i = 0; i <= kMaxDateRanges; ++i) ranges += "#EXT-X-DATERANGE:ID=\"" + std::to_string(i) + "\"\n";
  CHECK(code(ranges) == ErrorCode::limit_exceeded);
}

TEST_CASE("keys of more formats than anybody has are told of, and the first ones stay in force") {
  std::string keys = "#EXT-X-KEY:METHOD=AES-128,URI=\"first\"\n";
  for (int i = 0; i < 20; ++i)
    keys += "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\",KEYFORMAT=\"f" + std::to_string(i) + "\"\n";
  const auto playlist = parse(kHead + keys + kSegment);
  CHECK(warns(playlist, "too many key formats"));
  REQUIRE(playlist.segments.at(0).key);
  CHECK(playlist.segments[0].key->uri == "https://cdn.example/live/first");
}

TEST_CASE("a media sequence behind a segment counts for all segments and is told of") {
  const auto playlist = parse(kHead + kSegment + "#EXT-X-MEDIA-SEQUENCE:7\n" + kSegment);
  CHECK(warns(playlist, "EXT-X-MEDIA-SEQUENCE behind a segment"));
  CHECK(playlist.segments.at(0).msn == MediaSequenceNumber{7});
}

TEST_CASE("a report that does not say how far the rendition is leaves that open") {
  const auto playlist = parse(kHead + kSegment + "#EXT-X-RENDITION-REPORT:URI=\"r.m3u8\"\n");
  REQUIRE(playlist.rendition_reports.size() == 1);
  CHECK_FALSE(playlist.rendition_reports[0].last_msn);
  CHECK_FALSE(playlist.rendition_reports[0].last_part);
}

TEST_CASE("a repeated section is one section, another range of it is another") {
  const std::string map = "#EXT-X-MAP:URI=\"i.mp4\",BYTERANGE=\"10@0\"\n";
  const auto playlist =
      parse(kHead + map + kSegment + map + kSegment + "#EXT-X-MAP:URI=\"i.mp4\",BYTERANGE=\"10@10\"\n" + kSegment +
            "#EXT-X-MAP:URI=\"i.mp4\",BYTERANGE=\"20@10\"\n" + kSegment);
  REQUIRE(playlist.segments.size() == 4);
  CHECK(playlist.segments[0].init == playlist.segments[1].init);
  CHECK(playlist.segments[1].init != playlist.segments[2].init);
  CHECK(playlist.segments[2].init != playlist.segments[3].init);
}
