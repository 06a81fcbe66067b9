// Writes small fragmented MP4 by hand.
#pragma once

#include <string>

#include "collect.h"

namespace understudy::test {

class BoxWriter {
 public:
  BoxWriter& u8(std::uint64_t value) { return number(value, 1); }
  BoxWriter& u16(std::uint64_t value) { return number(value, 2); }
  BoxWriter& u32(std::uint64_t value) { return number(value, 4); }
  BoxWriter& u64(std::uint64_t value) { return number(value, 8); }
  BoxWriter& zeros(std::size_t count);
  BoxWriter& text(const std::string& characters);
  BoxWriter& raw(const Bytes& bytes);
  Bytes bytes;

 private:
  BoxWriter& number(std::uint64_t value, int size);
};

Bytes box(const std::string& type, const BoxWriter& body);
Bytes box(const std::string& type, const Bytes& body);
Bytes operator+(const Bytes& a, const Bytes& b);

/// A moov with one track.
struct MoovOptions {
  std::uint32_t track = 1;
  std::string handler = "vide";
  Bytes sample_entry;
  std::uint32_t timescale = 1000;
  Bytes edts;
};
Bytes moov(const MoovOptions& options);
Bytes video_entry(const std::string& format = "avc1", const Bytes& children = {});
Bytes audio_entry(const std::string& format, std::uint32_t rate, const Bytes& children = {});
Bytes elst(const std::vector<std::pair<std::uint32_t, std::int32_t>>& entries);

struct FragmentOptions {
  std::uint32_t track = 1;
  std::int64_t decode_time = 0;  // negative: no tfdt
  std::vector<std::uint32_t> sizes;
  std::vector<std::int32_t> composition_offsets;  // empty: none
  std::uint32_t duration = 40;
  std::uint32_t first_flags = 0;
  std::uint32_t flags = 0x01010000;
  std::optional<std::uint64_t> base_data_offset;  // instead of default-base-is-moof
  std::int32_t data_offset_error = 0;
};
/// moof and mdat; sample n is filled with byte n + 1.
Bytes fragment(const FragmentOptions& options);

}  // namespace understudy::test
