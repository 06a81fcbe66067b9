// The few fields of H.264 parameter sets and slice headers that a demuxer needs.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "understudy/time.h"

namespace understudy::container::annexb {

namespace h264 {
enum NalType : unsigned { slice = 1, partition_a = 2, idr = 5, sei = 6, sps = 7, pps = 8, aud = 9 };
inline unsigned nal_type(std::uint8_t header) { return header & 0x1f; }
}  // namespace h264

struct H264Sps {
  unsigned id = 0;
  unsigned max_num_ref_frames = 0;
  int width = 0;
  int height = 0;
  bool frames_only = true;
  bool separate_planes = false;
  unsigned frame_num_bits = 4;
  Duration frame_duration{};  // from the VUI, zero where it says nothing

  /// `nal` with its header byte, still escaped.
  static std::optional<H264Sps> parse(std::span<const std::uint8_t> nal);
};

struct H264Pps {
  unsigned id = 0;
  unsigned sps_id = 0;
  unsigned num_ref_idx_l0 = 1;

  static std::optional<H264Pps> parse(std::span<const std::uint8_t> nal);
};

struct H264SliceHeader {
  unsigned first_mb = 0;
  unsigned type = 0;  // modulo 5: 0 P, 1 B, 2 I, 3 SP, 4 SI
  unsigned pps_id = 0;

  static std::optional<H264SliceHeader> parse(std::span<const std::uint8_t> nal);
  /// field_pic_flag, which lies where the SPS says.
  static bool is_field(std::span<const std::uint8_t> nal, const H264Sps& sps);
};

/// The parameter sets seen so far, and what they say about a picture.
class H264ParameterSets {
 public:
  struct Picture {
    bool key = false;
    bool field = false;
    const H264Sps* sps = nullptr;  // unset where a parameter set is missing
  };
  void add_sps(std::span<const std::uint8_t> nal);
  void add_pps(std::span<const std::uint8_t> nal);
  void begin_unit() { recovery_point_ = false; }
  /// Looks at one NAL unit of an access unit, in order; false once the picture is known (at its first slice).
  bool look_at(std::span<const std::uint8_t> nal, Picture& picture);

 private:
  std::array<std::optional<H264Sps>, 32> sps_;
  std::array<std::optional<H264Pps>, 256> pps_;
  bool recovery_point_ = false;
};

}  // namespace understudy::container::annexb
