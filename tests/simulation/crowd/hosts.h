// What the servers of one act are and say at any time: written down beforehand, so that viewers can be simulated one after the
// other and on any number of threads. They share no state: what one asks for changes nothing for another (no capacity is
// modelled; the requests are counted instead).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "simulation/crowd/act.h"
#include "support/world/publisher.h"

namespace understudy::crowd {

inline constexpr Instant kBegin{std::chrono::seconds(1000)};
inline constexpr WallTime kWallBegin{std::chrono::milliseconds(1'767'323'045'678)};  // 2026-01-02T03:04:05.678Z
constexpr WallTime wall_at(Instant at) { return kWallBegin + (at - kBegin); }

/// Places of the network where the status document is cached.
inline constexpr int kEdges = 64;

struct Published {
  std::string text;
  std::string etag;
};

class Hosts {
 public:
  Hosts(const Act& act, Duration segment);

  /// What keeps this place from answering now: refuse, silent or errors.
  std::optional<Fault> fault(Place place, Instant at) const;
  /// The next time at which a fault begins or ends.
  Instant next_change(Instant after) const;

  std::string status_url() const { return "http://status.test/playout/a"; }
  static Place place_of(const std::string& url);
  /// What this cache has. Unset: nothing that it may serve.
  const Published* document(int edge, Instant at) const;
  const std::string& multivariant(Place origin) const { return origins_[static_cast<int>(origin)].multivariant; }
  const std::string& media_playlist(Place origin, Instant at) const;
  const std::string& init_section() const { return init_; }
  std::optional<world::SegmentContent> segment(Place origin, const std::string& url, Instant at) const;
  /// Requests of all caches to the service behind them, in [from, to).
  std::int64_t refreshes(Instant from, Instant to) const;

 private:
  struct Listing {
    Duration from{};  // since the act's begin
    std::string text;
  };
  struct Origin {
    world::Publisher publisher;
    std::string multivariant;
    std::vector<Listing> listings;  // by time
  };
  void publish(Origin& origin, Place place, const Act& act, Duration segment);
  Duration phase(int edge) const { return kRefresh * edge / kEdges; }

  static constexpr Duration kRefresh = std::chrono::seconds(1);          // max-age of server-mock's documents
  static constexpr Duration kStaleIfError = std::chrono::seconds(60);    // and what they allow a cache

  std::vector<Outage> outages_;
  std::vector<Instant> changes_;
  std::vector<Edition> editions_;
  std::vector<Published> documents_;
  std::vector<Origin> origins_;
  std::string init_;
};

}  // namespace understudy::crowd
