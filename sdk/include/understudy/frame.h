// Decoded media as the front ends receive it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "understudy/ids.h"
#include "understudy/time.h"

namespace understudy {

enum class PixelFormat { yuv420p, nv12 };  // the pipeline converts everything else to yuv420p
enum class ColorMatrix { bt601, bt709, bt2020 };

/// One decoded picture. Cheap to copy: planes are shared and immutable, alive as long as any copy is.
struct VideoFrame {
  int width = 0;   // visible size; planes may be wider (stride)
  int height = 0;
  int sample_aspect_num = 1;
  int sample_aspect_den = 1;
  PixelFormat format = PixelFormat::yuv420p;
  ColorMatrix matrix = ColorMatrix::bt709;
  bool full_range = false;
  std::array<const std::uint8_t*, 3> planes{};
  std::array<int, 3> strides{};
  std::shared_ptr<const void> owner;  // keeps the planes alive

  SourceId source{};
  MediaTime content_time{};  // on the group's content time line; UTC where the source carries dates
  std::optional<WallTime> program_date_time;
  Duration duration{};       // zero where unknown
  std::uint32_t lost_before = 0;      // frames of content skipped directly before this one
  std::uint32_t repeated_before = 0;  // frames of content shown twice directly before this one
};

/// Interleaved 32-bit float.
struct AudioFormat {
  int sample_rate = 48000;
  int channels = 2;
  friend bool operator==(const AudioFormat&, const AudioFormat&) = default;
};

}  // namespace understudy
