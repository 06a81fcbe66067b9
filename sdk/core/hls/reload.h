// A reload as a function: (previous, fetched) → what changed. Pure; the caller keeps the merged playlist.
#pragma once

#include <cstddef>

#include "core/hls/playlist.h"

namespace understudy::hls {

enum class ReloadKind {
  first,    // there was no previous one
  updated,  // new segments or parts, or ended
  stuck,    // nothing new: same last segment and part, whatever else in the bytes differs
  reset,    // not a continuation: see ResetReason; the fetched playlist stands alone
};

enum class ResetReason {
  none,
  media_sequence_went_back,
  window_jumped,    // it begins after the segment that should have come next
  segment_changed,  // a media sequence number now names another segment
  window_emptied,
  discontinuity_sequence_jumped
};

struct Reload {
  ReloadKind kind = ReloadKind::first;
  ResetReason reason = ResetReason::none;
  std::size_t new_segments = 0;
  MediaPlaylist playlist;  // merged: EXT-X-SKIP filled in, discontinuity sequence and dates carried over
};

/// Merges `fetched` onto `previous` (null for the first). Error: bad_playlist, when EXT-X-SKIP refers to what we lack;
/// the caller then reloads without the delta directive.
Result<Reload> reload(const MediaPlaylist* previous, MediaPlaylist fetched);

}  // namespace understudy::hls
