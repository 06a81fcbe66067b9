// Until when a server is left alone. It may ask for that (Retry-After), by what is asked for; and who catches up, segment after short
// segment, gives it a rest. Kept for a source as a whole: a loading that begins anew, a switch to it or a segment that was given up
// must not shorten the wait, nor ask more often (FAILOVER.md 12.9).
#pragma once

#include <algorithm>
#include <array>
#include <deque>

#include "core/loading/commands.h"
#include "core/loading/constants.h"

namespace understudy::loading {

class QuietTimes {
 public:
  void observe(Purpose purpose, const FetchDone& done, Instant now) {
    if (!done.retry_after) return;
    Instant& until = until_[static_cast<std::size_t>(purpose)];
    until = std::max(until, now + std::min(*done.retry_after, kMaxRetryAfter));
  }
  Instant until(Purpose purpose) const { return until_[static_cast<std::size_t>(purpose)]; }
  /// The first failure is no evidence yet, as one quick retry may heal it; where the server forbids even that, its answer is all that
  /// will be known for as long as it said (FAILOVER.md 11).
  bool permits_quick_retry(Purpose purpose, Instant now) const { return until(purpose) <= now + kQuickRetry; }

  void asked(Instant now) {
    asked_.push_back(now);
    if (asked_.size() > kMostPerSecond) asked_.pop_front();
  }
  /// Until then the next segment, or a loading that begins anew, can wait, because so much was asked for within a second.
  Instant rests_until() const { return asked_.size() < kMostPerSecond ? Instant{} : asked_.front() + std::chrono::seconds(1); }

 private:
  std::deque<Instant> asked_;  // at most kMostPerSecond
  std::array<Instant, static_cast<std::size_t>(Purpose::poster) + 1> until_{};
};

}  // namespace understudy::loading
