#include "core/health/playlist_stale.h"

#include <algorithm>

namespace understudy::health {

namespace {

constexpr Duration kShortestSegment = from_ms(500);

}  // namespace

void PlaylistStale::observe(Updated datum, Instant now) {
  now_ = std::max(now_, now);
  updated_ = now_;
  segment_ = std::max(datum.segment, kShortestSegment);
}

void PlaylistStale::observe(LookedAt datum, Instant now) {
  now_ = std::max(now_, now);
  looked_at_every_ = datum.every;
}

void PlaylistStale::observe(NotExpected, Instant now) {
  now_ = std::max(now_, now);
  updated_.reset();
}

Verdict PlaylistStale::verdict(Instant now) const {
  if (!updated_) return Verdict::ok;
  now = std::max(now, now_);
  if (now >= failed_at()) return Verdict::failed;
  return now >= suspect_at() ? Verdict::suspect : Verdict::ok;
}

std::int64_t PlaylistStale::value(Instant now) const {
  if (!updated_) return 0;
  return std::max<std::int64_t>(0, to_ms(std::max(now, now_) - *updated_ - rhythm()));
}

std::optional<Instant> PlaylistStale::next_deadline(Instant now) const {
  switch (verdict(now)) {
    case Verdict::ok: return updated_ ? std::optional(suspect_at()) : std::nullopt;
    case Verdict::suspect: return failed_at();
    case Verdict::failed: return std::nullopt;
  }
  return std::nullopt;
}

void PlaylistStale::reset(Instant now) {
  now_ = std::max(now_, now);
  if (updated_) updated_ = now_;
}

}  // namespace understudy::health
