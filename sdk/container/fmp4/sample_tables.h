// The sample tables of a progressive file (ISO 14496-12 8.6, 8.7): stts, ctts, stss, stsz, stsc, stco or co64.
#pragma once

#include "container/fmp4/movie.h"
#include "container/fmp4/sample.h"

namespace understudy::container::fmp4 {

/// Appends the samples of one track, in decoding order, until there are `max_samples` in all. False when there are
/// more.
bool read_sample_tables(const MovieTrack& track, std::size_t max_samples, std::vector<Sample>& samples);

}  // namespace understudy::container::fmp4
