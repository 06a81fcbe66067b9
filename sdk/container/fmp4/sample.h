// Where the samples of a fragment (or of a progressive file) lie and when they are due.
#pragma once

#include <cstdint>
#include <vector>

namespace understudy::container::fmp4 {

struct Sample {
  std::uint32_t track = 0;
  std::uint64_t offset = 0;  // in the resource, as the index counts
  std::uint32_t size = 0;
  std::uint32_t duration = 0;
  std::int64_t dts = 0;  // ticks of the track's timescale, edit list not yet applied
  std::int32_t composition_offset = 0;
  bool sync = false;
};

}  // namespace understudy::container::fmp4
