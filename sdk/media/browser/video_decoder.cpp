// VideoDecoder by the platform: what it needs to know of the stream it gets with the first key picture.
#include <vector>

#include "media/browser/codec_string.h"
#include "media/browser/imports.h"
#include "media/browser/platform_decoder.h"

namespace understudy::media {
namespace {

// A hardware decoder has some 16 pictures, and stops without a word when all of them are held.
constexpr std::size_t kPicturesBorne = 4;

}  // namespace

struct VideoDecoder::Impl final : PlatformDecoder {
  Impl() : PlatformDecoder({understudy_video_drain, understudy_video_reset, understudy_video_close}) {}

  void on_picture(std::int64_t stamp_us, Picture&& picture) override {
    arrived.push_back({stamp_us, std::move(picture)});
  }

  void open_for(const container::AccessUnit& unit) {
    const std::string text = codec_string(track, unit.data.bytes());
    const bool in_band = track.annexb || track.config.empty();
    understudy_video_open(begin(), codec_name(track.codec), text.c_str(), in_band ? nullptr : track.config.data(),
                          in_band ? 0 : static_cast<int>(track.config.size()), track.width, track.height);
  }

  void send(const Packet& packet) {
    if (!is_open()) open_for(packet.unit);
    const auto bytes = packet.unit.data.bytes();
    const std::int64_t stamp = under_way_.send(packet.content_time, packet.duration);
    understudy_video_send(id(), generation(), bytes.data(), static_cast<int>(bytes.size()), static_cast<double>(stamp),
                          packet.unit.key ? 1 : 0);
  }

  void receive(Instant now, std::vector<Picture>& out) {
    begin_turn(now);
    for (Arrived& a : arrived) {
      const auto sent = under_way_.picture_came(a.stamp_us);
      if (!sent) continue;
      spoke();
      a.picture.frame.content_time = sent->content_time;
      out.push_back(std::move(a.picture));
    }
    arrived.clear();
    end_turn();
  }

  struct Arrived {
    std::int64_t stamp_us = 0;
    Picture picture;
  };
  bool chosen = false;  // a track was
  container::TrackInfo track;
  std::vector<Arrived> arrived;
  friend class VideoDecoder;
};

VideoDecoder::VideoDecoder() : impl_(std::make_unique<Impl>()) {}
VideoDecoder::~VideoDecoder() = default;

std::size_t VideoDecoder::pictures_borne() { return kPicturesBorne; }

bool VideoDecoder::is_open_for(const container::TrackInfo& track) const {
  const container::TrackInfo& own = impl_->track;
  return impl_->chosen && own.codec == track.codec && own.config == track.config && own.width == track.width &&
         own.height == track.height && own.annexb == track.annexb;
}

Result<void> VideoDecoder::open(const container::TrackInfo& track) {
  if (is_open_for(track)) return {};
  impl_->close();
  impl_->arrived.clear();
  impl_->track = track;
  impl_->chosen = true;
  return {};
}

Result<void> VideoDecoder::send(const Packet& packet, std::vector<Picture>& /*out*/) {
  impl_->send(packet);
  return {};
}

void VideoDecoder::drain(std::vector<Picture>& /*out*/) { impl_->ask_for_rest(); }

void VideoDecoder::flush() {
  impl_->arrived.clear();
  impl_->begin_anew();
}

void VideoDecoder::receive(Instant now, std::vector<Picture>& out) { impl_->receive(now, out); }
bool VideoDecoder::draining() const { return impl_->under_way_.draining(); }
std::size_t VideoDecoder::coming() const { return impl_->under_way_.coming(); }
std::optional<DecoderFailure> VideoDecoder::take_failure() { return impl_->take_failure(); }
Instant VideoDecoder::next_deadline() const { return impl_->next_deadline(); }

}  // namespace understudy::media
