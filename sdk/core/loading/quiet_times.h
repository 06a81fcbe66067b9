// Until when a server asked not to be asked again (Retry-After), by what is asked for. Kept for a source as a whole: a loading that
// begins anew, a switch to it or a segment that was given up must not shorten the wait (FAILOVER.md 12.9).
#pragma once

#include <algorithm>
#include <array>

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

 private:
  std::array<Instant, static_cast<std::size_t>(Purpose::poster) + 1> until_{};
};

}  // namespace understudy::loading
