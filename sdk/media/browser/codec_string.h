// What a browser is told about a track: its codec string (RFC 6381). Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "container/access_unit.h"

namespace understudy::media {

/// "h264", "aac", …; empty for what no browser decodes.
const char* codec_name(container::Codec codec);
/// `unit`: an access unit of the track that has the parameter sets, for pictures whose configuration is in band. Never
/// "avc3" or "hev1": Safari refuses them. Where nothing says more, a common profile is named.
std::string codec_string(const container::TrackInfo& track, std::span<const std::uint8_t> unit);

}  // namespace understudy::media
