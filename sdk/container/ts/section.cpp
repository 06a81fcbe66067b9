#include "container/ts/section.h"

#include <array>

namespace understudy::container::ts {
namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i << 24;
    for (int bit = 0; bit < 8; ++bit) value = value << 1 ^ ((value >> 31) != 0 ? 0x04c11db7u : 0u);
    table[i] = value;
  }
  return table;
}
constexpr auto kTable = make_table();

}  // namespace

std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : bytes) crc = crc << 8 ^ kTable[(crc >> 24 ^ byte) & 0xff];
  return crc;
}

std::size_t SectionAssembler::wanted() const {
  if (section_.size() < kHeader) return kHeader;
  const std::size_t length = kHeader + ((section_[1] & 0x0fu) << 8 | section_[2]);
  return std::min(length, kMaxSection);
}

bool SectionAssembler::intact() const {
  // SCTE 35 sections carry a CRC although they are not long sections (their section_syntax_indicator is 0).
  return section_.size() >= kHeader + 4 && crc32(section_) == 0;
}

}  // namespace understudy::container::ts
