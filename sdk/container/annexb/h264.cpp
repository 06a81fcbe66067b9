#include "container/annexb/h264.h"

#include "container/annexb/nal.h"
#include "container/bit_reader.h"
#include "container/sei/sei.h"

namespace understudy::container::annexb {
namespace {

constexpr std::size_t kMaxParameterSet = 4096;  // scaling lists and a full VUI with HRD stay below 1 kB
constexpr unsigned kMaxSide = 1u << 16;

bool has_chroma_format(unsigned profile) {
  switch (profile) {
    case 100:
    case 110:
    case 122:
    case 244:
    case 44:
    case 83:
    case 86:
    case 118:
    case 128:
    case 138:
    case 139:
    case 134:
    case 135: return true;
    default: return false;
  }
}

void skip_scaling_list(BitReader& bits, unsigned size) {
  std::int64_t last = 8;
  std::int64_t next = 8;
  for (unsigned i = 0; i < size && bits.ok(); ++i) {
    if (next != 0) next = (last + bits.se() + 256) % 256;
    if (next != 0) last = next;
  }
}

void skip_scaling_matrix(BitReader& bits, unsigned chroma_format) {
  if (!bits.flag()) return;
  for (unsigned i = 0; i < (chroma_format == 3 ? 12u : 8u) && bits.ok(); ++i) {
    if (bits.flag()) skip_scaling_list(bits, i < 6 ? 16 : 64);
  }
}

void skip_picture_order_count(BitReader& bits) {
  const unsigned type = bits.ue();
  if (type == 0) {
    bits.ue();
  } else if (type == 1) {
    bits.skip(1);
    bits.se();
    bits.se();
    const unsigned count = bits.ue();
    for (unsigned i = 0; i < count && i < 256 && bits.ok(); ++i) bits.se();
  }
}

Duration vui_frame_duration(BitReader& bits) {
  if (!bits.flag()) return {};  // vui_parameters_present_flag
  if (bits.flag() && bits.bits(8) == 255) bits.skip(32);
  if (bits.flag()) bits.skip(1);
  if (bits.flag()) {
    bits.skip(4);
    if (bits.flag()) bits.skip(24);
  }
  if (bits.flag()) {
    bits.ue();
    bits.ue();
  }
  if (!bits.flag()) return {};  // timing_info_present_flag
  const std::uint32_t units = bits.bits(32);
  const std::uint32_t scale = bits.bits(32);
  if (!bits.ok() || scale == 0 || scale >= 1u << 31) return {};
  return from_ticks(std::int64_t{units} * 2, scale);  // a tick is a field (Table E-6)
}

}  // namespace

std::optional<H264Sps> H264Sps::parse(std::span<const std::uint8_t> nal) {
  const auto payload = unescape(nal, kMaxParameterSet);
  BitReader bits(payload);
  bits.skip(8);
  const unsigned profile = bits.bits(8);
  bits.skip(16);
  H264Sps sps;
  sps.id = bits.ue();
  unsigned chroma_format = 1;
  if (has_chroma_format(profile)) {
    chroma_format = bits.ue();
    if (chroma_format == 3) sps.separate_planes = bits.flag();
    bits.ue();
    bits.ue();
    bits.skip(1);
    skip_scaling_matrix(bits, chroma_format);
  }
  const unsigned frame_num_bits_minus4 = bits.ue();
  skip_picture_order_count(bits);
  sps.max_num_ref_frames = bits.ue();
  bits.skip(1);
  const std::uint64_t mbs_wide = std::uint64_t{bits.ue()} + 1;
  const std::uint64_t map_units_high = std::uint64_t{bits.ue()} + 1;
  sps.frames_only = bits.flag();
  if (!sps.frames_only) bits.skip(1);
  bits.skip(1);
  std::uint64_t crop[4] = {};
  if (bits.flag()) {
    for (auto& side : crop) side = bits.ue();
  }
  if (!bits.ok() || sps.id > 31 || chroma_format > 3 || frame_num_bits_minus4 > 12) return std::nullopt;
  sps.frame_num_bits = frame_num_bits_minus4 + 4;
  const std::uint64_t field_factor = sps.frames_only ? 1 : 2;
  const bool subsampled = !sps.separate_planes && chroma_format != 0;
  const std::uint64_t unit_x = subsampled && chroma_format != 3 ? 2 : 1;
  const std::uint64_t unit_y = (subsampled && chroma_format == 1 ? 2 : 1) * field_factor;
  const std::uint64_t cut_x = (crop[0] + crop[1]) * unit_x;
  const std::uint64_t cut_y = (crop[2] + crop[3]) * unit_y;
  const std::uint64_t width = mbs_wide * 16;
  const std::uint64_t height = map_units_high * 16 * field_factor;
  if (width > kMaxSide || height > kMaxSide || cut_x >= width || cut_y >= height) return std::nullopt;
  sps.width = static_cast<int>(width - cut_x);
  sps.height = static_cast<int>(height - cut_y);
  sps.frame_duration = vui_frame_duration(bits);
  return sps;
}

std::optional<H264Pps> H264Pps::parse(std::span<const std::uint8_t> nal) {
  const auto payload = unescape(nal, kMaxParameterSet);
  BitReader bits(payload);
  bits.skip(8);
  H264Pps pps;
  pps.id = bits.ue();
  pps.sps_id = bits.ue();
  bits.skip(2);
  // With slice groups (Baseline FMO) the list size lies behind a map that nobody streams: left at its default.
  if (bits.ue() == 0) pps.num_ref_idx_l0 = bits.ue() + 1;
  if (!bits.ok() || pps.id > 255 || pps.sps_id > 31) return std::nullopt;
  return pps;
}

std::optional<H264SliceHeader> H264SliceHeader::parse(std::span<const std::uint8_t> nal) {
  const auto payload = unescape(nal, 24);
  BitReader bits(payload);
  bits.skip(8);
  H264SliceHeader slice;
  slice.first_mb = bits.ue();
  slice.type = bits.ue() % 5;
  slice.pps_id = bits.ue();
  if (!bits.ok() || slice.pps_id > 255) return std::nullopt;
  return slice;
}

bool H264SliceHeader::is_field(std::span<const std::uint8_t> nal, const H264Sps& sps) {
  if (sps.frames_only) return false;
  const auto payload = unescape(nal, 24);
  BitReader bits(payload);
  bits.skip(8);
  bits.ue();
  bits.ue();
  bits.ue();
  bits.skip(sps.frame_num_bits + (sps.separate_planes ? 2 : 0));
  return bits.flag();
}

void H264ParameterSets::add_sps(std::span<const std::uint8_t> nal) {
  if (auto sps = H264Sps::parse(nal)) sps_[sps->id] = *sps;
}

void H264ParameterSets::add_pps(std::span<const std::uint8_t> nal) {
  if (auto pps = H264Pps::parse(nal)) pps_[pps->id] = *pps;
}

bool H264ParameterSets::look_at(std::span<const std::uint8_t> nal, Picture& picture) {
  switch (h264::nal_type(nal[0])) {
    case h264::sps: add_sps(nal); return true;
    case h264::pps: add_pps(nal); return true;
    case h264::sei: recovery_point_ = recovery_point_ || sei::has_recovery_point(nal.subspan(1)); return true;
    case h264::slice:
    case h264::idr: break;
    default: return true;
  }
  picture.key = h264::nal_type(nal[0]) == h264::idr || recovery_point_;
  const auto slice = H264SliceHeader::parse(nal);
  if (!slice || !pps_[slice->pps_id] || !sps_[pps_[slice->pps_id]->sps_id]) return false;
  const H264Pps& pps = *pps_[slice->pps_id];
  picture.sps = &*sps_[pps.sps_id];
  picture.field = H264SliceHeader::is_field(nal, *picture.sps);
  // An intra picture where nothing can refer further back: an open random access point without a recovery point
  // message.
  if (slice->type == 2 && picture.sps->max_num_ref_frames <= 1 && pps.num_ref_idx_l0 <= 1) picture.key = true;
  return false;
}

}  // namespace understudy::container::annexb
