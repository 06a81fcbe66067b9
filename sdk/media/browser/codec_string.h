// What a browser's decoders are told about a track: the codec string (RFC 6381) and the configuration. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "container/access_unit.h"

namespace understudy::media {

/// "h264", "aac", …; empty for what no browser decodes.
const char* codec_name(container::Codec codec);
/// `unit`: an access unit of the track that has the parameter sets, for pictures whose configuration is in band. Never
/// "avc3" or "hev1": Safari refuses them. Where nothing says more, a common profile is named.
std::string codec_string(const container::TrackInfo& track, std::span<const std::uint8_t> unit);
/// avcC, hvcC and AudioSpecificConfig as they are, Opus with its identification header (RFC 7845), FLAC with the
/// stream's marker. Empty where it is in band.
std::vector<std::uint8_t> decoder_config(const container::TrackInfo& track);

}  // namespace understudy::media
