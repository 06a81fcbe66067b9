#include "media/aligner.h"

namespace understudy::media {
namespace {

// About 1 ms.
constexpr int kPacketsPerCall = 20;
constexpr Duration kWorthTelling = std::chrono::milliseconds(2);
constexpr Duration kWorthMoving = std::chrono::microseconds(100);
constexpr Duration kErrorBound = std::chrono::milliseconds(1);
// Dates of a candidate that was not compared yet may be wrong by so much.
constexpr Duration kMostSkew = std::chrono::seconds(10);

bool differs(Duration a, Duration b, Duration by) { return a - b > by || b - a > by; }

Alignment::Heard heard(const Source& source, MediaTime playhead) {
  return {source.listener().sound(), source.listener().complete(playhead)};
}

}  // namespace

bool Aligner::listen(Source& source, MediaTime playhead, int& budget) const {
  while (budget > 0 && source.listener().can_work(playhead)) {
    source.listener().work(playhead);
    --budget;
  }
  return budget > 0;
}

void Aligner::work(Source& on_air, const Sources& candidates, const Source* fixed, MediaTime playhead, Instant now) {
  if (against_ != on_air.id() || against_epoch_ != on_air.epoch()) alignments_.clear();
  against_ = on_air.id();
  against_epoch_ = on_air.epoch();
  on_air.listener().sound().drop_before(playhead - SoundRing::kBehind);
  int budget = kPacketsPerCall;
  if (!listen(on_air, playhead, budget)) return;
  for (const auto& candidate : candidates) {
    candidate->listener().sound().drop_before(playhead - SoundRing::kBehind);
    if (!listen(*candidate, playhead, budget)) return;
  }
  if (budget < kPacketsPerCall) return;
  for (const auto& candidate : candidates) {
    if (candidate.get() == fixed) continue;
    Alignment& alignment = alignments_[candidate->id()];
    const Alignment::Heard theirs = heard(*candidate, playhead);
    const Alignment::Heard ours = heard(on_air, playhead);
    if (!alignment.due(theirs, ours, now)) continue;
    if (!transform_) transform_ = SoundMatch::make_transform();
    if (alignment.step(theirs, ours, transform_, now)) judge(*candidate, on_air, alignment);
    return;
  }
}

bool Aligner::pending(const Source& on_air, const Sources& candidates, MediaTime playhead, Instant now) const {
  if (on_air.listener().can_work(playhead)) return true;
  for (const auto& candidate : candidates) {
    if (candidate->listener().can_work(playhead)) return true;
    const auto known = alignments_.find(candidate->id());
    const Alignment fresh;
    const Alignment& alignment = known == alignments_.end() ? fresh : known->second;
    if (alignment.due(heard(*candidate, playhead), heard(on_air, playhead), now)) return true;
  }
  return false;
}

void Aligner::judge(Source& candidate, const Source& on_air, Alignment& alignment) {
  const auto& result = alignment.result();
  if (!result) return;
  if (!result->clear) {
    if (!alignment.refusal_told) facts_.push_back(Aligned{candidate.id(), on_air.id(), false, {}, {}});
    alignment.refusal_told = true;
    return;
  }
  // What was measured is the sound as it is placed now, its known delay taken off.
  const Duration offset = result->offset + candidate.sound_delay();
  const MediaTime near = on_air.newest_picture().value_or(MediaTime{});
  const OffsetSplit split = split_offset(offset, candidate.picture_grid(near + offset), on_air.picture_grid(near));
  if (differs(split.sound, candidate.sound_delay(), kWorthMoving)) {
    const Duration by = candidate.sound_delay() - split.sound;
    candidate.set_sound_delay(split.sound);
    alignment.moved(by);
  }
  tell(candidate, on_air, alignment, split);
}

void Aligner::tell(const Source& candidate, const Source& on_air, Alignment& alignment, const OffsetSplit& split) {
  const bool again = alignment.told && !differs(split.skew, alignment.told->skew, kWorthTelling);
  if (again) return;
  alignment.told = split;
  facts_.push_back(Aligned{candidate.id(), on_air.id(), true, split.skew, kErrorBound});
}

void Aligner::moved(SourceId source, Duration by) {
  const auto known = alignments_.find(source);
  if (known == alignments_.end()) return;
  known->second.moved(by);
  if (known->second.told) known->second.told->skew += by;
}

Duration Aligner::slack(const Source& candidate) const {
  const auto known = alignments_.find(candidate.id());
  const bool compared = known != alignments_.end() && known->second.result();
  if (!compared) return candidate.has_audio() ? kMostSkew : Duration::zero();
  const Alignment& alignment = known->second;
  return alignment.told && alignment.told->skew < Duration::zero() ? -alignment.told->skew : Duration::zero();
}

}  // namespace understudy::media
