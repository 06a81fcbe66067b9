// The model alone: pictures that are made in a batch have the same numbers, times and facts as those that are made one by one.
#include <random>

#include "simulation/contract/model_port.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::contract;
using namespace std::chrono_literals;

namespace {

/// Nothing is encoded: the model does not look into the bytes.
Programme imagined(int first_frame, int gop, int gops_per_segment, std::set<int> corrupt) {
  Programme p;
  p.spec.gop = gop;
  p.spec.gops_per_segment = gops_per_segment;
  for (int i = 0; i < 60; ++i) {
    Piece piece;
    piece.bytes.resize(1000);
    piece.content = {first_frame + i * p.frames_per_segment(), p.frames_per_segment(), gop, 100s, 1000, corrupt.count(i) != 0};
    piece.content.first_pts += piece.content.first_frame * world::kFrame;
    p.pieces.push_back(std::move(piece));
  }
  return p;
}

/// A player's day, drawn from the seed: the same calls at the same times whatever `step` is.
struct Day {
  std::mt19937 random;
  Programme a = imagined(0, 25, 2, {3, 9});
  Programme b = imagined(13, 20, 1, {7});
  int next_of_a = 0;
  int next_of_b = 0;

  explicit Day(unsigned seed) : random(seed) {}
  int draw(int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); }

  void feed(ModelPort& port, SourceId id, int& next) {
    if (draw(4) == 0) port.feed(id, next, 0, 30 + draw(60));
    if (draw(9) == 0) return port.abandon(id, next++);
    if (draw(12) != 0) port.feed(id, next);
    ++next;
  }

  void play(ModelPort& port) {
    constexpr SourceId kA{0};
    constexpr SourceId kB{1};
    port.open(kA, a);
    port.open(kB, b, 40ms * draw(2));
    port.start(kA, MediaTime{});
    for (int turn = 0; turn < 120; ++turn) {
      if (next_of_a < 55) feed(port, kA, next_of_a);
      if (next_of_b < 55 && draw(3) != 0) feed(port, kB, next_of_b);
      switch (draw(9)) {
        case 0: port.prepare(kA), port.prepare(kB); break;
        case 1: port.prepare(kB), port.splice(kB); break;
        case 2: port.prepare(kA), port.splice(kA); break;
        case 3: port.rate((draw(3) - 1) * 5000); break;
        case 4:
          port.pause(true);
          port.run_for(Duration(draw(1'000'000'000)));
          port.pause(false);
          break;
        case 5: port.cancel(kB); break;
        default: break;
      }
      port.run_for(Duration(draw(1'700'000'000)));
    }
  }
};

void check_same(unsigned seed, Duration step) {
  INFO("seed " << seed << ", step " << step.count() << " ns");
  ModelPort batch(true);
  ModelPort stepped(true, step);
  Day(seed).play(batch);
  Day(seed).play(stepped);
  REQUIRE(batch.pictures().size() > 100);
  REQUIRE(batch.pictures().size() == stepped.pictures().size());
  for (std::size_t i = 0; i < batch.pictures().size(); ++i) {
    const Picture& x = batch.pictures()[i];
    const Picture& y = stepped.pictures()[i];
    REQUIRE((x.at == y.at && x.source == y.source && x.number == y.number && x.content_time == y.content_time));
  }
  REQUIRE(batch.told().size() == stepped.told().size());
  for (std::size_t i = 0; i < batch.told().size(); ++i) {
    REQUIRE(batch.told()[i].what == stepped.told()[i].what);
    REQUIRE(batch.told()[i].at == stepped.told()[i].at);
  }
  CHECK(batch.playhead() == stepped.playhead());
}

}  // namespace

TEST_CASE("pictures made in a batch are those that are made one by one") {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    check_same(seed, 40ms);
    check_same(seed, Duration(7'654'321));
  }
}
