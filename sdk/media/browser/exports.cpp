// The platform's answers, handed to the decoder that they are for. What nobody waits for any more is closed.
#include <cmath>
#include <cstdlib>

#include "media/browser/imports.h"
#include "media/browser/platform_decoder.h"

using understudy::PixelFormat;
using understudy::media::Picture;
using understudy::media::PlatformDecoder;

namespace {

constexpr int kDamaged = 1;
constexpr int kMostChannels = 64;

std::shared_ptr<const void> owner_of(int picture) {
  // The pointer is never looked at: it counts who holds the picture.
  static const char held = 0;
  return {&held, [picture](const void*) { understudy_picture_release(picture); }};
}

}  // namespace

void understudy_on_picture(int decoder, int generation, int picture, double timestamp_us, int width, int height,
                           int sar_num, int sar_den, int flags, int queued) {
  Picture out;
  out.frame.format = PixelFormat::platform;
  out.frame.handle = picture;
  out.frame.owner = owner_of(picture);
  out.frame.width = width;
  out.frame.height = height;
  if (sar_num > 0 && sar_den > 0) {
    out.frame.sample_aspect_num = sar_num;
    out.frame.sample_aspect_den = sar_den;
  }
  out.damaged = (flags & kDamaged) != 0;
  PlatformDecoder* receiver = PlatformDecoder::find(decoder, generation);
  if (receiver == nullptr) return;
  receiver->on_picture(std::llround(timestamp_us), std::move(out));
  receiver->on_queue(queued);
}

void understudy_on_sound(int decoder, int generation, double timestamp_us, int sample_rate, int channels, int frames,
                         const float* planar) {
  if (sample_rate <= 0 || channels <= 0 || channels > kMostChannels || frames <= 0 || planar == nullptr) return;
  if (PlatformDecoder* receiver = PlatformDecoder::find(decoder, generation))
    receiver->on_sound(std::llround(timestamp_us), sample_rate, channels, frames, planar);
}

std::uint8_t* understudy_alloc(int size) {
  return static_cast<std::uint8_t*>(std::malloc(static_cast<std::size_t>(size)));
}

void understudy_free(std::uint8_t* memory) { std::free(memory); }

void understudy_on_drained(int decoder, int generation) {
  if (PlatformDecoder* receiver = PlatformDecoder::find(decoder, generation)) receiver->on_drained();
}

void understudy_on_queue(int decoder, int generation, int queued) {
  if (PlatformDecoder* receiver = PlatformDecoder::find(decoder, generation)) receiver->on_queue(queued);
}

void understudy_on_decoder_error(int decoder, int generation, int fatal, const char* message) {
  if (fatal != 0) return PlatformDecoder::on_fatal(decoder, message);
  if (PlatformDecoder* receiver = PlatformDecoder::find(decoder, generation)) receiver->on_error(false, message);
}
