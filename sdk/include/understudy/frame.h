// Decoded media as the front ends receive it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "understudy/ids.h"
#include "understudy/time.h"

namespace understudy {

/// `platform`: the picture lies in memory of the platform (a browser's VideoFrame), and only `handle` names it. The
/// pipeline converts everything else to yuv420p.
enum class PixelFormat { yuv420p, nv12, platform };
enum class ColorMatrix { bt601, bt709, bt2020 };

/// One decoded picture. Cheap to copy: planes are shared and immutable, alive as long as any copy is. Desktop builds never
/// produce `platform` pictures, browser builds nothing else.
struct VideoFrame {
  int width = 0;   // visible size; planes may be wider (stride)
  int height = 0;
  int sample_aspect_num = 1;
  int sample_aspect_den = 1;
  PixelFormat format = PixelFormat::yuv420p;
  ColorMatrix matrix = ColorMatrix::bt709;
  bool full_range = false;
  std::array<const std::uint8_t*, 3> planes{};  // null where format is platform
  std::array<int, 3> strides{};
  int handle = 0;                     // platform: the picture's name there, valid as long as `owner` is held
  std::shared_ptr<const void> owner;  // keeps the planes alive, or the platform's picture open; its release closes it

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
