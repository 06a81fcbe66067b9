// The size of an image from its first bytes, so that a picture bomb is refused before a decoder allocates for it.
#pragma once

#include <span>

#include "understudy/result.h"

namespace understudy::desktop {

struct ImageSize {
  int width = 0;
  int height = 0;
};

/// PNG and JPEG. Error: bad_image.
Result<ImageSize> image_size(std::span<const std::uint8_t> bytes);
/// By its signature; what has a size and is none is a JPEG.
bool is_png(std::span<const std::uint8_t> bytes);
/// A PNG that ends early, or whose chunks claim to be longer than it is: no decoder is to see it.
bool is_cut_png(std::span<const std::uint8_t> bytes);

}  // namespace understudy::desktop
