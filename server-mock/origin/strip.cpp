#include "origin/strip.h"

#include <array>
#include <cstring>

namespace understudy::server {
namespace {

constexpr int kCells = kStripColumns * kStripRows;
constexpr std::uint8_t kBlack = 16;
constexpr std::uint8_t kWhite = 235;
constexpr int kMinContrast = 60;  // between the references; a black or grey picture has no strip

using Cells = std::array<bool, kCells>;

constexpr std::array<int, 4> kReference = {0, kStripColumns - 1, kStripColumns,
                                           kCells - 1};  // white, black, black, white
constexpr std::array<bool, 4> kReferenceValue = {true, false, false, true};

bool is_reference(int cell) {
  for (const int r : kReference) {
    if (r == cell) return true;
  }
  return false;
}

std::uint16_t crc16(std::uint64_t value, int bits) {
  std::uint16_t crc = 0xffff;
  for (int i = bits - 1; i >= 0; --i) {
    const bool bit = ((value >> i) & 1) != 0;
    const bool top = (crc & 0x8000) != 0;
    crc = static_cast<std::uint16_t>(crc << 1);
    if (bit != top) crc ^= 0x1021;
  }
  return crc;
}

std::uint64_t pack(StripValue v) {
  const auto n = static_cast<std::uint64_t>(v.frame_number & kStripFrameMask);
  const std::uint64_t payload = ((n ^ (n >> 1)) << 8) | v.channel_index;
  return (payload << 16) | crc16(payload, 44);
}

std::optional<StripValue> unpack(std::uint64_t word) {
  const std::uint64_t payload = word >> 16;
  if (crc16(payload, 44) != (word & 0xffff)) return std::nullopt;
  std::uint64_t n = payload >> 8;
  for (int shift = 1; shift < 64; shift *= 2) n ^= n >> shift;
  return StripValue{static_cast<std::uint8_t>(payload & 0xff), static_cast<std::int64_t>(n)};
}

struct Rect {
  int x0, y0, x1, y1;
};

Rect cell_rect(int cell, int width, int height) {
  const int column = cell % kStripColumns;
  const int row = cell / kStripColumns;
  const int strip = strip_height(height);
  return {column * width / kStripColumns, row * strip / kStripRows, (column + 1) * width / kStripColumns,
          (row + 1) * strip / kStripRows};
}

// A quarter is left out on each side: scaling and deblocking smear the edges.
int cell_mean(const std::uint8_t* luma, std::ptrdiff_t stride, Rect r) {
  const int dx = (r.x1 - r.x0) / 4;
  const int dy = (r.y1 - r.y0) / 4;
  int sum = 0;
  int count = 0;
  for (int y = r.y0 + dy; y < r.y1 - dy; ++y) {
    for (int x = r.x0 + dx; x < r.x1 - dx; ++x) {
      sum += luma[y * stride + x];
      ++count;
    }
  }
  return count == 0 ? 0 : sum / count;
}

}  // namespace

int strip_height(int height) { return height / 12; }

void paint_strip(std::uint8_t* luma, std::ptrdiff_t stride, int width, int height, StripValue value) {
  Cells cells{};
  std::uint64_t word = pack(value);
  for (int cell = kCells - 1; cell >= 0; --cell) {
    if (is_reference(cell)) continue;
    cells[static_cast<std::size_t>(cell)] = (word & 1) != 0;
    word >>= 1;
  }
  for (std::size_t i = 0; i < kReference.size(); ++i)
    cells[static_cast<std::size_t>(kReference[i])] = kReferenceValue[i];
  for (int cell = 0; cell < kCells; ++cell) {
    const Rect r = cell_rect(cell, width, height);
    for (int y = r.y0; y < r.y1; ++y) {
      std::memset(luma + y * stride + r.x0, cells[static_cast<std::size_t>(cell)] ? kWhite : kBlack,
                  static_cast<std::size_t>(r.x1 - r.x0));
    }
  }
}

std::optional<StripValue> read_strip(const std::uint8_t* luma, std::ptrdiff_t stride, int width, int height) {
  if (width < 2 * kStripColumns || height < 48) return std::nullopt;
  int white = 0;
  int black = 0;
  for (std::size_t i = 0; i < kReference.size(); ++i) {
    (kReferenceValue[i] ? white : black) += cell_mean(luma, stride, cell_rect(kReference[i], width, height));
  }
  if (white - black < 2 * kMinContrast) return std::nullopt;
  const int threshold = (white + black) / 4;
  std::uint64_t word = 0;
  for (int cell = 0; cell < kCells; ++cell) {
    if (is_reference(cell)) continue;
    word = (word << 1) | (cell_mean(luma, stride, cell_rect(cell, width, height)) > threshold ? 1u : 0u);
  }
  return unpack(word);
}

}  // namespace understudy::server
