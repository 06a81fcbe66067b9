#include "origin/codec.h"

#include <cstdio>

namespace understudy::server {
namespace {

const AVCodec* find_video_encoder() {
  for (const char* name : {"libx264", "libopenh264"}) {
    if (const AVCodec* codec = avcodec_find_encoder_by_name(name)) return codec;
  }
  if (const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_H264)) return codec;
  return avcodec_find_encoder(AV_CODEC_ID_MPEG4);
}

AVCodecID audio_codec_id(const std::string& name) {
  if (name == "ac3") return AV_CODEC_ID_AC3;
  if (name == "eac3") return AV_CODEC_ID_EAC3;
  if (name == "mp3") return AV_CODEC_ID_MP3;
  return AV_CODEC_ID_AAC;
}

/// A format that the origin can fill: floats where the encoder takes them, else 16 bits.
AVSampleFormat sample_format(const AVCodec& encoder) {
  for (const AVSampleFormat wanted : {AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_S16P, AV_SAMPLE_FMT_S16}) {
    for (const AVSampleFormat* f = encoder.sample_fmts; f != nullptr && *f != AV_SAMPLE_FMT_NONE; ++f) {
      if (*f == wanted) return wanted;
    }
  }
  return AV_SAMPLE_FMT_FLTP;
}

/// The three bytes after the type of the first sequence parameter set in Annex B data: profile, constraints, level.
const std::uint8_t* find_sps(const std::uint8_t* data, int size) {
  for (int i = 0; i + 6 < size; ++i) {
    if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1 && (data[i + 3] & 0x1f) == 7) return data + i + 4;
  }
  return nullptr;
}

}  // namespace

Result<av::Codec> open_video_encoder(const ChannelSettings& s) {
  const AVCodec* encoder = find_video_encoder();
  if (encoder == nullptr) return fail(ErrorCode::internal, "FFmpeg has no H.264 encoder");
  av::Codec c(avcodec_alloc_context3(encoder));
  c->width = s.width;
  c->height = s.height;
  c->pix_fmt = AV_PIX_FMT_YUV420P;
  c->time_base = {static_cast<int>(s.fps.den), static_cast<int>(s.fps.num)};
  c->framerate = {static_cast<int>(s.fps.num), static_cast<int>(s.fps.den)};
  c->sample_aspect_ratio = {1, 1};
  c->bit_rate = s.bitrate_kbps * 1000LL;
  c->rc_max_rate = c->bit_rate * 3 / 2;
  c->rc_buffer_size = static_cast<int>(c->bit_rate * 2);
  c->gop_size = 10'000;  // key frames are forced where the plan wants them, never elsewhere
  c->max_b_frames = s.bframes;
  c->thread_count = 1;  // many channels share the cores, and a channel needs a fraction of one
  const bool sd = s.height <= 576;
  c->color_range = AVCOL_RANGE_MPEG;
  c->colorspace = sd ? AVCOL_SPC_SMPTE170M : AVCOL_SPC_BT709;
  c->color_primaries = sd ? AVCOL_PRI_SMPTE170M : AVCOL_PRI_BT709;
  c->color_trc = sd ? AVCOL_TRC_SMPTE170M : AVCOL_TRC_BT709;
  if (s.container == Container::fmp4) c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (std::string(encoder->name) == "libx264") {
    if (av_opt_set(c->priv_data, "preset", s.preset.c_str(), 0) < 0)
      return fail(ErrorCode::invalid_config, "origin.preset has no such value");
    if (s.bframes == 0) av_opt_set(c->priv_data, "tune", "zerolatency", 0);
    av_opt_set(c->priv_data, "forced-idr", "1", 0);
    av_opt_set(c->priv_data, "x264-params", "scenecut=0:open-gop=0:rc-lookahead=0:sync-lookahead=0:sliced-threads=0",
               0);
  }
  const int error = avcodec_open2(c.get(), encoder, nullptr);
  if (error < 0) return av::failed("video encoder", error);
  return c;
}

Result<av::Codec> open_audio_encoder(const ChannelSettings& s) {
  const AVCodec* encoder = avcodec_find_encoder(audio_codec_id(s.audio_codec));
  if (encoder == nullptr) return fail(ErrorCode::invalid_config, "origin.audio_codec: FFmpeg has no such encoder");
  av::Codec c(avcodec_alloc_context3(encoder));
  c->sample_rate = s.audio_rate;
  c->time_base = {1, s.audio_rate};
  c->sample_fmt = sample_format(*encoder);
  av_channel_layout_default(&c->ch_layout, s.audio_channels);
  c->bit_rate = s.audio_bitrate_kbps * 1000LL;
  c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;  // the TS muxer makes its ADTS headers from it, too
  const int error = avcodec_open2(c.get(), encoder, nullptr);
  if (error < 0) return av::failed("audio encoder", error);
  return c;
}

Result<void> encode(AVCodecContext& codec, const AVFrame* frame, std::deque<av::Packet>& out) {
  int error = avcodec_send_frame(&codec, frame);
  while (error >= 0) {
    av::Packet packet(av_packet_alloc());
    error = avcodec_receive_packet(&codec, packet.get());
    if (error >= 0) out.push_back(std::move(packet));
  }
  if (error != AVERROR(EAGAIN) && error != AVERROR_EOF) return av::failed("encoding", error);
  return {};
}

std::string codec_name(const AVCodecContext& codec, const AVPacket& packet) {
  switch (codec.codec_id) {
    case AV_CODEC_ID_AAC: return "mp4a.40.2";
    case AV_CODEC_ID_AC3: return "ac-3";
    case AV_CODEC_ID_EAC3: return "ec-3";
    case AV_CODEC_ID_MP3: return "mp4a.40.34";
    case AV_CODEC_ID_MPEG4: return "mp4v.20.9";
    default: break;
  }
  const std::uint8_t* sps = find_sps(codec.extradata, codec.extradata_size);
  if (sps == nullptr) sps = find_sps(packet.data, packet.size);
  if (sps == nullptr) return "avc1.42c01e";
  char text[16];
  std::snprintf(text, sizeof text, "avc1.%02x%02x%02x", sps[0], sps[1], sps[2]);
  return text;
}

}  // namespace understudy::server
