#include "media/ffmpeg/codec.h"

extern "C" {
#include <libavutil/error.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>
}

#include <algorithm>
#include <array>
#include <iterator>

#include "media/opus_head.h"

namespace understudy::media {
namespace {

AVCodecID codec_id(container::Codec codec) {
  switch (codec) {
    case container::Codec::h264: return AV_CODEC_ID_H264;
    case container::Codec::hevc: return AV_CODEC_ID_HEVC;
    case container::Codec::aac: return AV_CODEC_ID_AAC;
    case container::Codec::mp3: return AV_CODEC_ID_MP3;
    case container::Codec::ac3: return AV_CODEC_ID_AC3;
    case container::Codec::eac3: return AV_CODEC_ID_EAC3;
    case container::Codec::opus: return AV_CODEC_ID_OPUS;
    case container::Codec::flac: return AV_CODEC_ID_FLAC;
    default: return AV_CODEC_ID_NONE;
  }
}

/// FFmpeg wants the STREAMINFO alone; dfLa has metadata blocks with their headers.
std::vector<std::uint8_t> flac_stream_info(const std::vector<std::uint8_t>& dfla) {
  constexpr std::ptrdiff_t kHeader = 4;
  constexpr std::ptrdiff_t kSize = 34;
  if (std::ssize(dfla) < kHeader + kSize || (dfla[0] & 0x7f) != 0) return dfla;
  return {dfla.begin() + kHeader, dfla.begin() + kHeader + kSize};
}

std::vector<std::uint8_t> decoder_config(const container::TrackInfo& track) {
  if (track.codec == container::Codec::opus) return opus_head(track.config);
  if (track.codec == container::Codec::flac) return flac_stream_info(track.config);
  return track.config;
}

bool set_config(AVCodecContext& context, const std::vector<std::uint8_t>& config) {
  if (config.empty()) return true;
  context.extradata = static_cast<std::uint8_t*>(av_mallocz(config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (context.extradata == nullptr) return false;
  std::copy(config.begin(), config.end(), context.extradata);
  context.extradata_size = static_cast<int>(config.size());
  return true;
}

using Storage = std::shared_ptr<const std::vector<std::uint8_t>>;
void release(void* opaque, std::uint8_t* /*data*/) { delete static_cast<Storage*>(opaque); }

}  // namespace

Result<CodecContext> open_codec(const container::TrackInfo& track) {
  const AVCodec* codec = avcodec_find_decoder(codec_id(track.codec));
  if (codec == nullptr) return fail(ErrorCode::decoder_unavailable, "no decoder for this codec in this FFmpeg");
  CodecContext context(avcodec_alloc_context3(codec));
  if (!context || !set_config(*context, decoder_config(track)))
    return fail(ErrorCode::decoder_unavailable, "out of memory");
  context->thread_count = 1;
  context->log_level_offset = 2 * AV_LOG_TRACE;  // errors are values here; nothing goes to stderr
  context->pkt_timebase = AVRational{1, 1'000'000'000};
  context->err_recognition = AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER;
  // Priming is accounted for by time stamps; FFmpeg must not cut samples as well.
  context->flags2 |= AV_CODEC_FLAG2_SKIP_MANUAL;
  if (track.kind == container::TrackKind::audio) {
    context->sample_rate = track.sample_rate;
    if (track.channels > 0) av_channel_layout_default(&context->ch_layout, track.channels);
  } else {
    context->width = track.width;
    context->height = track.height;
  }
  const int status = avcodec_open2(context.get(), codec, nullptr);
  if (status < 0) return fail(ErrorCode::decoder_unavailable, std::string(codec->name) + ": " + error_text(status));
  return context;
}

bool refer_to(const Packet& packet, AVPacket& target) {
  const container::Buffer& data = packet.unit.data;
  auto owner = std::make_unique<Storage>(data.storage());
  // FFmpeg only reads: the flag makes whoever wants to write copy first.
  auto* bytes = const_cast<std::uint8_t*>(data.data());
  target.buf = av_buffer_create(bytes, data.size() + AV_INPUT_BUFFER_PADDING_SIZE, release, owner.get(),
                                AV_BUFFER_FLAG_READONLY);
  if (target.buf == nullptr) return false;
  (void)owner.release();  // release() frees it with the last reference
  target.data = bytes;
  target.size = static_cast<int>(data.size());
  target.pts = packet.content_time.time_since_epoch().count();
  target.dts = AV_NOPTS_VALUE;
  if (packet.unit.key) target.flags |= AV_PKT_FLAG_KEY;
  return true;
}

std::string error_text(int averror) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(averror, text.data(), text.size());
  return text.data();
}

}  // namespace understudy::media
