#include "core/health/failed_requests.h"

#include <algorithm>

namespace understudy::health {

void FailedRequests::observe(RequestDone datum, Instant now) {
  now_ = std::max(now_, now);
  while (!done_.empty() && (done_.size() >= kMaxRequests || done_.front().at + config_.window <= now_)) {
    done_.pop_front();
  }
  done_.push_back({now_, datum.failed});
}

std::int64_t FailedRequests::value(Instant now) const {
  now = std::max(now, now_);
  std::int64_t all = 0;
  std::int64_t failed = 0;
  for (const Done& request : done_) {
    if (request.at + config_.window <= now) continue;
    ++all;
    failed += request.failed ? 1 : 0;
  }
  return all < std::max<std::int64_t>(1, config_.least_requests) ? 0 : failed * 100 / all;
}

Verdict FailedRequests::verdict(Instant now) const {
  const std::int64_t percent = value(now);
  if (percent >= config_.failed_percent) return Verdict::failed;
  return percent >= config_.suspect_percent ? Verdict::suspect : Verdict::ok;
}

std::optional<Instant> FailedRequests::next_deadline(Instant now) const {
  now = std::max(now, now_);
  for (const Done& request : done_) {
    if (request.at + config_.window > now) return request.at + config_.window;
  }
  return std::nullopt;
}

void FailedRequests::reset(Instant now) {
  now_ = std::max(now_, now);
  done_.clear();
}

}  // namespace understudy::health
