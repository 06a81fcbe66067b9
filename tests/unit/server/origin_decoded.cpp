#include <algorithm>
#include <cstring>

#include "origin/av.h"
#include "unit/server/decoded.h"

namespace understudy::test {
namespace {

namespace av = server::av;

[[maybe_unused]] const bool kQuiet = (av_log_set_level(AV_LOG_FATAL), true);  // libx264 talks about every stream

struct Memory {
  const std::string& bytes;
  std::size_t at = 0;
};

int read_memory(void* opaque, std::uint8_t* out, int size) {
  auto& m = *static_cast<Memory*>(opaque);
  const std::size_t n = std::min(static_cast<std::size_t>(size), m.bytes.size() - m.at);
  if (n == 0) return AVERROR_EOF;
  std::memcpy(out, m.bytes.data() + m.at, n);
  m.at += n;
  return static_cast<int>(n);
}

av::Codec open_decoder(const AVStream& stream) {
  const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
  av::Codec c(avcodec_alloc_context3(codec));
  avcodec_parameters_to_context(c.get(), stream.codecpar);
  c->pkt_timebase = stream.time_base;
  c->thread_count = 1;
  return avcodec_open2(c.get(), codec, nullptr) < 0 ? nullptr : std::move(c);
}

DecodedPicture look(const AVFrame& f, const AVStream& stream, int scale_to_height) {
  DecodedPicture p;
  p.pts = av_rescale_q(f.best_effort_timestamp, stream.time_base, {1, 90'000});
  p.key = f.key_frame != 0;
  p.width = f.width;
  p.height = f.height;
  double sum = 0;
  for (int y = 0; y < f.height; ++y) {
    for (int x = 0; x < f.width; ++x) sum += f.data[0][y * f.linesize[0] + x];
  }
  p.mean_luma = sum / (f.width * f.height);
  if (scale_to_height == 0) {
    p.strip = server::read_strip(f.data[0], f.linesize[0], f.width, f.height);
    return p;
  }
  const int w = f.width * scale_to_height / f.height & ~1;
  std::vector<std::uint8_t> luma(static_cast<std::size_t>(w * scale_to_height));
  av::Scaler scaler(sws_getContext(f.width, f.height, static_cast<AVPixelFormat>(f.format), w, scale_to_height,
                                   AV_PIX_FMT_GRAY8, SWS_BICUBIC, nullptr, nullptr, nullptr));
  std::uint8_t* planes[4] = {luma.data(), nullptr, nullptr, nullptr};
  const int strides[4] = {w, 0, 0, 0};
  sws_scale(scaler.get(), f.data, f.linesize, 0, f.height, planes, strides);
  p.strip = server::read_strip(luma.data(), w, w, scale_to_height);
  return p;
}

void drain_video(AVCodecContext& codec, const AVStream& stream, int scale, Decoded& out) {
  av::Frame frame(av_frame_alloc());
  while (avcodec_receive_frame(&codec, frame.get()) >= 0) out.pictures.push_back(look(*frame, stream, scale));
}

void drain_audio(AVCodecContext& codec, const AVStream& stream, Decoded& out) {
  av::Frame frame(av_frame_alloc());
  while (avcodec_receive_frame(&codec, frame.get()) >= 0) {
    if (out.sound.empty()) out.sound_pts = av_rescale_q(frame->pts, stream.time_base, {1, 90'000});
    out.sample_rate = frame->sample_rate;
    const auto* samples = reinterpret_cast<const float*>(frame->extended_data[0]);
    if (frame->format == AV_SAMPLE_FMT_FLTP) out.sound.insert(out.sound.end(), samples, samples + frame->nb_samples);
  }
}

Decoded read_all(AVFormatContext& format, int scale, std::size_t enough) {
  Decoded out;
  if (avformat_find_stream_info(&format, nullptr) < 0) return Decoded{{}, {}, 0, 0, "no streams"};
  std::vector<av::Codec> decoders;
  for (unsigned i = 0; i < format.nb_streams; ++i) decoders.push_back(open_decoder(*format.streams[i]));
  const auto drain = [&](std::size_t i) {
    if (format.streams[i]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO)
      drain_video(*decoders[i], *format.streams[i], scale, out);
    if (format.streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO)
      drain_audio(*decoders[i], *format.streams[i], out);
  };
  av::Packet packet(av_packet_alloc());
  while (out.pictures.size() < enough && av_read_frame(&format, packet.get()) >= 0) {
    const auto i = static_cast<std::size_t>(packet->stream_index);
    if (i < decoders.size() && decoders[i]) {
      if (avcodec_send_packet(decoders[i].get(), packet.get()) < 0) out.error = "decoding failed";
      drain(i);
    }
    av_packet_unref(packet.get());
  }
  for (std::size_t i = 0; i < decoders.size(); ++i) {
    if (!decoders[i]) continue;
    avcodec_send_packet(decoders[i].get(), nullptr);
    drain(i);
  }
  // Where reading stopped in the middle, what the flush gives beyond may lack pictures that were still to come.
  if (out.pictures.size() > enough) out.pictures.resize(enough);
  return out;
}

}  // namespace

Decoded decode(const std::string& bytes, int scale_to_height) {
  Memory memory{bytes};
  AVFormatContext* format = avformat_alloc_context();
  auto* buffer = static_cast<std::uint8_t*>(av_malloc(32768));
  AVIOContext* io = avio_alloc_context(buffer, 32768, 0, &memory, read_memory, nullptr, nullptr);
  format->pb = io;
  Decoded out;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "correct_ts_overflow", "0", 0);
  const int error = avformat_open_input(&format, nullptr, nullptr, &options);
  av_dict_free(&options);
  if (error < 0) {
    out.error = "cannot be opened";
  } else {
    out = read_all(*format, scale_to_height, SIZE_MAX);
    avformat_close_input(&format);
  }
  av_freep(&io->buffer);
  avio_context_free(&io);
  return out;
}

Decoded decode_url(const std::string& url, std::size_t pictures) {
  AVFormatContext* format = nullptr;
  if (avformat_open_input(&format, url.c_str(), nullptr, nullptr) < 0) return Decoded{{}, {}, 0, 0, "cannot be opened"};
  Decoded out = read_all(*format, 0, pictures);
  avformat_close_input(&format);
  return out;
}

}  // namespace understudy::test
