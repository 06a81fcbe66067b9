// Requests under way, on virtual time. Every host has an answerer (what is at a path) and the effects that are on it at the moment;
// everything between two events is linear, so time may advance in steps of any size up to next_event().
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "core/loading/commands.h"
#include "support/world/publisher.h"

namespace understudy::world {

using loading::Purpose;

/// What is wrong with a host.
struct Effect {
  enum class Kind {
    refuse,           // no connection; those that were open are reset
    unresolved,       // as refuse, but the name has no address
    unreachable,      // every packet is lost: nothing connects, and what was open goes on with nothing
    silence,          // accepts, then nothing: neither answers nor goes on with bodies
    status,           // answers with this status code
    slow_first_byte,  // `delay` before every answer
    slow_body,        // `rate` bytes per second
    reset_body,       // the connection breaks after `percent` of the body
    truncate_body,    // it ends orderly, but too early
  } kind = Kind::refuse;
  std::set<Purpose> on;  // empty: everything
  int status = 0;
  std::optional<Duration> retry_after;
  Duration delay{};
  std::int64_t rate = 0;
  int percent = 50;
  // Not every request: one of `every`, beginning with the first, and no more than `at_most` of them. Chosen when a request starts.
  int every = 1;
  std::int64_t at_most = std::numeric_limits<std::int64_t>::max();
  std::int64_t asked = 0;
  std::int64_t struck = 0;

  bool matches(Purpose purpose) const { return on.empty() || on.count(purpose) != 0; }
  /// Whether it strikes the request that starts now.
  bool strikes();
};

struct Answer {
  Resource resource;
  std::string etag;
};

struct Host {
  std::function<Answer(const loading::Fetch&, const std::string& path)> answer;
  std::list<std::shared_ptr<Effect>> effects;
  bool connected = false;
};

/// For the invariants: what was asked of whom.
struct RequestRecord {
  Instant at{};
  std::string host;
  std::string url;
  Purpose purpose = Purpose::status;
};

/// Bytes of a segment: `received` of its whole body are here now.
struct SegmentBytes {
  loading::SegmentTarget target;
  SegmentContent content;
  std::int64_t received = 0;
  bool complete = false;
};
using NetworkEvent = std::variant<loading::FetchProgress, loading::FetchDone, SegmentBytes>;

class Network {
 public:
  Host& host(const std::string& name) { return hosts_[name]; }
  void begin(const std::shared_ptr<Effect>& effect, const std::string& host);
  void end(const std::shared_ptr<Effect>& effect, const std::string& host);

  // -- the viewer's own access
  void set_down(bool down) { down_ = down; }
  void set_rate(std::int64_t bytes_per_second) { rate_ = bytes_per_second; }
  void set_latency(Duration one_way) { latency_ = one_way; }
  /// All open connections are gone, as after a suspend.
  void reset_connections();
  /// Answers to cancelled requests arrive nevertheless.
  void keep_cancelled() { keep_cancelled_ = true; }

  void start(const loading::Fetch& fetch, Instant now);
  void cancel(RequestId id);
  /// Lets time pass up to `now`, which is no later than next_event().
  void advance(Instant now);
  void take_events(std::vector<NetworkEvent>& out) { out.clear(), out.swap(events_); }
  Instant next_event() const;

  std::size_t under_way() const;
  const std::vector<RequestRecord>& requests() const { return requests_; }
  /// Requests from before `until` are not needed any more.
  void forget_requests(Instant until);

 private:
  struct Transfer {
    loading::Fetch fetch;
    std::string host;
    enum class Step { connecting, waiting, body } step = Step::connecting;
    Duration left{};        // of connecting, waiting
    Duration silence{};     // since something arrived, for the time-outs
    Instant started{};
    Duration connect{};     // how long those took
    Duration first_byte{};
    Answer answer;
    std::int64_t size = 0;  // of this body
    std::int64_t paced = std::numeric_limits<std::int64_t>::max();  // a server that began slowly goes on so, mended or not
    std::int64_t flowed = 0;  // byte·ns, so that slow rates lose nothing to rounding
    std::int64_t told = 0;
    bool cancelled = false;
    std::set<const Effect*> spared;  // effects that do not strike this one
    std::int64_t bytes() const { return std::min(size, flowed / 1'000'000'000); }
  };

  const Effect* effect_on(const Transfer& t, Effect::Kind kind) const;
  bool flows(const Transfer& t) const;
  std::int64_t rate_of(const Transfer& t) const;
  std::int64_t break_at(const Transfer& t) const;
  std::int64_t next_tell(const Transfer& t) const;
  Duration timeout_of(const Transfer& t) const;
  Duration time_to_event(const Transfer& t) const;
  /// True when it ended.
  bool step(Transfer& t, Duration elapsed);
  bool step_body(Transfer& t);
  bool connected(Transfer& t);
  bool answered(Transfer& t);
  void tell(Transfer& t);
  void finish(Transfer& t, Error error);

  std::map<std::string, Host> hosts_;
  std::list<Transfer> transfers_;
  std::vector<NetworkEvent> events_;
  std::vector<RequestRecord> requests_;
  Instant now_{};
  bool down_ = false;
  bool keep_cancelled_ = false;
  std::int64_t rate_ = 2'500'000;
  Duration latency_ = from_ms(20);
};

}  // namespace understudy::world
