#include "poster.h"

#include <SDL_image.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>

#include "image_size.h"

namespace understudy::desktop {
namespace {

struct ReaderCloser {
  void operator()(SDL_RWops* reader) const { SDL_RWclose(reader); }
};

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
  const std::span image_bytes(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  const auto size = image_size(image_bytes);
  if (!size) return Unexpected{Error{size.error().code, "poster: " + size.error().detail}};
  if (std::max(size->width, size->height) > kMaxPosterSide ||
      std::int64_t{size->width} * size->height > kMaxPosterPixels) {
    return fail(ErrorCode::limit_exceeded, fmt::format("poster: {}×{} pixels are too many", size->width, size->height));
  }
  if (is_cut_png(image_bytes)) return fail(ErrorCode::bad_image, "poster: the PNG is cut short");
  const std::unique_ptr<SDL_RWops, ReaderCloser> reader(SDL_RWFromConstMem(bytes.data(), static_cast<int>(bytes.size())));
  // As what it was measured: IMG_Load_RW guesses, and takes a JPEG with "<svg" in it for a drawing of any size.
  const SurfacePtr decoded(is_png(image_bytes) ? IMG_LoadPNG_RW(reader.get()) : IMG_LoadJPG_RW(reader.get()));
  if (!decoded) return fail(ErrorCode::bad_image, fmt::format("poster: {}", IMG_GetError()));
  SurfacePtr image(SDL_ConvertSurfaceFormat(decoded.get(), SDL_PIXELFORMAT_ARGB8888, 0));
  if (!image) return fail(ErrorCode::bad_image, "poster: unknown pixel format");
  return std::shared_ptr<SDL_Surface>(scaled_to_keep(std::move(image)).release(), SurfaceCloser{});
}

}  // namespace understudy::desktop
