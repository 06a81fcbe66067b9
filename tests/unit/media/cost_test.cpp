// What alignment and standby cost in CPU time. Hidden: figures, not judgements. Run a Release build with "[cost]".
#include <ctime>
#include <iostream>

#include "media/sound_match.h"
#include "rig.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

double cpu_ms() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

media::SoundPiece made(double from, double seconds) {
  media::SoundPiece piece{MediaTime(Duration(std::llround(from * 1e9))), {}};
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(seconds * media::SoundMatch::kRate); ++i)
    piece.samples.push_back(static_cast<float>(speech_at(from + double(i) / media::SoundMatch::kRate)));
  return piece;
}

enum class Beside { nothing, standing_by, prepared };

/// CPU time of 20 s of playing A with B beside it, fed a second at a time, after the first two.
double cost_of(const EncodedStream& a, const EncodedStream& b, Beside beside) {
  Rig rig;
  rig.open(kA, a);
  if (beside != Beside::nothing) rig.open(kB, b);
  rig.pipeline.start(kA, content(0));
  if (beside == Beside::standing_by) rig.pipeline.stand_by(kB);
  if (beside == Beside::prepared) rig.pipeline.prepare(kB);
  double begin = 0;
  for (std::size_t i = 0; i < a.segments.size(); ++i) {
    rig.feed(kA, i);
    if (beside != Beside::nothing) rig.feed(kB, i);
    if (i == 2) begin = cpu_ms();
    if (i >= 2) rig.run_for(2s);
  }
  return cpu_ms() - begin;
}

}  // namespace

TEST_CASE("the cost of a measurement", "[.][cost]") {
  const auto transform = media::SoundMatch::make_transform();
  for (const double length : {1.0, 4.0}) {
    media::SoundPiece query = made(110, length);
    const std::vector<media::SoundPiece> reference = {made(100, 40)};
    const double begin = cpu_ms();
    media::SoundMatch match(std::move(query), reference, transform);
    const double made_at = cpu_ms();
    int steps = 1;
    double longest = 0;
    for (;; ++steps) {
      const double before = cpu_ms();
      const bool more = match.step();
      longest = std::max(longest, cpu_ms() - before);
      if (!more) break;
    }
    REQUIRE(match.result().clear);
    std::cout << length << " s in 40 s: " << steps << " steps, longest " << longest << " ms, all " << cpu_ms() - made_at
              << " ms (and to begin " << made_at - begin << " ms)\n";
  }
}

TEST_CASE("the cost of standing by", "[.][cost]") {
  StreamSpec spec;
  spec.frames = 600;
  spec.gop = 50;
  spec.width = 1280;
  spec.height = 720;
  spec.bit_rate = 3'000'000;
  spec.sound = Sound::speech;
  const EncodedStream a = encode(spec);
  spec.pts_base = 7777s;
  const EncodedStream b = encode(spec);
  const double seconds = 2.0 * static_cast<double>(a.segments.size() - 2);
  const double alone = cost_of(a, b, Beside::nothing);
  const double hot = cost_of(a, b, Beside::standing_by);
  const double full = cost_of(a, b, Beside::prepared);
  spec.video = false;
  const EncodedStream sound = encode(spec);
  const double quiet = cost_of(sound, sound, Beside::nothing);
  std::cout << "sound alone: " << quiet << " ms, and a second one standing by "
            << cost_of(sound, sound, Beside::standing_by) << " ms\n";
  std::cout << "720p25, GOP 2 s, " << seconds << " s: alone " << alone << " ms, standing by +" << hot - alone
            << " ms, prepared +" << full - alone << " ms\n";
}
