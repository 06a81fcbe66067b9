// Hears all that passes between engine and world: hands it to the checkers, hashes it, and writes it down where somebody asked.
#pragma once

#include "run.h"
#include "support/world/world.h"

namespace understudy::simulation {

class Witness final : public world::Watcher {
 public:
  Witness(const world::World& world, Checkers& checkers, const Listeners& listeners)
      : world_(world), checkers_(checkers), listeners_(listeners), begun_at_(world.now()) {}

  void on_input(const session::Input& input) override;
  void on_output(const session::Output& output) override;
  void on_request(const world::RequestRecord& request) override;
  void on_shown(const world::Shown& shown) override;
  void on_change() override;

  void tell(const std::string& what);
  std::uint64_t hash() const { return hash_; }

 private:
  void mix(std::uint64_t value) { hash_ = (hash_ ^ value) * 0x100000001b3u; }
  void mix(Instant at) { mix(static_cast<std::uint64_t>(at.time_since_epoch().count())); }

  const world::World& world_;
  Checkers& checkers_;
  const Listeners& listeners_;
  Instant begun_at_;
  std::uint64_t hash_ = 0xcbf29ce484222325u;
  bool traced_ = false;
  std::optional<SourceId> last_shown_;
};

}  // namespace understudy::simulation
