// Writes small transport streams by hand, one packet at a time, so that a test can damage exactly one thing.
#pragma once

#include <map>

#include "collect.h"

namespace understudy::test {

class TsWriter {
 public:
  struct Es {
    std::uint16_t pid;
    std::uint8_t stream_type;
    Bytes descriptors;
  };
  static constexpr std::uint16_t kPmtPid = 0x100;

  TsWriter& pat(std::uint16_t pmt_pid = kPmtPid);
  TsWriter& pmt(const std::vector<Es>& streams, std::uint16_t pcr_pid = 0x1fff);
  /// Without a length where `bounded` is false.
  TsWriter& pes(std::uint16_t pid, std::uint64_t pts, std::uint64_t dts, const Bytes& payload, bool bounded = false);
  TsWriter& section(std::uint16_t pid, Bytes section_without_crc);
  /// A packet with nothing but a clock.
  TsWriter& pcr(std::uint16_t pid, std::uint64_t base);
  TsWriter& null_packet();
  /// One packet as it is, at most 184 bytes of payload; the rest is stuffing in the adaptation field.
  TsWriter& packet(std::uint16_t pid, bool unit_start, std::span<const std::uint8_t> payload);

  std::size_t packets() const { return bytes_.size() / 188; }
  const Bytes& bytes() const { return bytes_; }
  Bytes& bytes() { return bytes_; }

 private:
  void spread(std::uint16_t pid, std::span<const std::uint8_t> unit);
  std::map<std::uint16_t, std::uint8_t> counters_;
  Bytes bytes_;
};

/// An H.264 access unit: AUD, for a key picture SPS and PPS, and one slice of about `size` bytes.
Bytes h264_unit(bool key, std::size_t size = 400);
/// An ADTS frame of 48 kHz stereo with `payload` bytes.
Bytes adts_frame(std::size_t payload, std::uint8_t fill = 0x21);

}  // namespace understudy::test
