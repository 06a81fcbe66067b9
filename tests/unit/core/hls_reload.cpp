#include "core/hls/reload.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::hls;
using namespace std::chrono_literals;

namespace {

MediaPlaylist parse(const std::string& body, std::string_view url = "https://h/live/v.m3u8?token=1") {
  auto parsed = parse_playlist("#EXTM3U\n#EXT-X-TARGETDURATION:6\n" + body, url);
  if (!parsed) FAIL(parsed.error().detail);
  return std::get<MediaPlaylist>(*std::move(parsed));
}

/// A window of `count` segments from `first` on, named by their numbers.
std::string window(int first, int count, const std::string& name = "s") {
  std::string text = "#EXT-X-MEDIA-SEQUENCE:" + std::to_string(first) + "\n";
  for (int i = first; i < first + count; ++i) text += "#EXTINF:6,\n" + name + std::to_string(i) + ".ts\n";
  return text;
}

Reload reloaded(const MediaPlaylist& previous, const std::string& body) {
  auto result = reload(&previous, parse(body));
  if (!result) FAIL(result.error().detail);
  return *std::move(result);
}

}  // namespace

TEST_CASE("the first playlist is first, all of its segments new") {
  const auto result = reload(nullptr, parse(window(5, 3)));
  REQUIRE(result);
  CHECK(result->kind == ReloadKind::first);
  CHECK(result->new_segments == 3);
}

TEST_CASE("a window that moved on is updated by its new segments") {
  const auto result = reloaded(parse(window(5, 3)), window(7, 3));
  CHECK(result.kind == ReloadKind::updated);
  CHECK(result.new_segments == 2);
  CHECK(result.playlist.segments.back().msn.value == 9);
}

TEST_CASE("a reload with no new segment is stuck, whatever else differs") {
  CHECK(reloaded(parse(window(5, 3)), window(5, 3)).kind == ReloadKind::stuck);
  CHECK(reloaded(parse(window(5, 3)), window(6, 2) + "#EXT-X-FOO\n").kind == ReloadKind::stuck);
}

TEST_CASE("an end is an update even without a new segment, once") {
  const auto ended = reloaded(parse(window(5, 3)), window(5, 3) + "#EXT-X-ENDLIST\n");
  CHECK(ended.kind == ReloadKind::updated);
  CHECK(ended.new_segments == 0);
  CHECK(reloaded(ended.playlist, window(5, 3) + "#EXT-X-ENDLIST\n").kind == ReloadKind::stuck);
}

TEST_CASE("a new part is an update and a missing one is not") {
  const std::string part = "#EXT-X-PART:DURATION=1,URI=\"p\"\n";
  const auto one = parse(window(5, 3) + part);
  CHECK(reloaded(one, window(5, 3) + part + part).kind == ReloadKind::updated);
  CHECK(reloaded(one, window(5, 3) + part).kind == ReloadKind::stuck);
  const auto older = reloaded(one, window(5, 3));
  CHECK(older.kind == ReloadKind::stuck);
  CHECK(older.playlist.trailing_parts.size() == 1);
}

TEST_CASE("segments that begin right behind the last one are a continuation") {
  const auto result = reloaded(parse(window(5, 3)), window(8, 3));
  CHECK(result.kind == ReloadKind::updated);
  CHECK(result.new_segments == 3);
}

TEST_CASE("a window that jumped ahead is a reset that stands alone") {
  const auto result = reloaded(parse(window(5, 3)), window(9, 3));
  CHECK(result.kind == ReloadKind::reset);
  CHECK(result.reason == ResetReason::window_jumped);
  CHECK(result.playlist.segments.size() == 3);
}

TEST_CASE("a media sequence that begins anew is a reset") {
  const auto result = reloaded(parse(window(500, 5)), window(0, 3));
  CHECK(result.kind == ReloadKind::reset);
  CHECK(result.reason == ResetReason::media_sequence_went_back);
}

TEST_CASE("an encoder that began anew with the same names soon after its start is a reset") {
  const auto result = reloaded(parse(window(2, 6)), window(0, 3));
  CHECK(result.reason == ResetReason::media_sequence_went_back);
}

TEST_CASE("an older copy from a lagging cache is stuck and keeps what we have") {
  const auto result = reloaded(parse(window(7, 5)), window(5, 5));
  CHECK(result.kind == ReloadKind::stuck);
  CHECK(result.playlist.segments.back().msn.value == 11);
}

TEST_CASE("a shorter window that agrees but ends earlier is stuck, another name in it is a reset") {
  CHECK(reloaded(parse(window(7, 5)), window(7, 4)).kind == ReloadKind::stuck);
  CHECK(reloaded(parse(window(7, 5)), window(7, 4, "other")).kind == ReloadKind::reset);
}

TEST_CASE("another segment under a known media sequence number is a reset") {
  const auto result = reloaded(parse(window(5, 3)), window(6, 3, "other"));
  CHECK(result.kind == ReloadKind::reset);
  CHECK(result.reason == ResetReason::segment_changed);
}

TEST_CASE("a renewed token or another edge host does not change a segment") {
  const auto previous = parse(window(5, 3));
  const auto result = reload(&previous, parse(window(6, 3), "https://edge9/other/v.m3u8?token=2"));
  REQUIRE(result);
  CHECK(result->kind == ReloadKind::updated);
  CHECK(result->new_segments == 1);
}

TEST_CASE("the same name with another date is another segment") {
  const std::string before =
      "#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n#EXTINF:6,\na1.ts\n";
  const std::string jitter =
      "#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.9Z\n#EXTINF:6,\na1.ts\n";
  const std::string anew =
      "#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T01:00:00Z\n#EXTINF:6,\na1.ts\n";
  CHECK(reloaded(parse(before), jitter).kind == ReloadKind::stuck);
  CHECK(reloaded(parse(before), anew).reason == ResetReason::segment_changed);
}

TEST_CASE("a window that became empty is a reset") {
  const auto result = reloaded(parse(window(5, 3)), "#EXT-X-MEDIA-SEQUENCE:8\n");
  CHECK(result.kind == ReloadKind::reset);
  CHECK(result.reason == ResetReason::window_emptied);
}

TEST_CASE("an empty playlist that fills is an update, one that stays empty is stuck") {
  const auto empty = parse("#EXT-X-MEDIA-SEQUENCE:3\n");
  CHECK(reloaded(empty, "#EXT-X-MEDIA-SEQUENCE:3\n").kind == ReloadKind::stuck);
  const auto filled = reloaded(empty, window(3, 1));
  CHECK(filled.kind == ReloadKind::updated);
  CHECK(filled.new_segments == 1);
}

TEST_CASE("discontinuities that left the window stay counted where the playlist does not say") {
  const auto first =
      parse("#EXT-X-MEDIA-SEQUENCE:1\n#EXTINF:6,\na1.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:6,\na2.ts\n#EXTINF:6,\na3.ts\n");
  const auto second =
      reloaded(first, "#EXT-X-MEDIA-SEQUENCE:3\n#EXTINF:6,\na3.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:6,\na4.ts\n");
  CHECK(second.playlist.segments.at(0).discontinuity_sequence == 1);
  CHECK(second.playlist.segments.at(1).discontinuity_sequence == 2);
  const auto third = reloaded(second.playlist, "#EXT-X-MEDIA-SEQUENCE:5\n#EXT-X-DISCONTINUITY\n#EXTINF:6,\na5.ts\n");
  CHECK(third.playlist.segments.at(0).discontinuity_sequence == 3);
}

TEST_CASE("a stated discontinuity sequence that goes back without an overlap is a reset") {
  const auto before = parse("#EXT-X-DISCONTINUITY-SEQUENCE:4\n" + window(5, 3));
  const auto apart = reloaded(before, "#EXT-X-DISCONTINUITY-SEQUENCE:0\n" + window(8, 3));
  CHECK(apart.reason == ResetReason::discontinuity_sequence_jumped);
  const auto overlapping = reloaded(before, "#EXT-X-DISCONTINUITY-SEQUENCE:0\n" + window(6, 3));
  CHECK(overlapping.kind == ReloadKind::updated);
  CHECK(overlapping.playlist.segments.at(0).discontinuity_sequence == 4);
}

TEST_CASE("a date stays known when the playlist states it no more, and none is invented") {
  const auto before =
      parse("#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n#EXTINF:6,\ns1.ts\n");
  const auto after = reloaded(before, window(1, 2));
  CHECK(after.playlist.segments.at(0).program_date_time == before.segments.at(0).program_date_time);
  CHECK_FALSE(after.playlist.segments.at(1).program_date_time);
}

TEST_CASE("a delta update is merged with what it skips") {
  const auto before = parse(
      "#EXT-X-MEDIA-SEQUENCE:10\n#EXT-X-MAP:URI=\"i.mp4\"\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n"
      "#EXTINF:6,\n#EXT-X-BYTERANGE:100@0\na.mp4\n#EXT-X-DISCONTINUITY\n#EXTINF:6,\n#EXT-X-BYTERANGE:100\na.mp4\n"
      "#EXTINF:6,\n#EXT-X-BYTERANGE:100\na.mp4\n");
  const auto after = reloaded(before,
                              "#EXT-X-MEDIA-SEQUENCE:11\n#EXT-X-SKIP:SKIPPED-SEGMENTS=2\n#EXTINF:6,\n"
                              "#EXT-X-BYTERANGE:50\na.mp4\n#EXT-X-KEY:METHOD=NONE\n#EXT-X-DISCONTINUITY\n#EXTINF:6,\n"
                              "#EXT-X-BYTERANGE:60\na.mp4\n");
  CHECK(after.kind == ReloadKind::updated);
  CHECK(after.new_segments == 2);
  CHECK_FALSE(after.playlist.skipped_segments);
  const auto& s = after.playlist.segments;
  REQUIRE(s.size() == 4);
  CHECK(s[0].msn.value == 11);
  CHECK(s[0].uri == before.segments[1].uri);
  CHECK(s[0].range == before.segments[1].range);
  CHECK(s[0].init == before.segments[1].init);
  CHECK(s[0].key == before.segments[1].key);
  CHECK(s[2].msn.value == 13);
  CHECK(s[2].range == ByteRange{300, 50});
  REQUIRE(s[2].init);
  CHECK(s[2].init->uri == "https://h/live/i.mp4");
  REQUIRE(s[2].key);
  CHECK(s[2].discontinuity_sequence == 1);
  CHECK(s[3].range == ByteRange{350, 60});
  CHECK(s[3].init);
  CHECK(s[3].key == nullptr);
  CHECK(s[3].discontinuity_sequence == 2);
}

TEST_CASE("a delta update with a section of its own takes that, and ranges count on only from a range") {
  const auto before =
      parse("#EXT-X-MEDIA-SEQUENCE:10\n#EXT-X-MAP:URI=\"i.mp4\"\n#EXTINF:6,\na.mp4\n#EXTINF:6,\nb.mp4\n");
  const auto after = reloaded(before,
                              "#EXT-X-MEDIA-SEQUENCE:10\n#EXT-X-SKIP:SKIPPED-SEGMENTS=2\n#EXT-X-MAP:URI=\"j.mp4\"\n"
                              "#EXTINF:6,\n#EXT-X-BYTERANGE:50\nc.mp4\n");
  const auto& s = after.playlist.segments;
  REQUIRE(s.size() == 3);
  CHECK(s[1].init->uri == "https://h/live/i.mp4");
  CHECK(s[2].init->uri == "https://h/live/j.mp4");
  CHECK(s[2].range == ByteRange{0, 50});
}

TEST_CASE("a delta update that skips nothing is a whole playlist") {
  const auto after =
      reloaded(parse(window(5, 3)), "#EXT-X-MEDIA-SEQUENCE:8\n#EXT-X-SKIP:SKIPPED-SEGMENTS=0\n#EXTINF:6,\ns8.ts\n");
  CHECK(after.kind == ReloadKind::updated);
  CHECK(after.playlist.segments.size() == 1);
}

TEST_CASE("the same name with another range is another segment") {
  const std::string head = "#EXT-X-MEDIA-SEQUENCE:1\n#EXTINF:6,\n";
  CHECK(reloaded(parse(head + "#EXT-X-BYTERANGE:10@0\na.ts\n"), head + "#EXT-X-BYTERANGE:10@10\na.ts\n").reason ==
        ResetReason::segment_changed);
}

TEST_CASE("a window whose date jumped back by more than a segment is another one") {
  const auto dated = [](const char* date) {
    return "#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T" + std::string(date) +
           "Z\n#EXTINF:6,\na1.ts\n";
  };
  CHECK(reloaded(parse(dated("01:00:00")), dated("00:00:00")).reason == ResetReason::segment_changed);
}

TEST_CASE("a stated discontinuity sequence that jumps without an overlap is a reset, one step is not") {
  const auto stated = [](int sequence, int first) {
    return "#EXT-X-DISCONTINUITY-SEQUENCE:" + std::to_string(sequence) + "\n" + window(first, 2);
  };
  const auto before = parse(stated(3, 5));
  CHECK(reloaded(before, stated(4, 7)).kind == ReloadKind::updated);
  CHECK(reloaded(before, stated(5, 7)).reason == ResetReason::discontinuity_sequence_jumped);
}

TEST_CASE("a delta update of a segment that we lack is bad_playlist") {
  const auto before = parse(window(5, 3));
  const auto fetched = parse("#EXT-X-MEDIA-SEQUENCE:4\n#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n#EXTINF:6,\ns7.ts\n");
  const auto result = reload(&before, fetched);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::bad_playlist);
  CHECK_FALSE(reload(nullptr, fetched));
}

TEST_CASE("a delta update keeps the date ranges it does not remove") {
  const std::string control = "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=36,CAN-SKIP-DATERANGES=YES\n";
  const auto before = parse(
      control + "#EXT-X-DATERANGE:ID=\"a\"\n#EXT-X-DATERANGE:ID=\"b\"\n#EXT-X-DATERANGE:ID=\"c\"\n" + window(5, 3));
  const auto after =
      reloaded(before, control +
                           "#EXT-X-MEDIA-SEQUENCE:5\n#EXT-X-SKIP:SKIPPED-SEGMENTS=3,"
                           "RECENTLY-REMOVED-DATERANGES=\"a\tx\"\n#EXT-X-DATERANGE:ID=\"b\",CLASS=\"n\"\n"
                           "#EXTINF:6,\ns8.ts\n");
  REQUIRE(after.playlist.date_ranges.size() == 2);
  CHECK(after.playlist.date_ranges[0].id == "c");
  CHECK(after.playlist.date_ranges[1].class_name == "n");
}
