// What a switch leaves behind would add up: a viewing of days has thousands. Under the address sanitizer this program is also
// the leak check of the pipeline and its decoders.
#include <malloc.h>

#include "rig.h"
#include "support/catch.h"

extern "C" std::size_t __sanitizer_get_current_allocated_bytes() __attribute__((weak));

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

constexpr int kSwitches = 1000;
constexpr int kSettled = 100;  // from here on it does not grow
constexpr std::size_t kSlack = 512u << 10;
constexpr Duration kStep = 800ms;  // from one source's first picture to the next one's

std::size_t heap_bytes() {
  if (__sanitizer_get_current_allocated_bytes != nullptr) return __sanitizer_get_current_allocated_bytes();
  return mallinfo2().uordblks;
}

StreamSpec spec(int b_frames) {
  StreamSpec spec;
  spec.frames = 30;
  spec.gop = 10;
  spec.b_frames = b_frames;
  return spec;
}

/// The rig remembers everything; that is not the pipeline's memory.
void forget(Rig& rig) {
  rig.facts = {};
  rig.video.pictures = {};
  rig.audio.left = {};
}

}  // namespace

TEST_CASE("a thousand switches leave no more memory behind than a hundred") {
  const EncodedStream streams[2] = {encode(spec(2)), encode(spec(0))};
  Rig rig;
  rig.open(kA, streams[0]);
  rig.feed_all(kA);
  rig.pipeline.start(kA, content(0));
  rig.run_for(100ms);
  std::size_t settled = 0;
  int lost = 0;
  for (int i = 1; i <= kSwitches; ++i) {
    const SourceId next{static_cast<std::uint32_t>(i % 2)};
    rig.open(next, streams[i % 2], i * kStep, static_cast<std::uint32_t>(i + 1));
    rig.feed_all(next);
    rig.pipeline.prepare(next);
    rig.run_for(50ms);
    rig.pipeline.splice(next);
    for (int waited = 0; rig.facts_of<media::Switched>().empty(); ++waited) {
      INFO("switch " << i);
      REQUIRE(waited < 200);
      rig.run_for(10ms);
    }
    lost += static_cast<int>(rig.facts_of<media::Switched>().front().frames_lost);
    rig.pipeline.close(SourceId{1 - next.value});
    forget(rig);
    if (i == kSettled) settled = heap_bytes();
  }
  INFO("after " << kSettled << " switches " << settled << " bytes, after " << kSwitches << " " << heap_bytes());
  CHECK(heap_bytes() < settled + kSlack);
  CHECK(lost == 0);
  CHECK(rig.facts_of<media::Stalled>().empty());
}
