// What a moov box says: tracks, their defaults for fragments, and the sample tables of progressive files.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "container/access_unit.h"

namespace understudy::container::fmp4 {

/// Defaults of a track's fragments (trex, 8.8.3).
struct SampleDefaults {
  std::uint32_t duration = 0;
  std::uint32_t size = 0;
  std::uint32_t flags = 0;
};

struct MovieTrack {
  TrackInfo info;
  std::uint32_t timescale = 0;
  /// Media time that plays at zero, less an empty edit in front of it (8.6.6); ticks of the track's timescale.
  std::int64_t edit_offset = 0;
  SampleDefaults defaults;
  std::span<const std::uint8_t> sample_table;  // stbl body, valid as long as the moov's bytes
};

struct Movie {
  std::map<std::uint32_t, MovieTrack> tracks;
};

/// Tracks without a usable timescale are left out; at most `max_tracks` are read.
Movie parse_moov(std::span<const std::uint8_t> moov, std::size_t max_tracks);

}  // namespace understudy::container::fmp4
