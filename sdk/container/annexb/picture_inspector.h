// What the coded bytes of an access unit say about its picture, whatever container they came in.
#pragma once

#include "container/access_unit.h"
#include "container/annexb/h264.h"

namespace understudy::container::annexb {

struct PictureFacts {
  bool key = false;      // IDR, IRAP, or H.264 recovery point
  bool leading = false;  // H.265 RASL or RADL
  int width = 0;         // 0 where the parameter set is not known (H.265: not in this unit)
  int height = 0;
  Duration nominal_duration{};  // as the H.264 SPS says, of a field where it is one; zero where it does not say
};

class PictureInspector {
 public:
  explicit PictureInspector(Codec codec) : codec_(codec) {}

  /// Parameter sets and NAL length size from an avcC or hvcC body.
  void set_config(std::span<const std::uint8_t> config);
  /// An access unit with start codes, or, after set_config, with length prefixes.
  PictureFacts inspect(std::span<const std::uint8_t> unit);

 private:
  bool look_at(std::span<const std::uint8_t> nal, PictureFacts& facts);
  bool look_at_h264(std::span<const std::uint8_t> nal, PictureFacts& facts);
  static bool look_at_hevc(std::span<const std::uint8_t> nal, PictureFacts& facts);
  void read_avc_config(std::span<const std::uint8_t> config);

  Codec codec_;
  unsigned length_size_ = 0;  // 0: start codes
  H264ParameterSets h264_;
};

}  // namespace understudy::container::annexb
