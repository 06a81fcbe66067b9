#include "media/browser/under_way.h"

#include <algorithm>

namespace understudy::media {
namespace {

// Until a decoder was seen working; then at least and at most so long.
constexpr Duration kFirstPatience = std::chrono::milliseconds(60);
constexpr Duration kLeastPatience = std::chrono::milliseconds(10);
constexpr Duration kMostPatience = std::chrono::milliseconds(250);
constexpr std::int64_t kStampRounding = 2;

std::int64_t microseconds(MediaTime t) {
  return std::chrono::floor<std::chrono::microseconds>(t.time_since_epoch()).count();
}

}  // namespace

void UnderWay::begin() {
  const Instant now = now_;
  *this = UnderWay();
  now_ = now;
}

std::int64_t UnderWay::send(MediaTime content_time, Duration duration) {
  std::int64_t stamp = microseconds(content_time);
  const auto taken = [&](const Sent& s) { return s.stamp_us == stamp; };
  while (std::any_of(sent_.begin(), sent_.end(), taken)) ++stamp;
  note_order(stamp);
  sent_.push_back({stamp, content_time, duration});
  ++queued_;
  sent_at_ = changed_ = now_;
  sampled_ = false;
  return stamp;
}

void UnderWay::note_order(std::int64_t stamp) {
  const auto later = std::count_if(order_.begin(), order_.end(), [&](std::int64_t s) { return s > stamp; });
  order_.push_back(stamp);
  if (order_.size() > kMostHeld) order_.pop_front();
  reorders_.push_back(static_cast<std::size_t>(later));
  if (reorders_.size() > kOrder) reorders_.pop_front();
}

void UnderWay::something_came() {
  began_ = true;
  quiet_ = Duration::zero();
  changed_ = now_;
  sampled_ = false;
}

void UnderWay::given_out() {
  something_came();
  needed_ = std::max({now_ - sent_at_, needed_ * 7 / 8, Duration(1)});
  if (draining_) return;
  most_left_ = std::min(kMostHeld, std::max(most_left_.value_or(0), sent_.size()));
  seen_held_ = std::min(seen_held_, sent_.size());
}

std::optional<UnderWay::Sent> UnderWay::picture_came(std::int64_t stamp_us) {
  const auto at = std::find_if(sent_.begin(), sent_.end(), [&](const Sent& s) { return s.stamp_us == stamp_us; });
  if (at == sent_.end()) return std::nullopt;
  const Sent found = *at;
  // Pictures come in presentation order: of those sent before it, none shown before it is still to come.
  const auto rest = std::remove_if(sent_.begin(), at, [&](const Sent& s) { return s.stamp_us < stamp_us; });
  sent_.erase(std::move(at + 1, sent_.end(), rest), sent_.end());
  given_out();
  return found;
}

std::optional<UnderWay::Sent> UnderWay::sound_came(std::int64_t stamp_us, std::int64_t until_us) {
  std::optional<Sent> found;
  while (!sent_.empty() && sent_.front().stamp_us <= stamp_us + kStampRounding) {
    found = sent_.front();
    const std::int64_t length = std::chrono::floor<std::chrono::microseconds>(found->duration).count();
    const bool next_fits = sent_.size() > 1 && sent_[1].stamp_us <= stamp_us + kStampRounding;
    if (!next_fits && until_us + length / 2 < found->stamp_us + length) break;  // more of this packet is to come
    sent_.pop_front();
  }
  given_out();
  return found;
}

void UnderWay::began_with_all_but(std::size_t queued) {
  if (queued < queued_) something_came();
  queued_ = std::min(queued, sent_.size());
}

void UnderWay::forget() {
  sent_.clear();
  order_.clear();
  queued_ = 0;
  draining_ = false;
  quiet_ = Duration::zero();
}

bool UnderWay::must_come() const { return draining_ || queued_ > 0 || sent_.size() > most_left_.value_or(kMostHeld); }

Instant UnderWay::settled_at() const {
  if (needed_ == Duration::zero()) return changed_ + kFirstPatience;
  return std::max(sent_at_ + std::min(needed_ * 5 / 4, kMostPatience), changed_ + kLeastPatience);
}

void UnderWay::at(Instant now) {
  quiet_ = must_come() ? quiet_ + std::min(now - now_, kMostCounted) : Duration::zero();
  now_ = now;
  if (!settling() || now < settled_at()) return;
  sampled_ = true;
  seen_held_ = std::min(sent_.size(), kMostHeld);
}

std::size_t UnderWay::held() const {
  std::size_t most = seen_held_;
  for (const std::size_t r : reorders_) most = std::max(most, r);
  return most;
}

std::size_t UnderWay::coming() const {
  if (draining_) return sent_.size();
  const std::size_t back = held();
  return sent_.size() > back ? sent_.size() - back : 0;
}

std::optional<MediaTime> UnderWay::first() const {
  std::optional<MediaTime> first;
  for (const Sent& s : sent_) first = std::min(first.value_or(s.content_time), s.content_time);
  return first;
}

Instant UnderWay::next_deadline() const {
  Instant next = Instant::max();
  if (settling()) next = std::max(now_, settled_at());
  if (must_come()) next = std::min(next, now_ + std::min(std::max(patience() - quiet_, Duration(1)), kMostCounted));
  return next;
}

}  // namespace understudy::media
