#include "poster.h"

#include <SDL_image.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "image_size.h"

namespace understudy::desktop {
namespace {

SurfacePtr scaled_to_keep(SurfacePtr image) {
  const int longest = std::max(image->w, image->h);
  if (longest <= kKeptPosterSide) return image;
  const int w = std::max(1, image->w * kKeptPosterSide / longest);
  const int h = std::max(1, image->h * kKeptPosterSide / longest);
  SurfacePtr smaller(SDL_CreateRGBSurfaceWithFormat(0, w, h, 32, SDL_PIXELFORMAT_ARGB8888));
  if (!smaller || SDL_SoftStretchLinear(image.get(), nullptr, smaller.get(), nullptr) != 0) return image;
  return smaller;
}

}  // namespace

Result<std::shared_ptr<SDL_Surface>> decode_poster(const std::string& bytes) {
  if (bytes.size() > kMaxPosterBytes) return fail(ErrorCode::limit_exceeded, "poster: more than 8 MiB");
  const auto size = image_size({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  if (!size) return Unexpected{Error{size.error().code, "poster: " + size.error().detail}};
  if (std::max(size->width, size->height) > kMaxPosterSide ||
      std::int64_t{size->width} * size->height > kMaxPosterPixels) {
    return fail(ErrorCode::limit_exceeded, fmt::format("poster: {}×{} pixels are too many", size->width, size->height));
  }
  if (is_cut_png({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}))
    return fail(ErrorCode::bad_image, "poster: the PNG is cut short");
  SDL_RWops* reader = SDL_RWFromConstMem(bytes.data(), static_cast<int>(bytes.size()));
  const SurfacePtr decoded(IMG_Load_RW(reader, 1));
  if (!decoded) return fail(ErrorCode::bad_image, fmt::format("poster: {}", IMG_GetError()));
  SurfacePtr image(SDL_ConvertSurfaceFormat(decoded.get(), SDL_PIXELFORMAT_ARGB8888, 0));
  if (!image) return fail(ErrorCode::bad_image, "poster: unknown pixel format");
  return std::shared_ptr<SDL_Surface>(scaled_to_keep(std::move(image)).release(), SurfaceCloser{});
}

}  // namespace understudy::desktop
