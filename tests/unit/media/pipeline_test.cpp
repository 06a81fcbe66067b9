// One source through the whole pipeline, on virtual time.
#include <algorithm>
#include <cmath>

#include "rig.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;

TEST_CASE("a source plays every picture in order and in time") {
  Rig rig;
  rig.open(kA, encode({}));
  rig.pipeline.start(kA, content(0));
  rig.feed_all(kA);
  rig.run_for(5s);
  REQUIRE(rig.video.pictures.size() >= 124);
  for (std::size_t i = 0; i < rig.video.pictures.size(); ++i) {
    CHECK(rig.video.pictures[i].number == static_cast<std::int64_t>(i));
    CHECK(rig.video.pictures[i].content_time == content(static_cast<std::int64_t>(i)));
    const Duration shown = rig.video.pictures[i].at - rig.video.pictures[0].at;
    CHECK(std::abs(to_ms(shown) - static_cast<std::int64_t>(i) * 40) <= 6);
  }
  CHECK(rig.facts_of<media::FirstFrame>().size() == 1);
  CHECK(rig.facts_of<media::Stalled>().empty());
  CHECK(rig.pipeline.counters().frames_dropped_late == 0);
}
