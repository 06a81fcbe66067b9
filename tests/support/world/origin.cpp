// The sentences about origins, and what each does to the network or to the publisher.
#include "support/world/world.h"

namespace understudy::world {

namespace {
const std::set<Purpose> kPlaylists = {Purpose::multivariant_playlist, Purpose::media_playlist};
const std::set<Purpose> kSegments = {Purpose::segment};

Effect make(Effect::Kind kind, std::set<Purpose> on = {}) {
  Effect effect;
  effect.kind = kind;
  effect.on = std::move(on);
  return effect;
}
}  // namespace

Origin::Origin(World& world, std::string name, const PublisherSettings& settings)
    : world_(&world), name_(name), publisher_(std::move(name), settings, world.wall() - std::chrono::minutes(2)) {}

Change& Origin::effect(Effect effect) {
  auto shared = std::make_shared<Effect>(std::move(effect));
  Network& network = world_->network();
  const std::string host = name_ + ".test";
  return world_->at_once([&network, shared, host] { network.begin(shared, host); },
                         [&network, shared, host] { network.end(shared, host); });
}

Change& Origin::refuse() { return effect(make(Effect::Kind::refuse)); }
Change& Origin::lose_name() { return effect(make(Effect::Kind::unresolved)); }
Change& Origin::drop_packets() { return effect(make(Effect::Kind::unreachable)); }
Change& Origin::black_hole() { return effect(make(Effect::Kind::silence)); }

Change& Origin::answer_all(int status, std::optional<Duration> retry_after) {
  Effect e = make(Effect::Kind::status);
  e.status = status;
  e.retry_after = retry_after;
  return effect(std::move(e));
}

Change& Origin::fail_segments(int status) {
  Effect e = make(Effect::Kind::status, kSegments);
  e.status = status;
  return effect(std::move(e));
}

Change& Origin::fail_playlists(int status) {
  Effect e = make(Effect::Kind::status, kPlaylists);
  e.status = status;
  return effect(std::move(e));
}

Change& Origin::fail_some(int status, std::set<Purpose> on, int every, std::int64_t times) {
  Effect e = make(Effect::Kind::status, std::move(on));
  e.status = status;
  e.every = every;
  e.at_most = times;
  return effect(std::move(e));
}

Change& Origin::slow_first_byte(Duration delay) {
  Effect e = make(Effect::Kind::slow_first_byte);
  e.delay = delay;
  return effect(std::move(e));
}

Change& Origin::trickle(std::int64_t bytes_per_second) {
  Effect e = make(Effect::Kind::slow_body, kSegments);
  e.rate = bytes_per_second;
  return effect(std::move(e));
}

Change& Origin::reset_bodies(int percent) {
  Effect e = make(Effect::Kind::reset_body, kSegments);
  e.percent = percent;
  return effect(std::move(e));
}

Change& Origin::truncate_bodies(int percent) {
  Effect e = make(Effect::Kind::truncate_body, kSegments);
  e.percent = percent;
  return effect(std::move(e));
}

Change& Origin::go_stale() {
  return world_->at_once([this] { publisher_.freeze(world_->wall()); }, [this] { publisher_.thaw(); });
}
Change& Origin::rewrite_playlists() {
  return world_->at_once([this] { publisher_.rewrite(true); }, [this] { publisher_.rewrite(false); });
}
Change& Origin::go_back(int segments) {
  return world_->at_once([this, segments] { publisher_.go_back(segments); }, [this] { publisher_.go_back(0); });
}
Change& Origin::empty_window() {
  return world_->at_once([this] { publisher_.list_nothing(true); }, [this] { publisher_.list_nothing(false); });
}
Change& Origin::jump_discontinuity_sequence() {
  return world_->at_once([this] { publisher_.jump_discontinuity_sequence(); });
}
Change& Origin::end_list() {
  return world_->at_once([this] { publisher_.end(world_->wall()); });
}
Change& Origin::restart() {
  return world_->at_once([this] { publisher_.restart(world_->wall()); });
}
Change& Origin::discontinuity() {
  return world_->at_once([this] { publisher_.discontinuity(world_->wall()); });
}
Change& Origin::lose_segments(int count) {
  return world_->at_once([this, count] { publisher_.lose_segments(count, world_->wall()); });
}
Change& Origin::corrupt_segments(int count) {
  return world_->at_once([this, count] { publisher_.corrupt_segments(count, world_->wall()); });
}

}  // namespace understudy::world
