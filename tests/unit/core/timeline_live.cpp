// Segments in content time, and the anchor of each discontinuity.
#include "core/timeline/live_timeline.h"
#include "support/catch.h"

namespace understudy::timeline {

using namespace std::chrono_literals;

namespace {

constexpr WallTime kDate{1'000'000s};
constexpr MediaTime kContent{1'000'000s};

/// `count` segments of two seconds, the first at kDate + offset.
hls::MediaPlaylist playlist(std::int64_t msn, int count, bool dated, Duration offset = {}) {
  hls::MediaPlaylist p;
  p.target_duration = 2s;
  p.media_sequence = MediaSequenceNumber{msn};
  for (int i = 0; i < count; ++i) {
    hls::Segment s;
    s.msn = MediaSequenceNumber{msn + i};
    s.duration = 2s;
    if (dated) s.program_date_time = kDate + offset + i * 2s;
    p.segments.push_back(s);
  }
  return p;
}

}  // namespace

TEST_CASE("dated segments lie where their dates say") {
  LiveTimeline timeline;
  timeline.update(playlist(7, 3, true), MediaTime{}, false);
  CHECK(timeline.dated());
  CHECK(timeline.range(MediaSequenceNumber{8}) == MediaRange{kContent + 2s, kContent + 4s});
  CHECK(timeline.window() == MediaRange{kContent, kContent + 6s});
  CHECK_FALSE(timeline.range(MediaSequenceNumber{10}));
}

TEST_CASE("an empty list places nothing, and says nothing about dates") {
  for (const bool dated : {true, false}) {
    LiveTimeline timeline;
    timeline.update(playlist(7, 3, dated), kContent, false);
    timeline.update(playlist(10, 0, dated), kContent, false);
    CHECK(timeline.empty());
    CHECK(timeline.dated() == dated);
  }
}

TEST_CASE("one date places the segments before and after it") {
  hls::MediaPlaylist p = playlist(0, 4, false);
  p.segments[2].program_date_time = kDate;
  LiveTimeline timeline;
  timeline.update(p, MediaTime{}, false);
  CHECK(timeline.window() == MediaRange{kContent - 4s, kContent + 4s});
}

TEST_CASE("undated segments end at the expected live edge and keep their places across reloads") {
  LiveTimeline timeline;
  timeline.update(playlist(0, 3, false), kContent, false);
  CHECK_FALSE(timeline.dated());
  CHECK(timeline.window().end == kContent);
  timeline.update(playlist(1, 3, false), kContent + 77s, true);
  CHECK(timeline.range(MediaSequenceNumber{1})->begin == kContent - 4s);
  CHECK(timeline.window().end == kContent + 2s);
}

TEST_CASE("undated segments behind a jump of the window are placed by target durations") {
  LiveTimeline timeline;
  timeline.update(playlist(0, 3, false), kContent, false);
  timeline.update(playlist(5, 2, false), kContent + 77s, true);
  CHECK(timeline.range(MediaSequenceNumber{5})->begin == kContent + 4s);
}

TEST_CASE("a time is covered by the segment that holds it, or the oldest, or none beyond the edge") {
  LiveTimeline timeline;
  timeline.update(playlist(7, 3, true), MediaTime{}, false);
  CHECK(timeline.covering(kContent + 3s) == MediaSequenceNumber{8});
  CHECK(timeline.covering(kContent + 2s) == MediaSequenceNumber{8});
  CHECK(timeline.covering(kContent - 90s) == MediaSequenceNumber{7});
  CHECK_FALSE(timeline.covering(kContent + 6s));
}

TEST_CASE("the anchor is the median of what the dates say, and is frozen") {
  hls::MediaPlaylist p = playlist(0, 5, true);
  *p.segments[0].program_date_time += 40ms;  // a packager's jitter
  *p.segments[4].program_date_time -= 35ms;
  LiveTimeline timeline;
  timeline.update(p, MediaTime{}, false);
  const MediaTime pts{500s};
  CHECK(timeline.anchor(MediaSequenceNumber{1}, pts) == kContent + 2s - pts);
  // Asked again with another time stamp: what is on the screen must not move.
  CHECK(timeline.anchor(MediaSequenceNumber{3}, pts + 77s) == kContent + 2s - pts);
}

TEST_CASE("each discontinuity has an anchor of its own") {
  hls::MediaPlaylist p = playlist(0, 4, true);
  p.segments[2].discontinuity_sequence = p.segments[3].discontinuity_sequence = 1;
  LiveTimeline timeline;
  timeline.update(p, MediaTime{}, false);
  CHECK(timeline.anchor(MediaSequenceNumber{0}, MediaTime{10s}) == kContent - MediaTime{10s});
  CHECK(timeline.anchor(MediaSequenceNumber{2}, MediaTime{900s}) == kContent + 4s - MediaTime{900s});
}

TEST_CASE("a segment that is not in the window has no anchor") {
  LiveTimeline timeline;
  timeline.update(playlist(7, 3, true), MediaTime{}, false);
  CHECK_FALSE(timeline.anchor(MediaSequenceNumber{99}, MediaTime{1s}));
}

TEST_CASE("a segment that left the window while it came in is anchored all the same") {
  // FAILOVER.md 7: every discontinuity has its anchor; a body that is slow to begin opens when the list is past it.
  hls::MediaPlaylist p = playlist(0, 4, true);
  p.segments[3].discontinuity_sequence = 1;
  LiveTimeline timeline;
  timeline.update(p, MediaTime{}, false);
  timeline.update(playlist(40, 3, true, 80s), MediaTime{}, true);
  CHECK(timeline.discontinuity_of(MediaSequenceNumber{3}) == 1);
  CHECK(timeline.anchor(MediaSequenceNumber{3}, MediaTime{900s}) == kContent + 6s - MediaTime{900s});
  CHECK(timeline.window().begin == kContent + 80s);
  CHECK(timeline.covering(kContent) == MediaSequenceNumber{40});
}

TEST_CASE("a sequence restart begins the timeline anew") {
  LiveTimeline timeline;
  timeline.update(playlist(7, 3, true), MediaTime{}, false);
  REQUIRE(timeline.anchor(MediaSequenceNumber{7}, MediaTime{10s}));
  timeline.update(playlist(0, 3, true, 20s), MediaTime{}, false);
  CHECK_FALSE(timeline.range(MediaSequenceNumber{7}));
  CHECK(timeline.anchor(MediaSequenceNumber{0}, MediaTime{3s}) == kContent + 20s - MediaTime{3s});
}

TEST_CASE("a step of the clock that dates moves nothing within a discontinuity") {
  // FAILOVER.md 7: content time is PTS and an anchor; every discontinuity anchors anew, a date in between does not.
  for (const Duration step : {Duration(49s), Duration(-49s)}) {
    hls::MediaPlaylist p = playlist(0, 4, true);
    for (std::size_t i = 2; i < 4; ++i) *p.segments[i].program_date_time += step;
    LiveTimeline timeline;
    timeline.update(playlist(0, 2, true), MediaTime{}, false);
    timeline.update(p, MediaTime{}, true);
    CHECK(timeline.window() == MediaRange{kContent, kContent + 8s});
    timeline.update(playlist(3, 3, true, 6s + step), MediaTime{}, true);  // what came before is out of the window
    CHECK(timeline.window() == MediaRange{kContent + 6s, kContent + 12s});
    timeline.update(playlist(6, 1, true, 12s + step), MediaTime{}, true);  // and all that was known is
    CHECK(timeline.window() == MediaRange{kContent + 12s, kContent + 14s});
  }
}

TEST_CASE("dates that go back at a discontinuity do not take what follows back with them") {
  // FAILOVER.md 12.5: content time on screen never runs backwards; a gap in time is one.
  for (const Duration step : {Duration(49s), Duration(2s), Duration(-2s), Duration(-49s)}) {
    hls::MediaPlaylist p = playlist(0, 4, true);
    for (std::size_t i = 2; i < 4; ++i) {
      *p.segments[i].program_date_time += step;
      p.segments[i].discontinuity_sequence += 1;
    }
    LiveTimeline timeline;
    timeline.update(playlist(0, 2, true), MediaTime{}, false);
    timeline.update(p, MediaTime{}, true);
    const Duration moved = step == Duration(-49s) ? Duration::zero() : step;
    CHECK(timeline.window() == MediaRange{kContent, kContent + 8s + moved});
  }
}

}  // namespace understudy::timeline
