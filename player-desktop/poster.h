// The pre-live poster: an image that somebody else chose, so everything about it is bounded.
#pragma once

#include <SDL.h>

#include <memory>
#include <string>

#include "understudy/result.h"

namespace understudy::desktop {

struct SurfaceCloser {
  void operator()(SDL_Surface* surface) const { SDL_FreeSurface(surface); }
};
using SurfacePtr = std::unique_ptr<SDL_Surface, SurfaceCloser>;

inline constexpr std::size_t kMaxPosterBytes = 8u << 20;
inline constexpr int kMaxPosterSide = 8192;
inline constexpr std::int64_t kMaxPosterPixels = 16'000'000;
/// What is kept: a decoded poster is scaled down to fit this, whatever it came as.
inline constexpr int kKeptPosterSide = 1920;

/// PNG or JPEG to 32-bit pixels. Error: bad_image or limit_exceeded.
Result<std::shared_ptr<SDL_Surface>> decode_poster(const std::string& bytes);

}  // namespace understudy::desktop
