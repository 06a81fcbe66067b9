// The few fields of H.265 that a demuxer needs.
#pragma once

#include <optional>
#include <span>

#include "understudy/time.h"

namespace understudy::container::annexb {

namespace hevc {
enum NalType : unsigned {
  radl_n = 6,
  rasl_r = 9,
  bla_w_lp = 16,
  cra = 21,
  irap_last = 23,
  vps = 32,
  sps = 33,
  pps = 34,
  eob = 37,
  prefix_sei = 39,
};
inline unsigned nal_type(std::uint8_t header) { return header >> 1 & 0x3f; }
inline unsigned layer_id(std::uint8_t first, std::uint8_t second) { return (first & 1u) << 5 | second >> 3; }
inline bool is_slice(unsigned type) { return type <= 9 || (type >= 16 && type <= 21); }
inline bool is_irap(unsigned type) { return type >= bla_w_lp && type <= irap_last; }
inline bool is_leading(unsigned type) { return type >= radl_n && type <= rasl_r; }
/// 7.4.2.4.4: these start a new access unit when they follow a slice.
inline bool starts_unit(unsigned type) {
  return (type >= vps && type <= eob) || type == prefix_sei || (type >= 41 && type <= 44) || (type >= 48 && type <= 55);
}
}  // namespace hevc

struct HevcSps {
  int width = 0;
  int height = 0;

  static std::optional<HevcSps> parse(std::span<const std::uint8_t> nal);
};

}  // namespace understudy::container::annexb
