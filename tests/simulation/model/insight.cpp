#include "insight.h"

#include <algorithm>
#include <cstring>

namespace understudy::model {

namespace {

using failover::Controller;

// One tag per private member; `reach(tag)` is its pointer to member.
#define UNDERSTUDY_REACH(name)      \
  struct name##tag {                \
    friend auto reach(name##tag);   \
  };                                \
  template struct Grant<name##tag, &Controller::name>
template <class Tag, auto Member>
struct Grant {
  friend auto reach(Tag) { return Member; }
};
UNDERSTUDY_REACH(random_);
UNDERSTUDY_REACH(state_);
UNDERSTUDY_REACH(deadline_);
UNDERSTUDY_REACH(active_);
UNDERSTUDY_REACH(candidate_);
UNDERSTUDY_REACH(manual_);
UNDERSTUDY_REACH(manual_again_at_);
UNDERSTUDY_REACH(rejoin_);
UNDERSTUDY_REACH(state_since_);
UNDERSTUDY_REACH(first_frame_);
UNDERSTUDY_REACH(by_status_);
UNDERSTUDY_REACH(losing_);
UNDERSTUDY_REACH(loss_reason_);
UNDERSTUDY_REACH(hedge_at_);
UNDERSTUDY_REACH(raise_at_);
UNDERSTUDY_REACH(raised_until_);
UNDERSTUDY_REACH(congested_until_);
UNDERSTUDY_REACH(asked_in_turn_);
UNDERSTUDY_REACH(times_);
UNDERSTUDY_REACH(stalled_since_);
UNDERSTUDY_REACH(memory_);
UNDERSTUDY_REACH(voluntary_);
UNDERSTUDY_REACH(failback_at_);
UNDERSTUDY_REACH(watching_primary_);
#undef UNDERSTUDY_REACH
#define GET(c, name) ((c).*reach(name##tag{}))

constexpr Instant kOver{};
constexpr std::size_t kMostAsked = 2;  // members beside the one on the air

Duration rounded(Duration d) { return (d + kTick / 2) / kTick * kTick; }

/// An instant that is waited for. `far`: how long it is waited for at the longest.
Instant ahead(Instant at, Instant now, Duration far) {
  if (at <= now) return kOver;
  const Duration left = rounded(at - now);
  if (left <= Duration::zero()) return kOver;
  return kNow + (left > kFar ? far : left);
}

/// An instant since which something is so; nothing depends on more than `enough` of it.
Instant since(Instant at, Instant now, Duration enough) { return kNow - std::min(rounded(now - at), enough); }

/// Ten minutes are far: what lies within them counts, whenever it was.
void recent(std::deque<Instant>& times, Instant now) {
  while (!times.empty() && now - times.front() >= failover::kVoluntaryWindow) times.pop_front();
  for (Instant& at : times) at = kNow;
}

/// The first failure of all does not count, whenever it was; of the others, as many as make a difference.
void recent_failures(std::deque<Instant>& times, Instant now, std::size_t enough) {
  if (times.empty()) return;
  times.pop_front();
  recent(times, now);
  while (times.size() > enough) times.pop_front();
  times.push_front(kOver);
}

/// After so many failures the clear time has reached its cap.
std::size_t failures_that_count(const Policy& p) {
  std::size_t n = 0;
  for (std::int64_t clear = p.clear_ms; clear < p.max_clear_ms; clear *= 2) ++n;
  return n;
}

/// As far as decisions depend on it.
Reason essence(Reason r) {
  if (r == Reason::none || r == Reason::failback || r == Reason::manual || r == Reason::status_not_playing) return r;
  return Reason::connect_failed;
}

}  // namespace

void normalise(Controller& c, const Policy& p, Instant now) {
  using failover::State;
  const bool losing = GET(c, losing_);
  auto& candidate = GET(c, candidate_);
  auto& times = GET(c, times_);
  auto& raised = GET(c, raised_until_);
  GET(c, random_) = Random(1);
  GET(c, deadline_) = Instant::max();
  GET(c, manual_again_at_) = ahead(GET(c, manual_again_at_), now, kFar);
  GET(c, state_since_) = GET(c, state_) == failover::State::starting ? since(GET(c, state_since_), now, from_ms(p.startup_timeout_ms)) : kOver;
  GET(c, loss_reason_) = losing ? essence(GET(c, loss_reason_)) : Reason::none;
  GET(c, hedge_at_) = losing ? ahead(GET(c, hedge_at_), now, kFar) : kOver;
  GET(c, raise_at_) = raised ? ahead(GET(c, raise_at_), now, kFar) : kOver;
  if (raised) raised = ahead(*raised, now, failover::kRaisedFor);
  GET(c, congested_until_) = ahead(GET(c, congested_until_), now, failover::kCongestionPause);
  times = {.due = losing ? since(times.due, now, from_ms(p.loss_threshold_ms)) : kOver,
           .since = kOver,
           .hedged = kOver,
           .ready = candidate && times.ready ? std::optional(since(*times.ready, now, failover::kAlignPatience)) : std::nullopt};
  if (candidate) {
    candidate->since = since(candidate->since, now, candidate->patience);
    candidate->reason = essence(candidate->reason);
  }
  if (auto& stalled = GET(c, stalled_since_)) stalled = since(*stalled, now, from_ms(p.max_hold_ms + p.startup_timeout_ms));
  if (auto& failback = GET(c, failback_at_)) failback = std::max(ahead(*failback, now, kFar), kNow);
  GET(c, asked_in_turn_) = std::min(GET(c, asked_in_turn_), kMostAsked);
  recent(GET(c, voluntary_), now);
  for (auto& [id, memory] : GET(c, memory_)) {
    if (memory.excluded_until) memory.excluded_until = ahead(*memory.excluded_until, now, from_ms(p.penalty_ms));
    if (memory.excluded_until == kOver) memory.excluded_until.reset();
    if (!memory.excluded_until) memory.denied = false;
    if (!losing) memory.tried = false;
    memory.backoff = rounded(memory.backoff);
    memory.hot_again_at = ahead(memory.hot_again_at, now, failover::kRaisedFor);
    recent_failures(memory.failures, now, failures_that_count(p));
  }
}

std::string memory_of(const Controller& c) {
  std::string bytes;
  const auto put = [&](auto value) { bytes.append(reinterpret_cast<const char*>(&value), sizeof value); };
  const auto put_small = [&](auto value) { bytes.push_back(static_cast<char>(value)); };
  // Canonical times are whole ticks from kNow, or over.
  const auto put_time = [&](Instant at) { put(at == kOver ? std::int16_t{-30000} : static_cast<std::int16_t>((at - kNow) / kTick)); };
  const auto put_optional = [&](const std::optional<Instant>& at) {
    put_small(at.has_value());
    if (at) put_time(*at);
  };
  put_small(GET(c, state_));
  put_small(GET(c, active_) ? static_cast<int>(GET(c, active_)->value) : -1);
  if (const auto& candidate = GET(c, candidate_)) {
    put_small(candidate->id.value);
    put_small(candidate->reason);
    put_small(candidate->voluntary);
    put_time(candidate->since);
    put_small(candidate->patience / kTick);
    put_optional(GET(c, times_).ready);
  }
  put_small('|');
  if (const auto& manual = GET(c, manual_)) put_small(manual->to ? static_cast<int>(manual->to->value) : -1);
  put_small('|');
  put_small(GET(c, rejoin_) | GET(c, first_frame_) << 1 | GET(c, losing_) << 2 | GET(c, watching_primary_) << 3 |
            (GET(c, by_status_) && GET(c, state_) == failover::State::starting) << 4);
  put_small(GET(c, loss_reason_));
  for (const Instant at : {GET(c, manual_again_at_), GET(c, state_since_), GET(c, hedge_at_), GET(c, raise_at_),
                           GET(c, congested_until_), GET(c, times_).due})
    put_time(at);
  put_optional(GET(c, raised_until_));
  put_optional(GET(c, stalled_since_));
  put_optional(GET(c, failback_at_));
  put_small(GET(c, asked_in_turn_));
  put_small(GET(c, voluntary_).size());
  for (const auto& [id, memory] : GET(c, memory_)) {
    std::string one = std::exchange(bytes, {});
    put_small(memory.denied | memory.probing << 1 | memory.watched << 2 | memory.tried << 3);
    put_small(memory.standby);
    put_small(memory.failures.size());
    put_small(memory.backoff / kTick);
    put_time(memory.hot_again_at);
    put_optional(memory.excluded_until);
    std::swap(one, bytes);
    // A member that nothing is remembered of is equal to one that was never heard of.
    static const std::string nothing = [] {
      std::string blank(4, '\0');
      const std::int16_t over = -30000;
      blank.append(reinterpret_cast<const char*>(&over), sizeof over);
      return blank + '\0';
    }();
    if (one == nothing) continue;
    put_small(id.value);
    bytes += one;
  }
  return bytes;
}

void reseed(Controller& c, std::uint64_t seed) { GET(c, random_) = Random(seed); }

bool has_drawn(const Controller& c, std::uint64_t seed) {
  const Random fresh(seed);
  return std::memcmp(&GET(c, random_), &fresh, sizeof fresh) != 0;
}

Insight look_into(const Controller& c, std::size_t members) {
  Insight in;
  in.losing = GET(c, losing_);
  in.first_frame = GET(c, first_frame_);
  in.manual = GET(c, manual_).has_value();
  in.probing.resize(members);
  in.standby.resize(members, Standby::cold);
  for (const auto& [id, memory] : GET(c, memory_)) {
    if (id.value >= members) continue;
    in.probing[id.value] = memory.probing;
    in.standby[id.value] = memory.standby;
  }
  return in;
}

}  // namespace understudy::model
