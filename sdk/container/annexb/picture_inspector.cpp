#include "container/annexb/picture_inspector.h"

#include "container/annexb/hevc.h"
#include "container/annexb/nal.h"
#include "container/byte_reader.h"

namespace understudy::container::annexb {

void PictureInspector::set_config(std::span<const std::uint8_t> config) {
  constexpr std::size_t kHevcLengthSizeAt = 21;  // ISO 14496-15 8.3.3.1
  if (codec_ == Codec::h264) {
    read_avc_config(config);
  } else {
    length_size_ = config.size() > kHevcLengthSizeAt ? (config[kHevcLengthSizeAt] & 3u) + 1 : 4;
  }
}

// ISO 14496-15 5.3.3.1.
void PictureInspector::read_avc_config(std::span<const std::uint8_t> config) {
  ByteReader bytes(config);
  bytes.skip(4);
  length_size_ = (bytes.u8() & 3u) + 1;
  h264_ = {};
  const unsigned sps_count = bytes.u8() & 0x1fu;
  for (unsigned i = 0; i < sps_count && bytes.ok(); ++i) h264_.add_sps(bytes.take(bytes.u16()));
  const unsigned pps_count = bytes.u8();
  for (unsigned i = 0; i < pps_count && bytes.ok(); ++i) h264_.add_pps(bytes.take(bytes.u16()));
}

PictureFacts PictureInspector::inspect(std::span<const std::uint8_t> unit) {
  PictureFacts facts;
  h264_.begin_unit();
  const auto visit = [&](std::span<const std::uint8_t> nal) { return look_at(nal, facts); };
  if (length_size_ == 0) {
    for_each_nal(unit, visit);
  } else {
    for_each_prefixed_nal(unit, length_size_, visit);
  }
  return facts;
}

bool PictureInspector::look_at(std::span<const std::uint8_t> nal, PictureFacts& facts) {
  if (nal.size() < 2) return true;
  return codec_ == Codec::hevc ? look_at_hevc(nal, facts) : look_at_h264(nal, facts);
}

bool PictureInspector::look_at_h264(std::span<const std::uint8_t> nal, PictureFacts& facts) {
  H264ParameterSets::Picture picture;
  if (h264_.look_at(nal, picture)) return true;
  facts.key = picture.key;
  if (picture.sps != nullptr) {
    facts.width = picture.sps->width;
    facts.height = picture.sps->height;
    facts.nominal_duration = picture.field ? picture.sps->frame_duration / 2 : picture.sps->frame_duration;
  }
  return false;
}

bool PictureInspector::look_at_hevc(std::span<const std::uint8_t> nal, PictureFacts& facts) {
  if (hevc::layer_id(nal[0], nal[1]) > 0) return true;
  const unsigned type = hevc::nal_type(nal[0]);
  if (type == hevc::sps) {
    if (const auto sps = HevcSps::parse(nal)) {
      facts.width = sps->width;
      facts.height = sps->height;
    }
  }
  if (!hevc::is_slice(type)) return true;
  facts.key = hevc::is_irap(type);
  facts.leading = hevc::is_leading(type);
  return false;
}

}  // namespace understudy::container::annexb
