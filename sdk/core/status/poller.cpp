#include "core/status/poller.h"

#include <algorithm>

namespace understudy::status {
namespace {

constexpr Duration kMaxInterval =
    from_ms(30'000);  // also the cap of Retry-After and of the document's ttl (FAILOVER.md 2)
constexpr Duration kMinHastenGap = from_ms(250);
constexpr int kJitterPercent = 20;
constexpr int kSlowFactor = 5;

}  // namespace

std::optional<Instant> Poller::next_poll() const {
  if (stopped_ || in_flight_) return std::nullopt;
  return next_;
}

void Poller::started(Instant now) {
  last_started_ = now;
  in_flight_ = true;
  polled_ = true;
}

void Poller::finished(const PollOutcome& outcome, std::int64_t poll_ms, bool slow, Instant now) {
  in_flight_ = false;
  Duration base = from_ms(poll_ms);
  if (slow) base = std::min(base * kSlowFactor, std::max(kMaxInterval, base));
  // Also of a poll that failed: an outage of the service is no reason to ask more often than it wished.
  base = std::max(base, std::min(from_ms(std::clamp<std::int64_t>(outcome.ttl_ms, 0, 30'000)), kMaxInterval));
  Duration wait{};
  if (outcome.ok) {
    backoff_ = Duration::zero();
    wait = random_.jitter(base, kJitterPercent);
  } else {
    const Duration most = std::max(kMaxInterval, base);
    backoff_ = random_.decorrelated(std::max(backoff_, base), base, most);
    wait = backoff_;
  }
  not_before_ = now;
  if (outcome.retry_after) {
    const Duration asked = std::clamp(*outcome.retry_after, Duration::zero(), kMaxInterval);
    not_before_ = now + asked;
    // Everyone was told the same instant: spread the return, later only.
    wait = std::max(wait, random_.between(asked, asked + asked / 5));
  }
  next_ = now + wait;
}

void Poller::hasten(Instant now) {
  if (stopped_ || in_flight_ || (polled_ && now - last_started_ < kMinHastenGap)) return;
  const Instant soonest = std::max(now, not_before_);
  next_ = next_ ? std::min(*next_, soonest) : soonest;
}

void Poller::stop() {
  stopped_ = true;
  next_.reset();
}

}  // namespace understudy::status
