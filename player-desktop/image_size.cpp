#include "image_size.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace understudy::desktop {
namespace {

constexpr std::array<std::uint8_t, 8> kPngSignature{0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a};

std::uint32_t big_endian(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | bytes[at + i];
  return value;
}

/// Every chunk up to the last one lies within the bytes. Behind their end SDL_image reads on without noticing: a length of
/// 2 GB in a file of 200 bytes keeps its decoder busy for minutes.
bool png_is_whole(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kAroundBody = 12;  // length, type; checksum
  std::size_t at = kPngSignature.size();
  while (at + kAroundBody <= bytes.size()) {
    const std::size_t length = big_endian(bytes, at, 4);
    const bool last = big_endian(bytes, at + 4, 4) == 0x49454e44;  // IEND
    if (length > bytes.size() - at - kAroundBody) return false;
    if (last) return true;
    at += kAroundBody + length;
  }
  return false;
}

std::optional<ImageSize> png_size(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 24 || !is_png(bytes)) return std::nullopt;
  const std::uint32_t width = big_endian(bytes, 16, 4);
  const std::uint32_t height = big_endian(bytes, 20, 4);
  if (width > INT32_MAX || height > INT32_MAX) return std::nullopt;
  return ImageSize{static_cast<int>(width), static_cast<int>(height)};
}

/// SOF0…SOF15 but DHT (c4), JPG (c8) and DAC (cc): ITU-T T.81 table B.1.
bool is_start_of_frame(std::uint8_t marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

std::optional<ImageSize> jpeg_size(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 4 || bytes[0] != 0xff || bytes[1] != 0xd8) return std::nullopt;
  std::size_t at = 2;
  while (at + 4 <= bytes.size() && bytes[at] == 0xff) {
    const std::uint8_t marker = bytes[at + 1];
    if (marker == 0xff) {  // fill byte
      ++at;
      continue;
    }
    const std::uint32_t length = big_endian(bytes, at + 2, 2);
    if (is_start_of_frame(marker)) {
      if (at + 9 > bytes.size()) return std::nullopt;
      return ImageSize{static_cast<int>(big_endian(bytes, at + 7, 2)), static_cast<int>(big_endian(bytes, at + 5, 2))};
    }
    if (length < 2) return std::nullopt;
    at += 2 + length;
  }
  return std::nullopt;
}

}  // namespace

bool is_png(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= kPngSignature.size() && std::equal(kPngSignature.begin(), kPngSignature.end(), bytes.begin());
}

bool is_cut_png(std::span<const std::uint8_t> bytes) { return is_png(bytes) && !png_is_whole(bytes); }

Result<ImageSize> image_size(std::span<const std::uint8_t> bytes) {
  auto size = png_size(bytes);
  if (!size) size = jpeg_size(bytes);
  if (!size || size->width < 1 || size->height < 1) return fail(ErrorCode::bad_image, "neither a PNG nor a JPEG image");
  return *size;
}

}  // namespace understudy::desktop
