// Movie fragments (ISO 14496-12 8.8).
#pragma once

#include <optional>
#include <span>

#include "container/fmp4/movie.h"
#include "container/fmp4/sample.h"

namespace understudy::container::fmp4 {

struct Fragment {
  std::vector<Sample> samples;    // by offset
  bool explicit_offsets = false;  // base-data-offset: counted from the start of a file that we may see only a part of
  bool too_many = false;          // cut off at the limit
  bool malformed = false;
};

/// `moof` is the body of a box that began at `moof_offset`. `next_dts` holds, per track, where the fragment before
/// ended (for fragments without tfdt), and is moved on. Samples of unknown tracks are left out.
Fragment parse_moof(std::span<const std::uint8_t> moof, std::uint64_t moof_offset, const Movie& movie,
                    std::map<std::uint32_t, std::int64_t>& next_dts, std::size_t max_samples);

}  // namespace understudy::container::fmp4
