// Requests fail, in % of a sliding window.
//
// Intuition. Retries hide a sick origin until they do not: the share of requests that failed or had to be repeated
// shows it before a segment is lost.
//
// Model. Every finished request of the last 30 s, failed or retried against all. From 20 % on it is suspect, from 50 %
// on failed; with fewer than 8 requests in the window it says nothing.
//
// Constants. 30 s hold some 15 to 40 requests of one live stream (a playlist and a segment each few seconds), enough
// for a percentage; 8 is the least at which 20 % is more than a single failure. At most 512 requests are kept, the
// oldest go first: the window is then shorter in time.
//
// Rejected. A window of the last n requests (a source that is asked rarely would be judged by failures of minutes ago);
// a decaying average (no exact moment at which it is clean again, and floating point).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "core/health/verdict.h"
#include "understudy/time.h"

namespace understudy::health {

struct FailedRequestsConfig {
  Duration window = from_ms(30'000);
  std::int64_t least_requests = 8;
  std::int64_t suspect_percent = 20;
  std::int64_t failed_percent = 50;
};

class FailedRequests {
 public:
  static constexpr std::size_t kMaxRequests = 512;

  explicit FailedRequests(FailedRequestsConfig config = {}) : config_(config) {}

  struct RequestDone {
    bool failed = false;  // or had to be repeated
  };

  void observe(RequestDone datum, Instant now);

  Verdict verdict(Instant now) const;
  /// Percent, rounded down; 0 where there are too few requests.
  std::int64_t value(Instant now) const;
  /// When the next request leaves the window, which may change the answer either way.
  std::optional<Instant> next_deadline(Instant now) const;
  void reset(Instant now);

 private:
  struct Done {
    Instant at{};
    bool failed = false;
  };

  FailedRequestsConfig config_;
  std::deque<Done> done_;  // oldest first
  Instant now_{};
};

}  // namespace understudy::health
