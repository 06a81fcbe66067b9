// Sample descriptions (ISO 14496-12 8.5.2, 14496-14, 14496-15; Opus, FLAC, AC-3 and WebVTT in ISOBMFF).
#pragma once

#include <span>

#include "container/access_unit.h"

namespace understudy::container::fmp4 {

/// Fills in codec, config and format from an stsd body (its first entry). `handler` is the hdlr type.
void describe_from_stsd(std::span<const std::uint8_t> stsd, std::uint32_t handler, TrackInfo& info);

}  // namespace understudy::container::fmp4
