#include "media/media_clock.h"

#include <algorithm>

namespace understudy::media {

void MediaClock::rebase(PlayTime position, Instant now) {
  base_ = position;
  since_ = now;
}

void MediaClock::set(PlayTime position, Instant now) {
  rebase(position, now);
  followed_ = now;
  running_ = false;
}

void MediaClock::run(Instant now) {
  if (running_) return;
  rebase(base_, now);
  followed_ = now;
  running_ = true;
}

void MediaClock::hold(Instant now) {
  if (!running_) return;
  rebase(position(now), now);
  running_ = false;
}

void MediaClock::set_rate_ppm(int ppm, Instant now) {
  rebase(position(now), now);
  ppm_ = ppm;
}

PlayTime MediaClock::position(Instant now) const {
  if (!running_ || now <= since_) return base_;
  const Duration elapsed = now - since_;
  return base_ + elapsed + elapsed / 1'000'000 * ppm_;
}

void MediaClock::follow(PlayTime heard, Instant now) {
  if (!running_) return;
  const PlayTime at = position(now);
  const Duration deviation = heard - at;
  const Duration elapsed = std::clamp<Duration>(now - followed_, Duration::zero(), kLean);
  followed_ = now;
  if (deviation > kJump) return rebase(heard, now);
  if (deviation < -kJump) return rebase(std::max(base_, heard), now);
  const Duration lean = Duration(deviation.count() / 1000 * (elapsed.count() / 1000) / (kLean.count() / 1'000'000));
  rebase(std::max(base_, at + lean), now);
}

void MediaClock::limit(PlayTime end, Instant now) {
  if (position(now) > end) rebase(std::max(base_, end), now);
}

Instant MediaClock::reaches(PlayTime target, Instant now) const {
  const PlayTime at = position(now);
  if (target <= at) return now;
  const Duration ahead = target - at;
  return now + ahead - ahead / 1'000'000 * ppm_;
}

}  // namespace understudy::media
