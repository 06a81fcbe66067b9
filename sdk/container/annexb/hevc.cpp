#include "container/annexb/hevc.h"

#include "container/annexb/nal.h"
#include "container/bit_reader.h"

namespace understudy::container::annexb {
namespace {

constexpr unsigned kMaxSide = 1u << 16;

// 7.3.3 with profilePresentFlag set.
void skip_profile_tier_level(BitReader& bits, unsigned max_sub_layers_minus1) {
  bits.skip(88 + 8);
  bool profile_present[8] = {};
  bool level_present[8] = {};
  for (unsigned i = 0; i < max_sub_layers_minus1; ++i) {
    profile_present[i] = bits.flag();
    level_present[i] = bits.flag();
  }
  if (max_sub_layers_minus1 > 0) bits.skip(2 * (8 - max_sub_layers_minus1));
  for (unsigned i = 0; i < max_sub_layers_minus1; ++i) {
    if (profile_present[i]) bits.skip(88);
    if (level_present[i]) bits.skip(8);
  }
}

}  // namespace

std::optional<HevcSps> HevcSps::parse(std::span<const std::uint8_t> nal) {
  const auto payload = unescape(nal, 512);
  BitReader bits(payload);
  bits.skip(16 + 4);
  const unsigned max_sub_layers_minus1 = bits.bits(3);
  bits.skip(1);
  skip_profile_tier_level(bits, max_sub_layers_minus1);
  bits.ue();  // sps_seq_parameter_set_id
  const unsigned chroma_format = bits.ue();
  const bool separate_planes = chroma_format == 3 && bits.flag();
  const std::uint64_t width = bits.ue();
  const std::uint64_t height = bits.ue();
  std::uint64_t window[4] = {};
  if (bits.flag()) {
    for (auto& side : window) side = bits.ue();
  }
  if (!bits.ok() || chroma_format > 3) return std::nullopt;
  const bool subsampled = !separate_planes;
  const std::uint64_t unit_x = subsampled && (chroma_format == 1 || chroma_format == 2) ? 2 : 1;
  const std::uint64_t unit_y = subsampled && chroma_format == 1 ? 2 : 1;
  const std::uint64_t cut_x = (window[0] + window[1]) * unit_x;
  const std::uint64_t cut_y = (window[2] + window[3]) * unit_y;
  if (width > kMaxSide || height > kMaxSide || cut_x >= width || cut_y >= height) return std::nullopt;
  return HevcSps{static_cast<int>(width - cut_x), static_cast<int>(height - cut_y)};
}

}  // namespace understudy::container::annexb
