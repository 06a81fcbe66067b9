#include "media/sound_ring.h"

#include <algorithm>

#include "media/sample_time.h"

namespace understudy::media {
namespace {
constexpr Duration kRounding = std::chrono::milliseconds(5);
// Dropping moves what is left: seldom and much at once.
constexpr Duration kDropStep = std::chrono::seconds(2);
}  // namespace

void SoundRing::add(std::int64_t discontinuity_sequence, MediaTime begin, std::span<const float> samples) {
  if (samples.empty()) return;
  if (!stretches_.empty()) {
    Stretch& last = stretches_.back();
    const Duration gap = begin - last.piece.end();
    if (gap >= -kRounding && gap <= kRounding && last.discontinuity_sequence == discontinuity_sequence) {
      last.piece.samples.insert(last.piece.samples.end(), samples.begin(), samples.end());
      return;
    }
  }
  stretches_.push_back({discontinuity_sequence, {begin, {samples.begin(), samples.end()}}});
}

void SoundRing::drop_before(MediaTime time) {
  const auto gone = [&](const Stretch& s) { return s.piece.end() <= time; };
  stretches_.erase(std::remove_if(stretches_.begin(), stretches_.end(), gone), stretches_.end());
  for (Stretch& s : stretches_) {
    const Duration early = time - s.piece.begin;
    if (early < kDropStep) continue;
    const std::int64_t count = sample_index(early, SoundMatch::kRate);
    s.piece.samples.erase(s.piece.samples.begin(), s.piece.samples.begin() + static_cast<std::ptrdiff_t>(count));
    s.piece.begin += sample_duration(count, SoundMatch::kRate);
  }
}

void SoundRing::drop_from(MediaTime time) {
  const auto gone = [&](const Stretch& s) { return s.piece.begin >= time; };
  stretches_.erase(std::remove_if(stretches_.begin(), stretches_.end(), gone), stretches_.end());
  for (Stretch& s : stretches_) {
    if (s.piece.end() <= time) continue;
    s.piece.samples.resize(static_cast<std::size_t>(sample_index(time - s.piece.begin, SoundMatch::kRate)));
  }
}

void SoundRing::shift(std::int64_t discontinuity_sequence, Duration by) {
  for (Stretch& s : stretches_) {
    if (s.discontinuity_sequence == discontinuity_sequence) s.piece.begin += by;
  }
}

void SoundRing::shift_all(Duration by) {
  for (Stretch& s : stretches_) s.piece.begin += by;
}

Duration SoundRing::length() const {
  Duration total{};
  for (const Stretch& s : stretches_) total += s.piece.end() - s.piece.begin;
  return total;
}

std::optional<MediaTime> SoundRing::end() const {
  if (stretches_.empty()) return std::nullopt;
  return stretches_.back().piece.end();
}

std::vector<SoundPiece> SoundRing::pieces() const {
  std::vector<SoundPiece> out;
  for (const Stretch& s : stretches_) out.push_back(s.piece);
  return out;
}

SoundPiece SoundRing::piece(MediaTime from, Duration length) const {
  for (const Stretch& s : stretches_) {
    if (s.piece.end() <= from) continue;
    const std::int64_t skip = std::max<std::int64_t>(0, sample_index(from - s.piece.begin, SoundMatch::kRate));
    const std::int64_t left = static_cast<std::int64_t>(s.piece.samples.size()) - skip;
    if (left <= 0) continue;
    const std::int64_t count = std::min(left, sample_index(length, SoundMatch::kRate));
    const auto first = s.piece.samples.begin() + static_cast<std::ptrdiff_t>(skip);
    return {s.piece.begin + sample_duration(skip, SoundMatch::kRate),
            {first, first + static_cast<std::ptrdiff_t>(count)}};
  }
  return {};
}

std::optional<MediaTime> SoundRing::next(MediaTime time) const {
  for (const Stretch& s : stretches_) {
    if (s.piece.end() > time) return std::max(time, s.piece.begin);
  }
  return std::nullopt;
}

}  // namespace understudy::media
