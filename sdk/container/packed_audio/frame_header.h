// Headers of self-delimiting audio frames: ADTS (ISO 14496-3 1.A.2.2), MPEG audio (ISO 11172-3 2.4.1.3),
// AC-3 and E-AC-3 (ETSI TS 102 366 4.3, E.1.2).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "container/access_unit.h"

namespace understudy::container {

struct AudioFrameHeader {
  Codec codec = Codec::unknown;
  std::size_t header_size = 0;  // bytes that are not part of the access unit (ADTS); 0 for the others
  std::size_t frame_size = 0;   // header included
  std::uint32_t samples = 0;
  int sample_rate = 0;
  int channels = 0;
  bool dependent = false;            // E-AC-3 dependent substream: belongs to the frame before
  std::uint32_t signature = 0;       // what stays the same from frame to frame
  std::vector<std::uint8_t> config;  // AudioSpecificConfig, for ADTS
};

/// Each looks at the first bytes of `bytes` (at least kMinHeader of them) and answers nothing where no frame can start.
using ParseFrameHeader = std::optional<AudioFrameHeader> (*)(std::span<const std::uint8_t> bytes);
inline constexpr std::size_t kMinHeader = 8;
inline constexpr std::size_t kMaxHeader = 9;  // ADTS with a checksum

std::optional<AudioFrameHeader> parse_adts(std::span<const std::uint8_t> bytes);
std::optional<AudioFrameHeader> parse_mpeg_audio(std::span<const std::uint8_t> bytes);
std::optional<AudioFrameHeader> parse_ac3(std::span<const std::uint8_t> bytes);  // E-AC-3 too; `codec` says which

/// Null where the codec has no frames of its own.
ParseFrameHeader frame_header_parser(Codec codec);

}  // namespace understudy::container
