#include <algorithm>

#include "origin/live_window.h"
#include "origin/playlist_writer.h"
#include "support/catch.h"

namespace understudy::server {
namespace {

constexpr std::int64_t kFirst = 2'279'000'000;

WallTime at(double seconds) {
  return time_of_frame(kFirst, {25, 1}) + Duration(static_cast<std::int64_t>(seconds * 1e9));
}

/// Segments of two seconds, the i-th due at (i + 1) * 2 s.
Segment segment(int i) {
  Segment s;
  s.first_frame = kFirst + 50 * i;
  s.end_frame = s.first_frame + 50;
  s.begin = at(2 * i);
  s.end = at(2 * i + 2);
  s.body = std::make_shared<const std::string>("body " + std::to_string(i));
  return s;
}

LiveWindow filled(const ChannelSettings& settings, int segments) {
  LiveWindow w(settings);
  for (int i = 0; i < segments; ++i) w.add(segment(i));
  return w;
}

std::vector<std::int64_t> numbers(const std::vector<const ListedSegment*>& listed) {
  std::vector<std::int64_t> out;
  for (const auto* l : listed) out.push_back(l->media_sequence);
  return out;
}

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a segment is listed when its content has passed, and with the lag after that", "[origin]") {
  ChannelSettings settings;
  settings.media_sequence = 100;
  LiveWindow w = filled(settings, 5);
  w.publish(at(1.99), {});
  CHECK(w.listed(at(1.99)).empty());
  w.publish(at(4.0), {});
  CHECK(numbers(w.listed(at(4.0))) == Numbers{100, 101});

  settings.lag_ms = 500;
  LiveWindow late = filled(settings, 5);
  late.publish(at(4.4), {});
  CHECK(numbers(late.listed(at(4.4))) == Numbers{100});
}

TEST_CASE("the window slides and keeps a minute of what has left it", "[origin]") {
  ChannelSettings settings;
  LiveWindow w = filled(settings, 60);
  w.publish(at(20), {});
  CHECK(numbers(w.listed(at(20))) == Numbers{4, 5, 6, 7, 8, 9});
  CHECK(numbers(w.listed(at(12))) == Numbers{0, 1, 2, 3, 4, 5});
  REQUIRE(w.find(0, 0) != nullptr);
  CHECK(*w.find(0, 0)->segment.body == "body 0");
  w.publish(at(110), {});
  CHECK(w.find(0, 0) == nullptr);
  CHECK(w.find(0, 20) != nullptr);
}

TEST_CASE("the last window stays when nothing new comes", "[origin]") {
  LiveWindow w = filled({}, 10);
  w.publish(at(1000), {});
  CHECK(numbers(w.listed(at(1000))) == Numbers{4, 5, 6, 7, 8, 9});
}

TEST_CASE("a dead encoder leaves a gap, and comes back with a fresh window after a discontinuity", "[origin]") {
  LiveWindow w = filled({}, 20);
  PublishFaults faults;
  faults.drops.push_back({at(9), at(13)});  // in the middle of those due at 10 and 14
  w.publish(at(9.5), faults);
  CHECK(w.interrupted());
  w.publish(at(15), faults);
  CHECK(numbers(w.listed(at(15))) == Numbers{0, 1, 2, 3});
  CHECK(w.interrupted());
  w.publish(at(20), faults);
  CHECK_FALSE(w.interrupted());
  const auto listed = w.listed(at(20));
  CHECK(numbers(listed) == Numbers{4, 5, 6});
  CHECK(listed[0]->discontinuity);
  CHECK_FALSE(listed[1]->discontinuity);
  CHECK(listed[0]->segment.begin == at(14));
}

TEST_CASE("an encoder that is dead for a moment loses the segment it was making", "[origin]") {
  LiveWindow w = filled({}, 20);
  PublishFaults faults;
  faults.drops.push_back({at(9), at(9.1)});
  w.publish(at(20), faults);
  CHECK(numbers(w.listed(at(20))) == Numbers{4, 5, 6, 7, 8});
  CHECK(w.listed(at(20)).front()->segment.begin == at(10));
}

TEST_CASE("a sequence restart counts from zero under new names", "[origin]") {
  ChannelSettings settings;
  settings.media_sequence = 500;
  LiveWindow w = filled(settings, 20);
  PublishFaults faults;
  faults.sequence_restarts.push_back(at(9));
  w.publish(at(9.5), faults);
  CHECK(numbers(w.listed(at(9.5))) == Numbers{500, 501, 502, 503});
  w.publish(at(13), faults);
  CHECK(numbers(w.listed(at(13))) == Numbers{0, 1});
  CHECK(w.find(1, 0)->segment.begin == at(8));
  w.publish(at(30), faults);
  CHECK(w.listed(at(30)).back()->media_sequence == 10);
}

TEST_CASE("a date skew moves the dates of what is published meanwhile", "[origin]") {
  LiveWindow w = filled({}, 6);
  PublishFaults faults;
  faults.date_skews.push_back({{at(5), at(9)}, std::chrono::seconds(3)});
  w.publish(at(12), faults);
  std::vector<std::int64_t> skews;
  for (const auto* l : w.listed(at(12))) skews.push_back(to_ms(l->date_skew));
  CHECK(skews == Numbers{0, 0, 3000, 3000, 0, 0});
}

TEST_CASE("a rollback forgets what is not published", "[origin]") {
  LiveWindow w = filled({}, 10);
  w.publish(at(8), {});
  CHECK(w.roll_back() == kFirst + 200);
  CHECK_FALSE(w.roll_back());
  w.publish(at(100), {});
  CHECK(w.listed(at(100)).size() == 4);
}

TEST_CASE("a position counts what was published since", "[origin]") {
  LiveWindow w = filled({}, 10);
  w.publish(at(20), {});
  CHECK(w.position_since(*w.find(0, 4), at(9)) == 0);
  CHECK(w.position_since(*w.find(0, 6), at(9)) == 2);
}

TEST_CASE("the media playlist says it all", "[origin]") {
  ChannelSettings settings;
  settings.media_sequence = 7;
  settings.pdt_skew_ms = -20;
  LiveWindow w(settings);
  w.add(segment(0));
  w.add(segment(1));
  w.add(segment(3));  // the encoder left a gap
  w.publish(at(8), {});
  const std::string text = write_media_playlist(settings, w.listed(at(8)), false);
  CHECK(text ==
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MEDIA-SEQUENCE:9\n"
        "#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:2026-11-21T02:13:25.980Z\n#EXTINF:2.00000,\ns0-9.ts\n");
}

TEST_CASE("the multivariant playlist names codecs, size and rate", "[origin]") {
  ChannelSettings settings;
  settings.container = Container::fmp4;
  const std::string text = write_multivariant_playlist(settings, "avc1.42c01e,mp4a.40.2");
  CHECK(text.find("CODECS=\"avc1.42c01e,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=25.000\nmedia.m3u8\n") !=
        std::string::npos);
  CHECK(write_media_playlist(settings, {}, true).find("#EXT-X-MAP:URI=\"init.mp4\"\n#EXT-X-ENDLIST\n") !=
        std::string::npos);
}

}  // namespace understudy::server
