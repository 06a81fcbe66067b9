#include "core/health/input_loss.h"

#include <algorithm>

namespace understudy::health {

void InputLoss::observe(MediaDue datum, Instant now) {
  now_ = std::max(now_, now);
  due_ = due_ ? std::min(*due_, datum.at) : datum.at;
}

void InputLoss::observe(MediaArrived, Instant now) {
  now_ = std::max(now_, now);
  if (due_) lateness_.add(std::clamp(now_ - *due_, Duration::zero(), config_.loss_threshold));
  due_.reset();
}

void InputLoss::observe(NothingDue, Instant now) {
  now_ = std::max(now_, now);
  due_.reset();
}

Instant InputLoss::suspect_at() const {
  const Duration usual = lateness_.size() < kEnough ? config_.prior : lateness_.at(95);
  return std::min(*due_ + usual + config_.margin, failed_at());
}

Verdict InputLoss::verdict(Instant now) const {
  if (!due_) return Verdict::ok;
  now = std::max(now, now_);
  if (now >= failed_at()) return Verdict::failed;
  return now >= suspect_at() ? Verdict::suspect : Verdict::ok;
}

std::int64_t InputLoss::value(Instant now) const {
  if (!due_) return 0;
  return std::max<std::int64_t>(0, to_ms(std::max(now, now_) - *due_));
}

std::optional<Instant> InputLoss::next_deadline(Instant now) const {
  switch (verdict(now)) {
    case Verdict::ok: return due_ ? std::optional(suspect_at()) : std::nullopt;
    case Verdict::suspect: return failed_at();
    case Verdict::failed: return std::nullopt;
  }
  return std::nullopt;
}

void InputLoss::reset(Instant now) {
  now_ = std::max(now_, now);
  if (due_) due_ = std::max(*due_, now_);
}

}  // namespace understudy::health
