#include "media/browser/codec_string.h"

#include <array>
#include <cstddef>
#include <cstdio>

#include "container/annexb/h264.h"
#include "container/annexb/hevc.h"
#include "container/annexb/nal.h"

namespace understudy::media {
namespace {

using Bytes = std::span<const std::uint8_t>;
namespace annexb = container::annexb;

// Where the stream does not say: High at level 4, and Main at level 4.
constexpr const char* kSomeH264 = "avc1.640028";
constexpr const char* kSomeHevc = "hvc1.1.6.L120.90";

std::string hex(unsigned value, const char* format) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

/// `three`: profile, constraints, level; avcC has them from its second byte on, an SPS too.
std::string avc1(Bytes three) {
  std::string out = "avc1.";
  for (std::size_t i = 0; i < 3; ++i) out += hex(three[i], "%02X");
  return out;
}

std::string h264_string(const container::TrackInfo& track, Bytes unit) {
  constexpr std::size_t kNeeded = 4;
  if (!track.annexb && track.config.size() >= kNeeded) return avc1(Bytes(track.config).subspan(1));
  std::string out = kSomeH264;
  annexb::for_each_nal(unit, [&](Bytes nal) {
    if (nal.size() < kNeeded || annexb::h264::nal_type(nal[0]) != annexb::h264::sps) return true;
    out = avc1(nal.subspan(1));
    return false;
  });
  return out;
}

std::uint32_t reversed(std::uint32_t v) {
  std::uint32_t out = 0;
  for (int i = 0; i < 32; ++i) out |= (v >> i & 1U) << (31 - i);
  return out;
}

/// ISO 14496-15 E.3. `ptl`: general_profile_space to general_level_idc, 12 bytes as in hvcC and profile_tier_level.
std::string hvc1(Bytes ptl) {
  constexpr std::array<const char*, 4> kSpaces{"", "A", "B", "C"};
  constexpr std::size_t kConstraints = 5;
  constexpr std::size_t kLevel = 11;
  std::string out = "hvc1.";
  out += kSpaces[ptl[0] >> 6];
  out += std::to_string(ptl[0] & 0x1f);
  const std::uint32_t compatible = static_cast<std::uint32_t>(ptl[1]) << 24 | static_cast<std::uint32_t>(ptl[2]) << 16 |
                                   static_cast<std::uint32_t>(ptl[3]) << 8 | ptl[4];
  out += '.' + hex(reversed(compatible), "%X");
  out += (ptl[0] & 0x20) != 0 ? ".H" : ".L";
  out += std::to_string(ptl[kLevel]);
  std::size_t end = kLevel;  // trailing zero bytes of the constraints are left out
  while (end > kConstraints && ptl[end - 1] == 0) --end;
  for (std::size_t i = kConstraints; i < end; ++i) out += '.' + hex(ptl[i], "%X");
  return out;
}

std::string hevc_string(const container::TrackInfo& track, Bytes unit) {
  constexpr std::size_t kPtl = 12;
  if (!track.annexb && track.config.size() > kPtl) return hvc1(Bytes(track.config).subspan(1, kPtl));
  constexpr std::size_t kBefore = 3;  // NAL header, VPS id, sub-layers
  std::string out = kSomeHevc;
  annexb::for_each_nal(unit, [&](Bytes nal) {
    if (nal.empty() || annexb::hevc::nal_type(nal[0]) != annexb::hevc::sps) return true;
    const std::vector<std::uint8_t> plain = annexb::unescape(nal, kBefore + kPtl);
    if (plain.size() == kBefore + kPtl) out = hvc1(Bytes(plain).subspan(kBefore));
    return false;
  });
  return out;
}

std::string aac_string(const container::TrackInfo& track) {
  constexpr unsigned kEscape = 31;
  unsigned type = 2;  // LC
  if (!track.config.empty()) type = track.config[0] >> 3;
  if (type == kEscape && track.config.size() >= 2) type = 32 + ((track.config[0] & 7U) << 3 | track.config[1] >> 5);
  return "mp4a.40." + std::to_string(type);
}

}  // namespace

const char* codec_name(container::Codec codec) {
  switch (codec) {
    case container::Codec::h264: return "h264";
    case container::Codec::hevc: return "hevc";
    case container::Codec::aac: return "aac";
    case container::Codec::mp3: return "mp3";
    case container::Codec::ac3: return "ac3";
    case container::Codec::eac3: return "eac3";
    case container::Codec::opus: return "opus";
    case container::Codec::flac: return "flac";
    default: return "";
  }
}

std::string codec_string(const container::TrackInfo& track, Bytes unit) {
  switch (track.codec) {
    case container::Codec::h264: return h264_string(track, unit);
    case container::Codec::hevc: return hevc_string(track, unit);
    case container::Codec::aac: return aac_string(track);
    case container::Codec::ac3: return "ac-3";
    case container::Codec::eac3: return "ec-3";
    default: return codec_name(track.codec);
  }
}

}  // namespace understudy::media
