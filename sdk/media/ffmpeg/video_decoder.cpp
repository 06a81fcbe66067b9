extern "C" {
#include <libavutil/buffer.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include "media/decoder.h"
#include "media/ffmpeg/codec.h"

namespace understudy::media {
namespace {

struct SwsDeleter {
  void operator()(SwsContext* s) const { sws_freeContext(s); }
};
struct PoolDeleter {
  void operator()(AVBufferPool* p) const { av_buffer_pool_uninit(&p); }
};

ColorMatrix matrix_of(const AVFrame& frame) {
  switch (frame.colorspace) {
    case AVCOL_SPC_BT709: return ColorMatrix::bt709;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL: return ColorMatrix::bt2020;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
    case AVCOL_SPC_FCC: return ColorMatrix::bt601;
    default: return frame.height >= 720 ? ColorMatrix::bt709 : ColorMatrix::bt601;  // what every player assumes
  }
}

VideoFrame wrap(FramePtr frame) {
  VideoFrame out;
  out.width = frame->width;
  out.height = frame->height;
  if (frame->sample_aspect_ratio.num > 0 && frame->sample_aspect_ratio.den > 0) {
    out.sample_aspect_num = frame->sample_aspect_ratio.num;
    out.sample_aspect_den = frame->sample_aspect_ratio.den;
  }
  out.format = frame->format == AV_PIX_FMT_NV12 ? PixelFormat::nv12 : PixelFormat::yuv420p;
  out.matrix = matrix_of(*frame);
  out.full_range = frame->color_range == AVCOL_RANGE_JPEG || frame->format == AV_PIX_FMT_YUVJ420P;
  for (int i = 0; i < 3; ++i) {
    out.planes[static_cast<std::size_t>(i)] = frame->data[i];
    out.strides[static_cast<std::size_t>(i)] = frame->linesize[i];
  }
  out.content_time = MediaTime(Duration(frame->pts));
  out.owner = std::shared_ptr<const void>(std::shared_ptr<AVFrame>(std::move(frame)));
  return out;
}

/// Everything that the front ends do not show becomes yuv420p, in pooled memory.
class PixelConverter {
 public:
  FramePtr convert(FramePtr in) {
    sws_.reset(sws_getCachedContext(sws_.release(), in->width, in->height, static_cast<AVPixelFormat>(in->format),
                                    in->width, in->height, AV_PIX_FMT_YUV420P, SWS_BILINEAR, nullptr, nullptr,
                                    nullptr));
    if (!sws_) return nullptr;
    const int size = av_image_get_buffer_size(AV_PIX_FMT_YUV420P, in->width, in->height, kAlign);
    if (size < 0) return nullptr;
    if (size != pool_size_) {
      pool_.reset(av_buffer_pool_init(static_cast<std::size_t>(size), nullptr));
      pool_size_ = size;
    }
    FramePtr out(av_frame_alloc());
    if (!out || av_frame_copy_props(out.get(), in.get()) < 0) return nullptr;
    out->width = in->width;
    out->height = in->height;
    out->format = AV_PIX_FMT_YUV420P;
    out->buf[0] = av_buffer_pool_get(pool_.get());
    if (out->buf[0] == nullptr) return nullptr;
    av_image_fill_arrays(out->data, out->linesize, out->buf[0]->data, AV_PIX_FMT_YUV420P, in->width, in->height,
                         kAlign);
    sws_scale(sws_.get(), in->data, in->linesize, 0, in->height, out->data, out->linesize);
    return out;
  }

 private:
  static constexpr int kAlign = 32;
  std::unique_ptr<SwsContext, SwsDeleter> sws_;
  std::unique_ptr<AVBufferPool, PoolDeleter> pool_;
  int pool_size_ = 0;
};

bool shown_as_is(int format) {
  return format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUVJ420P || format == AV_PIX_FMT_NV12;
}

}  // namespace

struct VideoDecoder::Impl {
  container::TrackInfo track;
  CodecContext context;
  PacketPtr packet{av_packet_alloc()};
  FramePtr spare{av_frame_alloc()};
  PixelConverter converter;

  void receive(std::vector<Picture>& out) {
    while (spare && avcodec_receive_frame(context.get(), spare.get()) >= 0) {
      FramePtr frame = std::move(spare);
      spare.reset(av_frame_alloc());
      if (frame->pts == AV_NOPTS_VALUE) continue;
      Picture picture;
      picture.damaged = (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0;
      if (!shown_as_is(frame->format)) frame = converter.convert(std::move(frame));
      if (!frame) continue;
      picture.frame = wrap(std::move(frame));
      out.push_back(std::move(picture));
    }
  }
};

VideoDecoder::VideoDecoder() : impl_(std::make_unique<Impl>()) {}
VideoDecoder::~VideoDecoder() = default;

std::size_t VideoDecoder::pictures_borne() { return 0; }

bool VideoDecoder::is_open_for(const container::TrackInfo& track) const {
  return impl_->context && impl_->track.codec == track.codec && impl_->track.config == track.config;
}

Result<void> VideoDecoder::open(const container::TrackInfo& track) {
  if (is_open_for(track)) return {};
  impl_->context.reset();
  auto opened = open_codec(track);
  if (!opened) return Unexpected{opened.error()};
  impl_->context = std::move(*opened);
  impl_->track = track;
  return {};
}

Result<void> VideoDecoder::send(const Packet& packet, std::vector<Picture>& out) {
  Impl& d = *impl_;
  if (!d.packet || !refer_to(packet, *d.packet)) return fail(ErrorCode::decode_failed, "out of memory");
  int status = avcodec_send_packet(d.context.get(), d.packet.get());
  if (status == AVERROR(EAGAIN)) {
    d.receive(out);
    status = avcodec_send_packet(d.context.get(), d.packet.get());
  }
  av_packet_unref(d.packet.get());
  d.receive(out);
  if (status < 0) return fail(ErrorCode::decode_failed, error_text(status));
  return {};
}

void VideoDecoder::drain(std::vector<Picture>& out) {
  if (!impl_->context) return;
  avcodec_send_packet(impl_->context.get(), nullptr);
  impl_->receive(out);
  avcodec_flush_buffers(impl_->context.get());
}

void VideoDecoder::flush() {
  if (impl_->context) avcodec_flush_buffers(impl_->context.get());
}

// Everything came with its packet.
void VideoDecoder::receive(Instant /*now*/, std::vector<Picture>& /*out*/) {}
bool VideoDecoder::draining() const { return false; }
std::size_t VideoDecoder::coming() const { return 0; }
std::optional<DecoderFailure> VideoDecoder::take_failure() { return std::nullopt; }
Instant VideoDecoder::next_deadline() const { return Instant::max(); }

}  // namespace understudy::media
