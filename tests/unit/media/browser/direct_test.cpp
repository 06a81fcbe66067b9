// What a browser cannot play it says, at once.
#include "../rig.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;

TEST_CASE("a direct URL is refused with a typed error") {
  Rig rig;
  rig.pipeline.open_direct(kA, Epoch{1}, "rtmp://example.com/live");
  rig.pipeline.start(kA, content(0));
  rig.run_for(100ms);
  const auto damaged = rig.facts_of<media::MediaDamaged>();
  REQUIRE(damaged.size() == 1);
  CHECK(damaged[0].error.code == ErrorCode::not_playable_type);
  CHECK(rig.pipeline.next_deadline() > rig.now);
}
