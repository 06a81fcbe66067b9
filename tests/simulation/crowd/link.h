// One viewer's access to the network: its latency and bandwidth, and the requests that are under way. Bodies share the bandwidth.
// Everything between two events is linear, so time may advance in steps of any size up to next_event().
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "simulation/crowd/hosts.h"
#include "simulation/crowd/tally.h"
#include "support/world/network.h"

namespace understudy::crowd {

struct Access {
  Duration round_trip = from_ms(40);
  std::int64_t bytes_per_second = 3'000'000;
  int edge = 0;  // its cache of the status document
};

class Link {
 public:
  Link(const Hosts& hosts, const Access& access, Random random, Tally& tally)
      : hosts_(&hosts), access_(access), random_(random), tally_(&tally) {}

  void start(loading::Fetch fetch, Instant now);
  void cancel(RequestId id);
  /// Lets time pass up to `now`, which is no later than next_event().
  void advance(Instant now);
  Instant next_event() const;
  std::vector<world::NetworkEvent> take_events() { return std::exchange(events_, {}); }

 private:
  struct Transfer {
    loading::Fetch fetch;
    Place place = Place::cache;
    enum class Step { connecting, waiting, body, done } step = Step::connecting;
    Instant started{};
    Instant ready{};       // when this step ends, where the host answers
    Instant gives_up{};    // when its time-out ends it
    Instant answered{};
    Duration connect{};
    std::int64_t size = 0;
    std::int64_t flowed = 0;  // byte·ns
    std::int64_t told = 0;
    int status = 0;
    std::string text;
    std::string etag;
    world::SegmentContent content;
    std::int64_t bytes() const;
  };

  bool flows(const Transfer& t) const;
  std::int64_t share() const;
  std::int64_t next_tell(const Transfer& t) const;
  Duration answer_time();
  void step(Transfer& t);
  void connected(Transfer& t);
  void ask(Transfer& t);
  void answer(Transfer& t);
  void tell(Transfer& t);
  void finish(Transfer& t, Error error = {});

  const Hosts* hosts_;
  Access access_;
  Random random_;
  Tally* tally_;
  std::vector<Transfer> transfers_;  // a handful: the engine asks for one of a kind at a time
  std::vector<world::NetworkEvent> events_;
  bool connected_[kPlaces] = {};
  Instant now_ = kBegin;
};

}  // namespace understudy::crowd
