#include "model/lifecycle.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::companion;
using Kind = EncoderState::Kind;

namespace {

// One channel with its encoder, on a clock that the test moves.
struct World {
  Channel channel;
  EncoderState encoder;
  std::optional<Instant> waiting_since;
  std::int64_t seconds = 0;

  World() { channel.id = "ch"; }
  Now now() const { return {Instant(std::chrono::seconds(seconds)), std::to_string(seconds)}; }
  std::int64_t next() const { return channel.revision + 1; }
  bool tick() {
    auto changed = advance(channel, encoder, waiting_since, now(), next());
    if (changed) channel = *changed;
    return changed.has_value();
  }
  ChannelStatus after(Kind kind) {
    encoder.kind = kind;
    tick();
    return channel.status;
  }
  void start() { channel = started(channel, now(), next()); }
  void stop() { channel = stopped(channel, StopReason::operator_, now(), next()); }
};

}  // namespace

TEST_CASE("a new channel is creating and then stopped") {
  World world;
  CHECK(world.channel.status == ChannelStatus::creating);
  CHECK(world.tick());
  CHECK(world.channel.status == ChannelStatus::stopped);
  CHECK_FALSE(world.tick());
}

TEST_CASE("a started channel follows its encoder to playing") {
  World world;
  world.tick();
  world.start();
  CHECK(world.channel.status == ChannelStatus::deploying);
  CHECK(world.after(Kind::idle) == ChannelStatus::deploying);
  CHECK(world.after(Kind::starting) == ChannelStatus::starting);
  CHECK(world.after(Kind::waiting) == ChannelStatus::waiting);
  CHECK(world.after(Kind::ingesting) == ChannelStatus::ingesting);
  CHECK(world.after(Kind::playing) == ChannelStatus::playing);
  CHECK(world.after(Kind::waiting) == ChannelStatus::waiting);
}

TEST_CASE("each change has a new revision and an unchanged tick has none") {
  World world;
  world.tick();
  world.start();
  const std::int64_t before = world.channel.revision;
  world.after(Kind::playing);
  CHECK(world.channel.revision > before);
  const std::int64_t playing = world.channel.revision;
  CHECK_FALSE(world.tick());
  CHECK(world.channel.revision == playing);
}

TEST_CASE("a stop passes through stopping and waits for the encoder to end") {
  World world;
  world.start();
  world.after(Kind::playing);
  world.stop();
  CHECK(world.channel.status == ChannelStatus::stopping);
  CHECK(world.after(Kind::playing) == ChannelStatus::stopping);
  CHECK(world.after(Kind::idle) == ChannelStatus::stopped);
  CHECK(world.channel.stop_reason == StopReason::operator_);
}

TEST_CASE("a start clears why the channel stopped") {
  World world;
  world.start();
  world.stop();
  world.after(Kind::idle);
  world.start();
  CHECK(world.channel.stop_reason == StopReason::none);
  CHECK(world.channel.status == ChannelStatus::deploying);
}

TEST_CASE("a channel that waits for ingest too long stops by itself with the reason timeout") {
  World world;
  world.channel.settings["ingestTimeout"] = 60;
  world.start();
  world.after(Kind::playing);
  world.seconds = 100;
  CHECK(world.after(Kind::waiting) == ChannelStatus::waiting);
  world.seconds = 159;
  CHECK(world.after(Kind::waiting) == ChannelStatus::waiting);
  world.seconds = 160;
  CHECK(world.after(Kind::waiting) == ChannelStatus::stopping);
  CHECK(world.channel.stop_reason == StopReason::timeout);
  CHECK_FALSE(world.channel.wanted);
  CHECK(world.after(Kind::idle) == ChannelStatus::stopped);
  CHECK(world.channel.stop_reason == StopReason::timeout);
}

TEST_CASE("ingest in between starts the timeout anew and zero means never") {
  World world;
  world.channel.settings["ingestTimeout"] = 60;
  world.start();
  world.after(Kind::waiting);
  world.seconds = 50;
  world.after(Kind::playing);
  world.after(Kind::waiting);
  world.seconds = 100;
  CHECK(world.after(Kind::waiting) == ChannelStatus::waiting);
  world.channel.settings["ingestTimeout"] = 0;
  world.seconds = 1'000'000;
  CHECK(world.after(Kind::waiting) == ChannelStatus::waiting);
}

TEST_CASE("an encoder that gives up is an error with its message, and a start tries again") {
  World world;
  world.start();
  world.encoder = {Kind::failed, "no such file"};
  world.tick();
  CHECK(world.channel.status == ChannelStatus::error);
  CHECK(world.channel.message == "no such file");
  world.start();
  CHECK(world.channel.status == ChannelStatus::deploying);
}

TEST_CASE("starting what is started and stopping what is stopped changes nothing") {
  World world;
  world.start();
  world.after(Kind::playing);
  const std::int64_t revision = world.channel.revision;
  world.start();
  CHECK(world.channel.status == ChannelStatus::playing);
  CHECK(world.channel.revision == revision);
  world.stop();
  world.after(Kind::idle);
  const std::int64_t at_rest = world.channel.revision;
  world.stop();
  CHECK(world.channel.status == ChannelStatus::stopped);
  CHECK(world.channel.revision == at_rest);
}

TEST_CASE("a deleted channel passes through deleting and stays deleted") {
  World world;
  world.start();
  world.channel = removed(world.channel, world.now(), world.next());
  CHECK(world.channel.status == ChannelStatus::deleting);
  CHECK(world.after(Kind::idle) == ChannelStatus::deleted);
  world.channel = removed(world.channel, world.now(), world.next());
  CHECK(world.after(Kind::playing) == ChannelStatus::deleted);
}

TEST_CASE("after a restart what was playing is deployed again and what was stopped stays so") {
  World world;
  world.start();
  world.after(Kind::playing);
  CHECK(resumed(world.channel, world.now(), world.next()).status == ChannelStatus::deploying);
  world.stop();
  world.after(Kind::idle);
  CHECK(resumed(world.channel, world.now(), world.next()).status == ChannelStatus::stopped);
}
