#include "media/decoder.h"
#include "media/ffmpeg/codec.h"
#include "media/ffmpeg/resampler.h"

namespace understudy::media {

struct AudioDecoder::Impl {
  explicit Impl(AudioFormat device) : resampler(device) {}

  container::TrackInfo track;
  CodecContext context;
  PacketPtr packet{av_packet_alloc()};
  FramePtr frame{av_frame_alloc()};
  Resampler resampler;

  Result<void> receive(PcmQueue& out) {
    Result<void> result;
    while (frame && avcodec_receive_frame(context.get(), frame.get()) >= 0) {
      if ((frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0) {
        result = fail(ErrorCode::decode_failed, "damaged sound");
        continue;
      }
      const MediaTime begin = frame->pts == AV_NOPTS_VALUE ? resampler.expected() : MediaTime(Duration(frame->pts));
      resampler.convert(*frame, begin, out);
      av_frame_unref(frame.get());
    }
    return result;
  }
};

AudioDecoder::AudioDecoder(AudioFormat device) : impl_(std::make_unique<Impl>(device)) {}
AudioDecoder::~AudioDecoder() = default;

bool AudioDecoder::is_open_for(const container::TrackInfo& track) const {
  return impl_->context && impl_->track.codec == track.codec && impl_->track.config == track.config &&
         impl_->track.sample_rate == track.sample_rate && impl_->track.channels == track.channels;
}

Result<void> AudioDecoder::open(const container::TrackInfo& track) {
  if (is_open_for(track)) return {};
  impl_->context.reset();
  auto opened = open_codec(track);
  if (!opened) return Unexpected{opened.error()};
  impl_->context = std::move(*opened);
  impl_->track = track;
  return {};
}

Result<void> AudioDecoder::send(const Packet& packet, PcmQueue& out) {
  Impl& d = *impl_;
  if (!d.packet || !refer_to(packet, *d.packet)) return fail(ErrorCode::decode_failed, "out of memory");
  const int status = avcodec_send_packet(d.context.get(), d.packet.get());
  av_packet_unref(d.packet.get());
  if (status < 0 && status != AVERROR(EAGAIN)) return fail(ErrorCode::decode_failed, error_text(status));
  return d.receive(out);
}

void AudioDecoder::drain(PcmQueue& out) {
  if (!impl_->context) return;
  avcodec_send_packet(impl_->context.get(), nullptr);
  (void)impl_->receive(out).has_value();
  avcodec_flush_buffers(impl_->context.get());
  impl_->resampler.drain(out);
}

void AudioDecoder::flush() {
  if (impl_->context) avcodec_flush_buffers(impl_->context.get());
  impl_->resampler.reset();
}

// Everything came with its packet.
void AudioDecoder::receive(Instant /*now*/, PcmQueue& /*out*/) {}
bool AudioDecoder::draining() const { return false; }
bool AudioDecoder::can_take() const { return true; }
std::size_t AudioDecoder::coming() const { return 0; }
std::optional<DecoderFailure> AudioDecoder::take_failure() { return std::nullopt; }
Instant AudioDecoder::next_deadline() const { return Instant::max(); }

}  // namespace understudy::media
