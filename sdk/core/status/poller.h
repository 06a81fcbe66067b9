// When to poll the status, as pure arithmetic. Knows nothing of HTTP beyond a poll's outcome; draws its jitter from the
// session's random generator. A failed poll changes nothing but this schedule (FAILOVER.md 1, 10).
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/random.h"
#include "understudy/time.h"

namespace understudy::status {

struct PollOutcome {
  bool ok = false;                      // 200 with a valid document, or 304
  std::int64_t ttl_ms = 0;              // the ttlMs of the last good document, 0 where not stated
  std::optional<Duration> retry_after;  // of the answer, any status code
};

class Poller {
 public:
  explicit Poller(Random random) : random_(random) {}

  /// The next poll is due at this time; a poll may be under way, then there is none.
  std::optional<Instant> next_poll() const;
  /// A poll was sent.
  void started(Instant now);
  /// It ended. `poll_ms` is the policy's interval; `slow` stretches it (stopped, or unknown id): ×5, capped at 30 s.
  /// ok → max(poll_ms, ttl) ±20 %. Failed → back-off with decorrelated jitter from max(poll_ms, ttl) up to 30 s. Retry-After (capped at
  /// 30 s) lengthens, never shortens.
  void finished(const PollOutcome& outcome, std::int64_t poll_ms, bool slow, Instant now);
  /// Evidence of loss triggers one poll at once (FAILOVER.md 3), unless one is under way or was sent in the last 250 ms or
  /// the server asked us to wait.
  void hasten(Instant now);
  /// No more polls (the session ended).
  void stop();

 private:
  Random random_;
  std::optional<Instant> next_{Instant{}};
  Instant last_started_{};
  Instant not_before_{};  // from Retry-After
  Duration backoff_{};
  bool in_flight_ = false;
  bool polled_ = false;  // last_started_ means something
  bool stopped_ = false;
};

}  // namespace understudy::status
