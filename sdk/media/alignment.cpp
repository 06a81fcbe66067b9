#include "media/alignment.h"

#include <algorithm>

namespace understudy::media {
namespace {

constexpr Duration kPicturesBelieved = std::chrono::milliseconds(60);
// Interval estimates come from rounded time stamps.
constexpr Duration kSameInterval = std::chrono::microseconds(50);
// Queries overlap by as much as a match needs, so that no stretch of that length is missed between two.
constexpr Duration kHop = SoundMatch::kLongest - SoundMatch::kLeastOverlap;
constexpr Duration kWorthRefusing = std::chrono::milliseconds(1500);
constexpr Duration kWorthRepeating = std::chrono::seconds(1);
constexpr Duration kAgainAfter = std::chrono::seconds(10);
constexpr Duration kFirstBackoff = std::chrono::milliseconds(500);

Duration modulo(Duration d, Duration by) {
  const Duration rest = d % by;
  return rest < Duration::zero() ? rest + by : rest;
}

}  // namespace

OffsetSplit split_offset(Duration offset, const PictureGrid& candidate, const PictureGrid& on_air) {
  if (offset <= kPicturesBelieved && offset >= -kPicturesBelieved) return {Duration::zero(), offset};
  const Duration difference = candidate.interval - on_air.interval;
  const bool pictures = candidate.interval > Duration::zero() && on_air.interval > Duration::zero();
  if (!pictures || difference > kSameInterval || difference < -kSameInterval) return {offset, Duration::zero()};
  const Duration interval = on_air.interval;
  const Duration grid = candidate.at - on_air.at;  // a skew makes them coincide if it equals this modulo the interval
  const Duration sound = modulo(offset - grid + interval / 4, interval) - interval / 4;
  return {offset - sound, sound};
}

bool Alignment::due(const Heard& candidate, const Heard& on_air, Instant now) const {
  if (match_ || tried_) return true;
  if (next_at_ && now < *next_at_) return false;
  const auto end = candidate.sound.end();
  const auto against = on_air.sound.end();
  if (!end || !against || candidate.sound.length() < SoundMatch::kLeastOverlap) return false;
  const bool enough = candidate.complete || candidate.sound.length() >= SoundMatch::kLongest;
  if (!enough || !on_air.complete || on_air.sound.length() < SoundMatch::kLeastOverlap) return false;
  if (!candidate_end_) return true;
  const bool more = *end >= *candidate_end_ + kWorthRepeating;
  if (result_ && result_->clear) return more;
  return more || *against >= *on_air_end_ + kWorthRepeating;
}

/// The next query of this measurement; false where there is none.
bool Alignment::begin(const Heard& candidate, const Heard& on_air,
                      const std::shared_ptr<SoundMatch::Transform>& transform) {
  if (!tried_) {
    const auto end = candidate.sound.end();
    if (!end || candidate.sound.empty()) return false;
    block_ = *candidate.sound.next(MediaTime::min());
    candidate_end_ = end;
    on_air_end_ = on_air.sound.end();
    compared_ = {};
    if (result_ && result_->clear) {
      // The last of what both have.
      const MediaTime both = std::min(*end, on_air_end_.value_or(*end) + result_->offset);
      block_ = std::max(block_, both - SoundMatch::kLongest);
    }
    tried_ = true;
  }
  for (;;) {
    const auto from = candidate.sound.next(block_);
    if (!from) return false;
    SoundPiece query = candidate.sound.piece(*from, SoundMatch::kLongest);
    if (query.samples.empty()) return false;
    const Duration length = query.end() - query.begin;
    block_ = length < SoundMatch::kLongest ? query.end() : query.begin + kHop;
    if (length < SoundMatch::kLeastOverlap) continue;
    compared_ += length;
    match_ = std::make_unique<SoundMatch>(std::move(query), on_air.sound.pieces(), transform);
    return true;
  }
}

bool Alignment::step(const Heard& candidate, const Heard& on_air,
                     const std::shared_ptr<SoundMatch::Transform>& transform, Instant now) {
  if (!match_) {
    if (begin(candidate, on_air, transform)) return false;
    finish({}, now);
    return true;
  }
  if (match_->step()) return false;
  const SoundMatch::Result result = match_->result();
  match_.reset();
  if (!result.clear && !(result_ && result_->clear)) return false;  // the next query may be clear
  finish(result, now);
  return true;
}

void Alignment::finish(const SoundMatch::Result& result, Instant now) {
  match_.reset();
  tried_ = false;
  if (result.clear) {
    result_ = Result{true, result.offset};
    backoff_ = {};
    next_at_ = now + kAgainAfter;
    return;
  }
  backoff_ = backoff_ == Duration::zero() ? kFirstBackoff : std::min(backoff_ * 2, kAgainAfter);
  if (result_ && result_->clear) backoff_ = kAgainAfter;  // silence, say: what was clear stays
  next_at_ = now + backoff_;
  if (!result_ && compared_ >= kWorthRefusing) result_ = Result{};
}

void Alignment::moved(Duration by) {
  match_.reset();
  tried_ = false;
  if (result_) result_->offset += by;
  if (candidate_end_) *candidate_end_ += by;
}

}  // namespace understudy::media
