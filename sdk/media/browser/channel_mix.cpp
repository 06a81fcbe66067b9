#include "media/browser/channel_mix.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace understudy::media {
namespace {

/// What a channel adds to the left, to the right, and to mono.
struct Speaker {
  float left = 0;
  float right = 0;
  float mono = 0;
};

constexpr float kHalfPower = 0.70710678F;
constexpr Speaker kLeft{1, 0, kHalfPower};
constexpr Speaker kRight{0, 1, kHalfPower};
constexpr Speaker kCentre{kHalfPower, kHalfPower, 1};
constexpr Speaker kLfe{0, 0, 0};
constexpr Speaker kLeftAround{kHalfPower, 0, 0.5F};
constexpr Speaker kRightAround{0, kHalfPower, 0.5F};
constexpr Speaker kBackCentre{0.5F, 0.5F, 0.5F};

constexpr std::array kMono{kCentre};
constexpr std::array kSurround{kLeft, kRight, kCentre};
constexpr std::array kBackCentreSurround{kLeft, kRight, kCentre, kBackCentre};
constexpr std::array kQuad{kLeft, kRight, kLeftAround, kRightAround};
constexpr std::array kFive{kLeft, kRight, kCentre, kLeftAround, kRightAround};
constexpr std::array kSix{kLeft, kRight, kCentre, kLfe, kBackCentre, kLeftAround, kRightAround};
/// Also 5.1, and stereo.
constexpr std::array kSeven{kLeft, kRight, kCentre, kLfe, kLeftAround, kRightAround, kLeftAround, kRightAround};

std::span<const Speaker> speakers(container::Codec codec, int channels) {
  using container::Codec;
  switch (channels) {
    case 1: return kMono;
    case 3: return kSurround;
    case 4:
      if (codec == Codec::aac || codec == Codec::ac3 || codec == Codec::eac3) return kBackCentreSurround;
      return kQuad;
    case 5: return kFive;
    case 7: return kSix;
    default: return kSeven;
  }
}

void add(const float* in, std::size_t frames, float weight, float* out) {
  if (weight == 0) return;
  for (std::size_t i = 0; i < frames; ++i) out[i] += weight * in[i];
}

}  // namespace

void mix_channels(container::Codec codec, const float* planar, int channels, int frames, int out_channels,
                  std::vector<float>& out) {
  const auto length = static_cast<std::size_t>(frames);
  const std::size_t begin = out.size();
  out.resize(begin + static_cast<std::size_t>(out_channels) * length);
  const std::span<const Speaker> table = speakers(codec, channels);
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
    const float* in = planar + c * length;
    float* to = out.data() + begin;
    if (channels == out_channels || out_channels > 2) {
      if (c < static_cast<std::size_t>(out_channels)) std::copy_n(in, length, to + c * length);
    } else if (c < table.size()) {
      add(in, length, out_channels == 1 ? table[c].mono : table[c].left, to);
      if (out_channels == 2) add(in, length, table[c].right, to + length);
    }
  }
}

}  // namespace understudy::media
