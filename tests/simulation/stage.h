// The world as the faults of a script handle it: what is wrong with whom at the moment, and how to put it right.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "script.h"
#include "simulation/checkers/truth.h"
#include "support/world/world.h"

namespace understudy::simulation {

using world::Effect;
using Ending = std::function<void()>;

class Stage {
 public:
  /// Builds the world that the script describes. REQUIRES: both outlive the stage, and no time passed in the world yet.
  Stage(world::World& world, const Script& script);
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  world::World& world() { return world_; }
  const world::World& world() const { return world_; }
  world::Publisher& publisher(const std::string& name) { return world_.origin(name).publisher(); }
  Duration segment_of(const std::string& name) { return publisher(name).settings().segment; }
  Duration window_of(const std::string& name);
  static std::string host_of(const std::string& source) { return source + ".test"; }

  /// On the host until the ending is called.
  Ending put(const std::string& host, Effect effect);
  template <class F>
  void edit(F change) {
    world_.service().edit(change);
  }
  /// Of the document, or what it will be when it comes back to it.
  status::MemberState* member(status::StatusDocument& document, const std::string& src);
  /// The document's list is without the member until the ending; it comes back at its old place.
  Ending remove(const std::string& src);

  // What caches and broken services answer instead.
  std::map<std::string, Duration> playlist_age;  // by source: its playlists are as they were so long ago
  int garbage = 0;                               // the status service answers 200 with this kind of nonsense; 0: it does not
  int service_troubles = 0;                      // how many faults the status service has
  int pins = 0;                                  // how many caches hand out an old document, as it was when
  Instant pinned_at{};                           // the first of them began
  int clients_down = 0;                          // how many faults have the viewer's network down
  int pauses = 0;
  int stops = 0;                                 // how many have the primary stopped
  bool dates_jumped = false;                     // by more than is looked for, at any time
  bool aligned = true;                           // all sources are dated rightly and publish without lag, up to now
  bool ended = false;                            // the viewer ended the session
  Instant network_up_since = Instant::min();
  std::int64_t ordinary_rate = 0;
  Duration ordinary_latency{};

  // -- what truly is so
  /// Something keeps `source` from delivering, from now until the ending.
  Ending harm(const std::string& source, Trouble trouble);
  /// … and until `after` has passed.
  void harm_until(const std::string& source, Instant until, Trouble trouble);
  bool delivers(const std::string& source) const;
  Trouble trouble(const std::string& source) const;
  int troubles(const std::string& source) const;
  /// How long nothing was wrong with it; zero while something is.
  Duration delivers_for(const std::string& source) const;
  /// The viewer's own side, every source at once.
  Ending harm_all();
  bool viewer_fine() const;

  /// Puts the publisher right, whatever was done to it.
  void mend(const std::string& source);

 private:
  struct Harm {
    std::multiset<Trouble> now;
    Instant until = Instant::min();
    Trouble lingering = Trouble::none;
    int count = 0;  // so far
  };
  Ending harm(Harm& harm, Trouble trouble);
  bool fine(const Harm& harm) const;
  Duration fine_for(const Harm& harm) const;
  void answer_for(const std::string& source);
  void answer_for_service();

  world::World& world_;
  std::vector<status::MemberState> removed_;
  std::map<std::string, Harm> harms_;
  Harm viewer_harm_;
};

}  // namespace understudy::simulation
