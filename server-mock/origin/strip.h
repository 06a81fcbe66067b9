// The machine-readable strip at the top of every picture of the test origin: which channel, which content frame. Pure
// functions over a luma plane, used by the scene that paints it and by the judges that read it from what a viewer got.
//
// Layout: the top twelfth of the picture, 32 columns by 2 rows of equal cells, white (1) or black (0). The four corner
// cells are references (white, black / black, white). The other 60, row by row, are, most significant bit first: 36
// bits frame number in Gray code (so that few cells change per frame), 8 bits channel index, 16 bits CRC of both. Cells
// are read as the mean of their middle, so the strip survives coarse quantisation and scaling; the CRC makes a wrong
// reading very unlikely (1 in 65,536 of the damaged ones).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace understudy::server {

inline constexpr int kStripColumns = 32;
inline constexpr int kStripRows = 2;
inline constexpr std::int64_t kStripFrameMask = (std::int64_t{1} << 36) - 1;

struct StripValue {
  std::uint8_t channel_index = 0;
  std::int64_t frame_number = 0;
  friend bool operator==(const StripValue&, const StripValue&) = default;
};

/// Height of the strip in a picture of this height.
int strip_height(int height);

/// Paints in limited range (16 and 235). REQUIRES: width >= 64, height >= 48.
void paint_strip(std::uint8_t* luma, std::ptrdiff_t stride, int width, int height, StripValue value);

/// Reads a strip; nothing where there is none, or it is damaged. Any picture size from 64x48.
std::optional<StripValue> read_strip(const std::uint8_t* luma, std::ptrdiff_t stride, int width, int height);

}  // namespace understudy::server
