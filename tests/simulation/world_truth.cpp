#include "world_truth.h"

#include <algorithm>

#include "settings.h"

namespace understudy::simulation {

WorldTruth::WorldTruth(Stage& stage, const Script& script) : stage_(stage), awake_since_(stage.world().now()) {
  // A second engine doubles the work; one run of eight is enough to see a difference.
  replayed_ = run_value(script, "seed") % 8 == 0;
}

bool WorldTruth::service_reachable() const {
  return stage_.service_troubles == 0 && !stage_.world().config.status_url.empty() && stage_.viewer_fine();
}

bool WorldTruth::is_gap(const std::string& url) const {
  const std::size_t name = url.find("//") + 2;
  return stage_.publisher(url.substr(name, 1)).is_gap(url);
}

Duration WorldTruth::lag(const std::string& member) const {
  const world::PublisherSettings& settings = stage_.publisher(member).settings();
  return settings.publish_delay + settings.jitter;
}

Duration WorldTruth::network_up_for() const {
  if (!network_up()) return Duration::zero();
  return stage_.network_up_since == Instant::min() ? std::chrono::hours(1) : now() - stage_.network_up_since;
}

Duration WorldTruth::buffer() const {
  const auto on_air = stage_.world().session().on_air();
  session::MediaState media;
  stage_.world().media().describe(media);
  for (const session::SourceBuffer& buffer : media.sources)
    if (on_air == buffer.source && buffer.good_until) return std::max(Duration::zero(), *buffer.good_until - media.playhead);
  return Duration::zero();
}

}  // namespace understudy::simulation
