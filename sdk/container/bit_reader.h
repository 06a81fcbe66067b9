// Bits and Exp-Golomb codes from a span. Reading past the end gives zeros and makes ok() false.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

namespace understudy::container {

class BitReader {
 public:
  explicit BitReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::size_t bits_left() const { return bytes_.size() * 8 - position_; }

  bool flag() {
    if (position_ >= bytes_.size() * 8) {
      ok_ = false;
      return false;
    }
    const bool bit = (bytes_[position_ / 8] >> (7 - position_ % 8) & 1) != 0;
    ++position_;
    return bit;
  }
  std::uint32_t bits(unsigned count) {  // REQUIRES: count <= 32
    std::uint32_t value = 0;
    for (unsigned i = 0; i < count; ++i) value = value << 1 | static_cast<std::uint32_t>(flag());
    return value;
  }
  void skip(std::size_t count) {
    if (count > bits_left()) {
      ok_ = false;
      count = bits_left();
    }
    position_ += count;
  }
  /// ue(v) of H.264 9.1; a code of more than 32 zeros is not ok.
  std::uint32_t ue() {
    unsigned zeros = 0;
    while (ok_ && !flag()) {
      if (++zeros > 32) ok_ = false;
    }
    if (!ok_) return 0;
    const std::uint64_t value = (std::uint64_t{1} << zeros) - 1 + (zeros == 0 ? 0 : bits(zeros));
    return static_cast<std::uint32_t>(value);
  }
  /// se(v) of H.264 9.1.1; the one code beyond its range is not ok.
  std::int32_t se() {
    const std::uint32_t code = ue();
    if (code == std::numeric_limits<std::uint32_t>::max()) ok_ = false;
    if (!ok_) return 0;
    const auto half = static_cast<std::int32_t>(code / 2);
    return code % 2 == 1 ? half + 1 : -half;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace understudy::container
