// The multivariant playlist (RFC 8216 4.3.4).
#pragma once

#include "core/hls/lines.h"

namespace understudy::hls {

/// `lines` stands behind #EXTM3U.
Result<Playlist> parse_multivariant(Lines& lines);

}  // namespace understudy::hls
