// Scripts of calls, played to the model and to the pipeline: the same facts in the same order, the same pictures, the same buffers.
#include <functional>

#include "simulation/contract/model_port.h"
#include "simulation/contract/pipeline_port.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::contract;
using namespace std::chrono_literals;

namespace {

constexpr SourceId kA{0};
constexpr SourceId kB{1};

constexpr MediaTime frame(std::int64_t n) { return MediaTime(n * world::kFrame); }

ProgrammeSpec first() { return {}; }
/// Another encoder: shorter segments, access points elsewhere, other time stamps.
ProgrammeSpec second() {
  ProgrammeSpec spec;
  spec.first_frame = 13;
  spec.gops_per_segment = 1;
  spec.segments = 9;
  spec.pts_base = 7777s;
  return spec;
}

ProgrammeSpec with(ProgrammeSpec spec, bool sound) {
  spec.sound = sound;
  return spec;
}

bool near(MediaTime a, MediaTime b) { return a - b <= world::kFrame && b - a <= world::kFrame; }

/// What a script saw of the buffers, when it looked.
struct Look {
  Instant at{};
  Buffered seen;
  MediaTime playhead{};
};

using Script = std::function<void(MediaPort&, std::vector<Look>&)>;

void look(MediaPort& port, SourceId id, std::vector<Look>& looks) {
  looks.push_back({port.now(), port.buffered(id), port.playhead()});
}

void compare_buffers(const std::vector<Look>& model, const std::vector<Look>& pipeline) {
  REQUIRE(model.size() == pipeline.size());
  for (std::size_t i = 0; i < model.size(); ++i) {
    const Look& m = model[i];
    const Look& p = pipeline[i];
    INFO("look " << i << ": playhead " << in_frames(m.playhead) << " and " << in_frames(p.playhead));
    CHECK(near(m.playhead, p.playhead));
    CHECK(m.seen.good_until.has_value() == p.seen.good_until.has_value());
    if (m.seen.good_until && p.seen.good_until) CHECK(in_frames(*m.seen.good_until) == in_frames(*p.seen.good_until));
    CHECK(m.seen.planned_splice.has_value() == p.seen.planned_splice.has_value());
    if (m.seen.planned_splice && p.seen.planned_splice)
      CHECK(in_frames(*m.seen.planned_splice) == in_frames(*p.seen.planned_splice));
    CHECK(m.seen.splice_ready == p.seen.splice_ready);
  }
}

/// Plays the script to both and compares; returns the facts, so that a test can say what it is about.
std::vector<std::string> same(const Script& script, bool sound = false) {
  ModelPort model(sound);
  PipelinePort pipeline;
  std::vector<Look> model_looks;
  std::vector<Look> pipeline_looks;
  script(model, model_looks);
  script(pipeline, pipeline_looks);

  std::string model_text;
  std::string pipeline_text;
  for (const Told& t : model.told()) model_text += t.what + "\n";
  for (const Told& t : pipeline.told()) pipeline_text += t.what + "\n";
  CHECK(model_text == pipeline_text);
  const std::size_t facts = std::min(model.told().size(), pipeline.told().size());
  for (std::size_t i = 0; i < facts; ++i) {
    INFO(model.told()[i].what << ": " << to_ms(model.told()[i].at.time_since_epoch()) << " and "
                              << to_ms(pipeline.told()[i].at.time_since_epoch()) << " ms");
    // How long the matching of sound takes is not part of the contract.
    const bool measured = model.told()[i].what.rfind("aligned", 0) == 0 || model.told()[i].what.rfind("unclear", 0) == 0;
    const Duration tolerance = measured ? 500ms : world::kFrame;
    CHECK(std::abs((model.told()[i].at - pipeline.told()[i].at).count()) <= tolerance.count());
  }

  CHECK(model.pictures().size() == pipeline.pictures().size());
  const std::size_t shown = std::min(model.pictures().size(), pipeline.pictures().size());
  for (std::size_t i = 0; i < shown; ++i) {
    const Picture& m = model.pictures()[i];
    const Picture& p = pipeline.pictures()[i];
    INFO("picture " << i << ": model " << m.source.value << "/" << m.number << ", pipeline " << p.source.value << "/" << p.number
                    << ", at " << to_ms(m.at.time_since_epoch()) << " and " << to_ms(p.at.time_since_epoch()) << " ms");
    REQUIRE((m.source == p.source && m.number == p.number));
    CHECK(near(m.content_time, p.content_time));
    CHECK(std::abs((m.at - p.at).count()) <= world::kFrame.count());
  }
  compare_buffers(model_looks, pipeline_looks);
  std::vector<std::string> told;
  for (const Told& t : pipeline.told()) told.push_back(t.what);
  return told;
}

bool has(const std::vector<std::string>& told, const std::string& what) {
  return std::any_of(told.begin(), told.end(), [&](const std::string& t) { return t.rfind(what, 0) == 0; });
}

}  // namespace

TEST_CASE("a source begins at the wanted place, in the middle of a GOP, and plays") {
  const auto told = same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.start(kA, frame(30));
    p.run_for(100ms);
    p.feed(kA, 0);
    p.run_for(500ms);
    look(p, kA, looks);
    p.feed_through(kA, 1, 2);
    p.run_for(3s);
    look(p, kA, looks);
  });
  CHECK(has(told, "first frame of 0 at 30"));
}

TEST_CASE("a segment that comes in pieces is shown before it is whole") {
  same([](MediaPort& p, std::vector<Look>&) {
    p.open(kA, programme(first()));
    p.start(kA, frame(0));
    p.feed(kA, 0, 0, 60);
    p.run_for(400ms);
    p.feed(kA, 0, 60, 100);
    p.run_for(1s);
    p.feed(kA, 1);
    p.run_for(1s);
  });
}

TEST_CASE("a buffer that runs dry stalls, and goes on when enough is there") {
  const auto told = same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.run_for(2500ms);
    look(p, kA, looks);
    p.feed(kA, 1);
    p.run_for(1s);
    look(p, kA, looks);
  });
  CHECK(has(told, "stalled"));
  CHECK(has(told, "resumed"));
}

TEST_CASE("a buffer that is dry for a moment is no stall") {
  const auto told = same([](MediaPort& p, std::vector<Look>&) {
    p.open(kA, programme(first()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.run_for(2020ms);
    p.feed(kA, 1);
    p.run_for(1s);
  });
  CHECK_FALSE(has(told, "stalled"));
}

TEST_CASE("a list that ended is played out") {
  const auto told = same([](MediaPort& p, std::vector<Look>&) {
    p.open(kA, programme(first()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.end_of_stream(kA);
    p.run_for(3s);
  });
  CHECK(has(told, "played out"));
  CHECK_FALSE(has(told, "stalled"));
}

TEST_CASE("a splice at an access point") {
  const auto told = same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.open(kB, programme(second()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.run_for(300ms);
    p.feed_through(kB, 0, 2);
    p.prepare(kB);
    p.run_for(100ms);
    look(p, kA, looks);
    look(p, kB, looks);
    p.splice(kB);
    p.run_for(2500ms);
    look(p, kB, looks);
  });
  CHECK(has(told, "switched 0 to 1 at 38 lost 0 repeated 0"));
}

TEST_CASE("a splice in the middle of a GOP, where no access point is in reach") {
  const auto told = same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.open(kB, programme(second()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.run_for(1600ms);
    p.feed_through(kB, 0, 3);
    p.prepare(kB);
    p.run_for(100ms);
    look(p, kB, looks);
    p.splice(kB);
    p.run_for(2s);
  });
  CHECK(has(told, "switched 0 to 1 at 50 lost 0 repeated 0"));
}

TEST_CASE("a candidate that comes too late is waited for, and its loss counted") {
  const auto told = same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.open(kB, programme(second()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.run_for(1500ms);
    p.prepare(kB);
    p.splice(kB);
    p.run_for(1s);
    look(p, kB, looks);
    p.feed_through(kB, 3, 5);
    p.run_for(2s);
  });
  CHECK(has(told, "stalled"));
  CHECK(has(told, "switched 0 to 1 at 88 lost 38"));
}

TEST_CASE("a lagging candidate is waited for at the good end") {
  same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.open(kB, programme(second()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.feed(kB, 0);
    p.prepare(kB);
    p.run_for(1500ms);
    look(p, kB, looks);
    p.splice(kB);
    p.run_for(800ms);
    p.feed(kB, 1);
    p.run_for(300ms);
    p.feed(kB, 2);
    p.run_for(2s);
  });
}

TEST_CASE("a preparation that is cancelled leaves no trace") {
  const auto told = same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.open(kB, programme(second()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.feed_through(kB, 0, 2);
    p.prepare(kB);
    p.run_for(300ms);
    look(p, kB, looks);
    p.cancel(kB);
    p.run_for(300ms);
    look(p, kB, looks);
    p.feed(kA, 1);
    p.run_for(2s);
  });
  CHECK_FALSE(has(told, "switched"));
}

TEST_CASE("standing by is as good as being prepared when the splice comes") {
  same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.open(kB, programme(second()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.feed_through(kB, 0, 2);
    p.stand_by(kB);
    p.run_for(300ms);
    look(p, kB, looks);
    p.splice(kB);
    p.run_for(2s);
  });
}

TEST_CASE("pausing holds the picture, and the pause is no gap") {
  same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.start(kA, frame(0));
    p.feed_through(kA, 0, 1);
    p.run_for(700ms);
    p.pause(true);
    p.run_for(2s);
    look(p, kA, looks);
    p.pause(false);
    p.run_for(1s);
    look(p, kA, looks);
  });
}

TEST_CASE("what is opened and started while paused shows its first picture") {
  same([](MediaPort& p, std::vector<Look>&) {
    p.open(kA, programme(first()));
    p.pause(true);
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.run_for(500ms);
    p.pause(false);
    p.run_for(500ms);
  });
}

TEST_CASE("a splice during a pause happens afterwards") {
  same([](MediaPort& p, std::vector<Look>&) {
    p.open(kA, programme(first()));
    p.open(kB, programme(second()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.feed_through(kB, 0, 2);
    p.prepare(kB);
    p.run_for(300ms);
    p.pause(true);
    p.splice(kB);
    p.run_for(1s);
    p.pause(false);
    p.run_for(2s);
  });
}

TEST_CASE("another rate is followed") {
  same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.start(kA, frame(0));
    p.feed_through(kA, 0, 3);
    p.run_for(1s);
    p.rate(5000);
    p.run_for(3s);
    look(p, kA, looks);
    p.rate(-5000);
    p.run_for(2s);
    look(p, kA, looks);
  });
}

TEST_CASE("a stop takes everything off, a new start begins anew") {
  same([](MediaPort& p, std::vector<Look>&) {
    p.open(kA, programme(first()));
    p.start(kA, frame(0));
    p.feed_through(kA, 0, 1);
    p.run_for(700ms);
    p.stop();
    p.run_for(500ms);
    p.start(kA, frame(50));
    p.run_for(1s);
  });
}

TEST_CASE("a body that breaks off is shown but for its last picture") {
  same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.open(kB, programme(second()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.run_for(300ms);
    p.feed(kA, 1, 0, 100 - 1);
    p.abandon(kA, 1);
    p.run_for(100ms);
    look(p, kA, looks);
  });
}

TEST_CASE("a damaged segment ends the good media, and a candidate is entered where it begins") {
  ProgrammeSpec damaged = first();
  damaged.corrupt = {1};
  same([&](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(damaged));
    p.open(kB, programme(second()));
    p.start(kA, frame(0));
    p.feed_through(kA, 0, 1);
    p.run_for(300ms);
    look(p, kA, looks);
    p.feed_through(kB, 0, 4);
    p.prepare(kB);
    p.run_for(100ms);
    look(p, kB, looks);
    p.splice(kB);
    p.run_for(3s);
  });
}

TEST_CASE("without another source damage is passed over, and the picture goes on at the next access point") {
  ProgrammeSpec damaged = first();
  damaged.corrupt = {1};
  same([&](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(damaged));
    p.start(kA, frame(0));
    p.feed_through(kA, 0, 2);
    p.run_for(2s);
    look(p, kA, looks);
    p.run_for(1500ms);
    look(p, kA, looks);
    p.run_for(2s);
    look(p, kA, looks);
  });
}

TEST_CASE("a newer epoch goes on where the older one ends") {
  same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.run_for(500ms);
    p.open(kA, programme(first()), {}, 2);
    look(p, kA, looks);
    p.feed_through(kA, 1, 2);
    p.run_for(300ms);
    look(p, kA, looks);
    p.run_for(3s);
    look(p, kA, looks);
  });
}

TEST_CASE("a newer epoch that comes too late leaves a hole") {
  same([](MediaPort& p, std::vector<Look>&) {
    p.open(kA, programme(first()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.run_for(500ms);
    p.open(kA, programme(first()), {}, 2);
    p.run_for(2s);
    p.feed_through(kA, 2, 3);
    p.run_for(3s);
  });
}

TEST_CASE("a newer epoch behind a hole gives way to a source that has what lies between") {
  for (const bool sound : {false, true}) {
    const auto told = same(
        [&](MediaPort& p, std::vector<Look>&) {
          p.open(kA, programme(with(first(), sound)));
          p.open(kB, programme(with(second(), sound)));
          p.start(kA, frame(0));
          p.feed(kA, 0);
          p.run_for(500ms);
          p.open(kA, programme(with(first(), sound)), {}, 2);
          p.feed(kA, 2);
          p.run_for(500ms);
          p.feed_through(kB, 0, 5);
          p.prepare(kB);
          p.run_for(860ms);
          p.splice(kB);
          p.run_for(2s);
        },
        sound);
    CHECK(has(told, "switched 0 to 1 at 50 lost 0 repeated 0"));
  }
}

TEST_CASE("a newer epoch behind a hole is not kept from the screen by what a stall has left of the older one") {
  const auto told = same([](MediaPort& p, std::vector<Look>& looks) {
    ProgrammeSpec short_ones;
    short_ones.gop = 5;
    short_ones.gops_per_segment = 1;
    short_ones.segments = 30;
    p.open(kA, programme(short_ones));
    p.start(kA, frame(0));
    p.feed_through(kA, 0, 4);
    p.run_for(2s);
    p.feed(kA, 5);  // too little to go on with
    p.run_for(200ms);
    p.open(kA, programme(short_ones), {}, 2);
    p.feed_through(kA, 10, 25);
    p.run_for(3s);
    look(p, kA, looks);
  });
  CHECK(has(told, "stalled"));
  CHECK(has(told, "resumed"));
}

TEST_CASE("an epoch between the one on the air and the newest is good media too, and a splice lies behind it") {
  const auto told = same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.open(kB, programme(second()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.run_for(300ms);
    p.open(kA, programme(first()), {}, 2);
    p.feed(kA, 1);
    p.run_for(200ms);
    p.open(kA, programme(first()), {}, 3);
    p.feed(kA, 3);
    p.feed_through(kB, 0, 5);
    p.prepare(kB);
    p.run_for(200ms);
    look(p, kA, looks);
    look(p, kB, looks);
    p.splice(kB);
    p.run_for(4s);
    look(p, kB, looks);
  });
  CHECK(has(told, "switched 0 to 1 at 88 lost 0 repeated 0"));
}

TEST_CASE("a candidate that was placed wrongly moves when its anchor does") {
  same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.open(kB, programme(second()), 400ms);
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.feed_through(kB, 0, 2);
    p.prepare(kB);
    p.run_for(300ms);
    look(p, kB, looks);
    p.move(kB, -400ms);
    p.run_for(100ms);
    look(p, kB, looks);
    p.splice(kB);
    p.run_for(2s);
  });
}

TEST_CASE("a hole between segments is passed over") {
  same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.run_for(500ms);
    p.feed(kA, 2);
    look(p, kA, looks);
    p.run_for(2500ms);
    look(p, kA, looks);
    p.run_for(2s);
    look(p, kA, looks);
  });
}

TEST_CASE("a source that is closed while it is a candidate is none any more") {
  same([](MediaPort& p, std::vector<Look>&) {
    p.open(kA, programme(first()));
    p.open(kB, programme(second()));
    p.start(kA, frame(0));
    p.feed_through(kA, 0, 1);
    p.feed_through(kB, 0, 2);
    p.prepare(kB);
    p.run_for(300ms);
    p.splice(kB);
    p.close(kB);
    p.run_for(2s);
  });
}

TEST_CASE("the sound tells where a candidate lies that is dated wrongly") {
  const auto told = same(
      [](MediaPort& p, std::vector<Look>& looks) {
        p.open(kA, programme(with(first(), true)));
        p.open(kB, programme(with(second(), true)), 320ms);
        p.start(kA, frame(0));
        p.feed_through(kA, 0, 1);
        p.feed_through(kB, 0, 2);
        p.prepare(kB);
        p.run_for(600ms);
        p.move(kB, -320ms);
        p.run_for(600ms);
        look(p, kB, looks);
        p.splice(kB);
        p.run_for(3s);
      },
      true);
  CHECK(has(told, "aligned 1 to 0 skew 320"));
}

TEST_CASE("there and back again") {
  same([](MediaPort& p, std::vector<Look>& looks) {
    p.open(kA, programme(first()));
    p.open(kB, programme(second()));
    p.start(kA, frame(0));
    p.feed(kA, 0);
    p.feed_through(kB, 0, 2);
    p.prepare(kB);
    p.run_for(300ms);
    p.splice(kB);
    p.run_for(1500ms);
    p.close(kA);
    p.open(kA, programme(first()), {}, 2);
    p.feed_through(kA, 1, 2);
    p.prepare(kA);
    p.run_for(200ms);
    look(p, kA, looks);
    p.splice(kA);
    p.run_for(2s);
  });
}
