#include "core/hls/reload.h"

#include <algorithm>
#include <set>

namespace understudy::hls {

namespace {

/// How many segments a cache may lag behind another one of the same CDN. A playlist that went back no further than that
/// and agrees with what we have is an old copy; one that went back further is an encoder that began anew.
constexpr std::int64_t kMaxStaleSegments = 3;

std::int64_t first_msn(const MediaPlaylist& playlist) { return playlist.media_sequence.value; }
/// Of the last complete segment; first_msn − 1 where there is none.
std::int64_t last_msn(const MediaPlaylist& playlist) {
  return playlist.segments.empty() ? first_msn(playlist) - 1 : playlist.segments.back().msn.value;
}

const Segment* find(const MediaPlaylist& playlist, std::int64_t msn) {
  if (playlist.segments.empty()) return nullptr;
  const std::int64_t index = msn - playlist.segments.front().msn.value;
  const auto size = static_cast<std::int64_t>(playlist.segments.size());
  return index >= 0 && index < size ? &playlist.segments[static_cast<std::size_t>(index)] : nullptr;
}

/// The file name: what stays when a redirect goes to another edge or a token in the query is renewed.
std::string_view file_name(std::string_view uri) {
  uri = uri.substr(0, uri.find_first_of("?#"));
  return uri.substr(uri.rfind('/') + 1);
}

bool same_segment(const Segment& a, const Segment& b, Duration tolerance) {
  if (file_name(a.uri) != file_name(b.uri) || a.range != b.range) return false;
  // An encoder that began anew may reuse the names; its dates tell.
  if (!a.program_date_time || !b.program_date_time) return true;
  const Duration apart = *a.program_date_time - *b.program_date_time;
  return apart <= tolerance && -apart <= tolerance;
}

/// Whether all segments that both name are the same; true where none is.
bool overlap_agrees(const MediaPlaylist& previous, const MediaPlaylist& fetched) {
  return std::all_of(fetched.segments.begin(), fetched.segments.end(), [&](const Segment& segment) {
    const Segment* before = find(previous, segment.msn.value);
    return before == nullptr || same_segment(*before, segment, fetched.target_duration);
  });
}

bool overlaps(const MediaPlaylist& previous, const MediaPlaylist& fetched) {
  return !previous.segments.empty() && !fetched.segments.empty() && first_msn(fetched) <= last_msn(previous) &&
         last_msn(fetched) >= first_msn(previous);
}

bool is_old_copy(const MediaPlaylist& previous, const MediaPlaylist& fetched) {
  return overlaps(previous, fetched) && first_msn(previous) - first_msn(fetched) <= kMaxStaleSegments &&
         last_msn(previous) - last_msn(fetched) <= kMaxStaleSegments && last_msn(fetched) <= last_msn(previous) &&
         overlap_agrees(previous, fetched);
}

ResetReason reset_reason(const MediaPlaylist& previous, const MediaPlaylist& fetched) {
  if (fetched.segments.empty() && fetched.trailing_parts.empty()) {
    return previous.segments.empty() ? ResetReason::none : ResetReason::window_emptied;
  }
  if (first_msn(fetched) < first_msn(previous) || last_msn(fetched) < last_msn(previous)) {
    return ResetReason::media_sequence_went_back;
  }
  if (previous.segments.empty()) return ResetReason::none;
  if (first_msn(fetched) > last_msn(previous) + 1) return ResetReason::window_jumped;
  if (!overlap_agrees(previous, fetched)) return ResetReason::segment_changed;
  // Where segments overlap and agree, they prove the continuity and carry the numbers over, whatever the tag says.
  if (overlaps(previous, fetched) || !fetched.discontinuity_sequence_stated || !previous.discontinuity_sequence_stated) {
    return ResetReason::none;
  }
  // The window follows on the last one: at most its own first segment has begun another discontinuity.
  const std::int64_t step = fetched.discontinuity_sequence - previous.segments.back().discontinuity_sequence;
  return step < 0 || step > 1 ? ResetReason::discontinuity_sequence_jumped : ResetReason::none;
}

// --- Delta updates (rfc8216bis 6.2.5.1) ---

void continue_from(const Segment& last_skipped, MediaPlaylist& fetched) {
  const std::uint64_t end = last_skipped.range ? last_skipped.range->offset + last_skipped.range->length : 0;
  for (std::size_t i = 0; i < fetched.segments.size(); ++i) {
    Segment& segment = fetched.segments[i];
    if (i < fetched.continued_keys) segment.key = last_skipped.key;
    if (i < fetched.continued_inits) segment.init = last_skipped.init;
    if (i < fetched.continued_ranges && segment.range) segment.range->offset += end;
    segment.discontinuity_sequence += last_skipped.discontinuity_sequence - fetched.discontinuity_sequence;
  }
}

void keep_date_ranges(const MediaPlaylist& previous, MediaPlaylist& fetched) {
  std::set<std::string_view> replaced(fetched.removed_date_ranges.begin(), fetched.removed_date_ranges.end());
  for (const DateRange& range : fetched.date_ranges) replaced.insert(range.id);
  std::vector<DateRange> merged;
  for (const DateRange& range : previous.date_ranges) {
    if (replaced.count(range.id) == 0) merged.push_back(range);
  }
  for (DateRange& range : fetched.date_ranges) merged.push_back(std::move(range));
  if (merged.size() > kMaxDateRanges) merged.erase(merged.begin(), merged.end() - kMaxDateRanges);  // the oldest go
  fetched.date_ranges = std::move(merged);
}

/// Puts the skipped segments back. False where `previous` lacks one of them.
bool fill_skipped(const MediaPlaylist& previous, MediaPlaylist& fetched) {
  const std::int64_t begin = first_msn(fetched);
  const std::int64_t end = begin + *fetched.skipped_segments;  // one behind the last skipped
  std::vector<Segment> merged;
  for (std::int64_t msn = begin; msn < end; ++msn) {
    const Segment* segment = find(previous, msn);
    if (segment == nullptr) return false;
    merged.push_back(*segment);
  }
  if (!merged.empty()) continue_from(merged.back(), fetched);
  if (fetched.server_control.can_skip_dateranges) keep_date_ranges(previous, fetched);
  for (Segment& segment : fetched.segments) merged.push_back(std::move(segment));
  fetched.segments = std::move(merged);
  fetched.skipped_segments.reset();
  fetched.continued_keys = fetched.continued_inits = fetched.continued_ranges = 0;
  return true;
}

// --- Continuity ---

/// Numbers the discontinuities as `previous` does, by the first segment that both name, or counts on from its last.
void carry_discontinuities(const MediaPlaylist& previous, MediaPlaylist& fetched) {
  if (previous.segments.empty() || fetched.segments.empty()) return;
  const Segment& front = fetched.segments.front();
  const Segment* before = find(previous, front.msn.value);
  std::int64_t shift = 0;
  if (before != nullptr) {
    shift = before->discontinuity_sequence - front.discontinuity_sequence;
  } else if (!fetched.discontinuity_sequence_stated) {
    shift =
        previous.segments.back().discontinuity_sequence + (front.discontinuity ? 1 : 0) - front.discontinuity_sequence;
  }
  for (Segment& segment : fetched.segments) segment.discontinuity_sequence += shift;
  fetched.discontinuity_sequence += shift;
}

/// A date that was stated for a segment stays known when the playlist states it no more.
void carry_dates(const MediaPlaylist& previous, MediaPlaylist& fetched) {
  for (Segment& segment : fetched.segments) {
    const Segment* before = find(previous, segment.msn.value);
    if (before != nullptr && !segment.program_date_time) segment.program_date_time = before->program_date_time;
  }
}

std::size_t count_new(const MediaPlaylist& previous, const MediaPlaylist& fetched) {
  return static_cast<std::size_t>(std::max<std::int64_t>(0, last_msn(fetched) - last_msn(previous)));
}

}  // namespace

Result<Reload> reload(const MediaPlaylist* previous, MediaPlaylist fetched) {
  if (fetched.skipped_segments && (previous == nullptr || !fill_skipped(*previous, fetched))) {
    return fail(ErrorCode::bad_playlist, "EXT-X-SKIP refers to segments that are not known");
  }
  Reload result;
  if (previous == nullptr) {
    result.new_segments = fetched.segments.size();
    result.playlist = std::move(fetched);
    return result;
  }
  const bool went_back = first_msn(fetched) < first_msn(*previous) || last_msn(fetched) < last_msn(*previous);
  if (went_back && is_old_copy(*previous, fetched)) {
    result.kind = ReloadKind::stuck;
    result.playlist = *previous;
    return result;
  }
  result.reason = reset_reason(*previous, fetched);
  if (result.reason != ResetReason::none) {
    result.kind = ReloadKind::reset;
    result.new_segments = fetched.segments.size();
    result.playlist = std::move(fetched);
    return result;
  }
  carry_discontinuities(*previous, fetched);
  carry_dates(*previous, fetched);
  result.new_segments = count_new(*previous, fetched);
  const bool progressed = result.new_segments > 0 || (fetched.ended && !previous->ended) ||
                          fetched.trailing_parts.size() > previous->trailing_parts.size();
  result.kind = progressed ? ReloadKind::updated : ReloadKind::stuck;
  const bool fewer_parts = !progressed && fetched.trailing_parts.size() < previous->trailing_parts.size();
  result.playlist = fewer_parts ? *previous : std::move(fetched);
  return result;
}

}  // namespace understudy::hls
