// Program association and program map tables (ISO 13818-1 2.4.4.3, 2.4.4.8).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "container/access_unit.h"

namespace understudy::container::ts {

/// How the payload of a PID becomes access units.
enum class Carriage {
  video,      // H.264 or H.265 byte stream in PES
  audio,      // self-delimiting audio frames in PES
  opus,       // Opus access units with control headers in PES
  pes_units,  // one access unit per PES packet
  sections,   // one access unit per section
};

struct EsInfo {
  std::uint16_t pid = 0;
  TrackKind kind = TrackKind::metadata;
  Codec codec = Codec::private_data;
  Carriage carriage = Carriage::pes_units;
  std::uint8_t opus_channel_config = 0;
  friend bool operator==(const EsInfo&, const EsInfo&) = default;
};

struct Pat {
  std::uint16_t first_pmt_pid = 0;  // of the first program; HLS has exactly one (RFC 8216 3.2)
};

struct Pmt {
  std::uint16_t pcr_pid = 0;
  std::vector<EsInfo> streams;
};

/// `section` with an intact CRC. Nothing where it is another table, not current, or malformed.
std::optional<Pat> parse_pat(std::span<const std::uint8_t> section);
std::optional<Pmt> parse_pmt(std::span<const std::uint8_t> section);

}  // namespace understudy::container::ts
