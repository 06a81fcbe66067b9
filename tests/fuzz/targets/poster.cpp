// Bytes as a poster: a picture within the bounds, as large as it was measured, or a typed error, whatever the decoder behind makes of it.
#include <algorithm>

#include "image_size.h"
#include "poster.h"
#include "support/target.h"

using namespace understudy;
using namespace understudy::desktop;

UNDERSTUDY_FUZZ_TARGET(poster) {
  const auto size = image_size(input);
  const auto decoded = decode_poster(std::string(fuzz::text_of(input)));
  if (!decoded) {
    PROMISE(decoded.error().code == ErrorCode::bad_image || decoded.error().code == ErrorCode::limit_exceeded);
    PROMISE(decoded.error().detail.rfind("poster: ", 0) == 0);
    return;
  }
  PROMISE(size.has_value());
  const SDL_Surface& picture = **decoded;
  if (std::max(size->width, size->height) <= kKeptPosterSide) PROMISE(picture.w == size->width && picture.h == size->height);
  PROMISE(picture.w > 0 && picture.h > 0 && picture.w <= kKeptPosterSide && picture.h <= kKeptPosterSide);
  PROMISE(picture.format->BytesPerPixel == 4 && picture.pitch >= picture.w * 4);
}
