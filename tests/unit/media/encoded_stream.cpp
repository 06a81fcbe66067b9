#include "encoded_stream.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

#include <algorithm>
#include <cmath>
#include <stdexcept>

// libx265 (the encoder, not ours to fix) never frees its rate control; the sanitizer run must still end clean.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libx265"; }

namespace understudy::test {
namespace {

constexpr int kBits = 16;
constexpr AVRational kClock{1, 90'000};

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(what);
}

struct Coded {
  AVPacket* packet = nullptr;
  bool video = false;
  int segment = 0;
};

void paint(AVFrame& frame, std::int64_t number, bool ten_bit) {
  const int cell = frame.width / kBits;
  for (int y = 0; y < frame.height; ++y) {
    for (int x = 0; x < frame.width; ++x) {
      const bool on = y < frame.height / 2 && ((number >> std::min(x / cell, kBits - 1)) & 1) != 0;
      const int moving = y >= frame.height / 2 ? 60 + static_cast<int>((x + y + number * 3) % 64) : 40;
      const int luma = on ? 210 : moving;
      if (ten_bit) {
        reinterpret_cast<std::uint16_t*>(frame.data[0] + y * frame.linesize[0])[x] =
            static_cast<std::uint16_t>(luma * 4);
      } else {
        frame.data[0][y * frame.linesize[0] + x] = static_cast<std::uint8_t>(luma);
      }
    }
  }
  for (int plane = 1; plane < 3; ++plane) {
    for (int y = 0; y < frame.height / 2; ++y) {
      for (int x = 0; x < frame.width / 2; ++x) {
        if (ten_bit) {
          reinterpret_cast<std::uint16_t*>(frame.data[plane] + y * frame.linesize[plane])[x] = 512;
        } else {
          frame.data[plane][y * frame.linesize[plane] + x] = 128;
        }
      }
    }
  }
}

void pull(AVCodecContext* context, std::vector<Coded>& out, bool video) {
  for (;;) {
    AVPacket* packet = av_packet_alloc();
    if (avcodec_receive_packet(context, packet) < 0) {
      av_packet_free(&packet);
      return;
    }
    av_packet_rescale_ts(packet, context->time_base, kClock);
    out.push_back({packet, video, 0});
  }
}

AVCodecContext* open_video(const StreamSpec& spec) {
  const AVCodec* codec = avcodec_find_encoder_by_name(spec.video_encoder.c_str());
  require(codec != nullptr, "video encoder");
  AVCodecContext* c = avcodec_alloc_context3(codec);
  c->width = spec.width;
  c->height = spec.height;
  c->pix_fmt = spec.ten_bit ? AV_PIX_FMT_YUV420P10 : AV_PIX_FMT_YUV420P;
  c->time_base = {1, spec.frame_rate};
  c->framerate = {spec.frame_rate, 1};
  c->gop_size = 10'000;  // key frames are asked for by hand
  c->max_b_frames = spec.b_frames;
  c->bit_rate = spec.bit_rate;
  c->thread_count = 1;
  av_opt_set(c->priv_data, "preset", "veryfast", 0);
  av_opt_set(c->priv_data, "forced-idr", "1", 0);
  av_opt_set(c->priv_data, "x264-params", "scenecut=0:open-gop=0", 0);
  av_opt_set(c->priv_data, "x265-params", "scenecut=0:open-gop=0:log-level=error", 0);
  require(avcodec_open2(c, codec, nullptr) >= 0, "open video encoder");
  return c;
}

bool starts_segment(const StreamSpec& spec, int picture) {
  const int first = spec.first_gop > 0 ? spec.first_gop : spec.gop;
  return picture == 0 || (picture >= first && (picture - first) % spec.gop == 0);
}

int segment_of(const StreamSpec& spec, std::int64_t picture) {
  const int first = spec.first_gop > 0 ? spec.first_gop : spec.gop;
  return picture < first ? 0 : 1 + static_cast<int>((picture - first) / spec.gop);
}

void encode_video(const StreamSpec& spec, std::vector<Coded>& out, AVCodecParameters* parameters) {
  AVCodecContext* c = open_video(spec);
  for (int i = 0; i < spec.frames; ++i) {
    AVFrame* frame = av_frame_alloc();
    frame->width = spec.width;
    frame->height = spec.height;
    frame->format = c->pix_fmt;
    require(av_frame_get_buffer(frame, 0) >= 0, "picture");
    paint(*frame, spec.first_frame + i, spec.ten_bit);
    frame->pts = spec.first_frame + i;
    if (starts_segment(spec, i)) frame->pict_type = AV_PICTURE_TYPE_I;
    require(avcodec_send_frame(c, frame) >= 0, "encode picture");
    av_frame_free(&frame);
    pull(c, out, true);
  }
  avcodec_send_frame(c, nullptr);
  pull(c, out, true);
  avcodec_parameters_from_context(parameters, c);
  avcodec_free_context(&c);
  int segment = -1;
  for (Coded& coded : out) {
    if (!coded.video) continue;
    if ((coded.packet->flags & AV_PKT_FLAG_KEY) != 0) ++segment;
    coded.segment = std::max(segment, 0);
  }
  for (Coded& coded : out) {
    const std::int64_t picture = coded.packet->pts * kFrameRate / kClock.den - spec.first_frame;
    if (picture >= spec.missing_from && picture < spec.missing_until) av_packet_free(&coded.packet);
  }
  out.erase(std::remove_if(out.begin(), out.end(), [](const Coded& coded) { return coded.packet == nullptr; }),
            out.end());
}

void encode_audio(const StreamSpec& spec, std::vector<Coded>& out, AVCodecParameters* parameters) {
  const AVCodec* codec = avcodec_find_encoder_by_name(spec.audio_encoder.c_str());
  require(codec != nullptr, "audio encoder");
  AVCodecContext* c = avcodec_alloc_context3(codec);
  c->sample_rate = spec.sample_rate;
  c->sample_fmt = spec.audio_encoder == "libopus" ? AV_SAMPLE_FMT_FLT : AV_SAMPLE_FMT_FLTP;
  c->bit_rate = 128'000;
  c->time_base = {1, spec.sample_rate};
  av_channel_layout_default(&c->ch_layout, spec.channels);
  require(avcodec_open2(c, codec, nullptr) >= 0, "open audio encoder");
  const int size = c->frame_size;
  // One packet earlier than the picture: what an encoder that runs all the time has.
  const std::int64_t begin = spec.first_frame * spec.sample_rate / spec.frame_rate;
  const std::int64_t end = (spec.first_frame + spec.frames) * spec.sample_rate / spec.frame_rate;
  std::vector<Coded> coded;
  for (std::int64_t at = begin; at < end; at += size) {
    AVFrame* frame = av_frame_alloc();
    frame->nb_samples = size;
    frame->format = c->sample_fmt;
    frame->sample_rate = spec.sample_rate;
    av_channel_layout_copy(&frame->ch_layout, &c->ch_layout);
    require(av_frame_get_buffer(frame, 0) >= 0, "sound");
    const bool planar = av_sample_fmt_is_planar(c->sample_fmt) != 0;
    for (int channel = 0; channel < spec.channels; ++channel) {
      for (int i = 0; i < size; ++i) {
        const double v = sound_at(spec.sound, static_cast<double>(at + i - spec.unsignalled_delay) / spec.sample_rate);
        const int place = planar ? i : i * spec.channels + channel;
        std::uint8_t* data = planar ? frame->data[channel] : frame->data[0];
        reinterpret_cast<float*>(data)[place] = static_cast<float>(v);
      }
    }
    frame->pts = at;
    require(avcodec_send_frame(c, frame) >= 0, "encode sound");
    av_frame_free(&frame);
    pull(c, coded, false);
  }
  avcodec_send_frame(c, nullptr);
  pull(c, coded, false);
  avcodec_parameters_from_context(parameters, c);
  avcodec_free_context(&c);
  for (Coded& packet : coded) {
    const std::int64_t picture = (packet.packet->pts + 1) * spec.frame_rate / kClock.den - spec.first_frame;
    packet.segment = segment_of(spec, std::clamp<std::int64_t>(picture, 0, spec.frames - 1));
    out.push_back(packet);
  }
}

}  // namespace

EncodedStream encode(const StreamSpec& spec) {
  av_log_set_level(AV_LOG_ERROR);
  EncodedStream result;
  result.spec = spec;
  AVFormatContext* muxer = nullptr;
  require(avformat_alloc_output_context2(&muxer, nullptr, "mpegts", nullptr) >= 0, "muxer");
  std::vector<Coded> packets;
  AVStream* video = spec.video ? avformat_new_stream(muxer, nullptr) : nullptr;
  AVStream* audio = spec.audio ? avformat_new_stream(muxer, nullptr) : nullptr;
  if (video != nullptr) encode_video(spec, packets, video->codecpar);
  if (audio != nullptr) encode_audio(spec, packets, audio->codecpar);
  const std::int64_t base = av_rescale(spec.pts_base.count(), kClock.den, 1'000'000'000);
  std::stable_sort(packets.begin(), packets.end(), [](const Coded& a, const Coded& b) {
    return a.segment != b.segment ? a.segment < b.segment : a.packet->dts < b.packet->dts;
  });
  require(avio_open_dyn_buf(&muxer->pb) >= 0, "buffer");
  av_opt_set(muxer->priv_data, "mpegts_copyts", "1", 0);
  require(avformat_write_header(muxer, nullptr) >= 0, "header");
  int segment = -1;
  const auto cut = [&] {
    av_write_frame(muxer, nullptr);
    avio_flush(muxer->pb);
    std::uint8_t* bytes = nullptr;
    const int size = avio_close_dyn_buf(muxer->pb, &bytes);
    if (segment >= 0) result.segments.back().bytes.assign(bytes, bytes + size);
    av_free(bytes);
    require(avio_open_dyn_buf(&muxer->pb) >= 0, "buffer");
  };
  for (Coded& coded : packets) {
    if (coded.segment != segment) {
      cut();
      segment = coded.segment;
      av_opt_set(muxer->priv_data, "mpegts_flags", "+resend_headers", 0);
      EncodedSegment next;
      const int first = spec.first_gop > 0 ? spec.first_gop : spec.gop;
      next.first_frame = spec.first_frame + (segment == 0 ? 0 : first + (segment - 1) * spec.gop);
      result.segments.push_back(std::move(next));
    }
    result.segments.back().frames += coded.video ? 1 : 0;
    coded.packet->pts += base;
    coded.packet->dts += base;
    coded.packet->stream_index = coded.video ? video->index : audio->index;
    av_packet_rescale_ts(coded.packet, kClock, coded.video ? video->time_base : audio->time_base);
    require(av_write_frame(muxer, coded.packet) >= 0, "write");
    av_packet_free(&coded.packet);
  }
  cut();
  std::uint8_t* rest = nullptr;
  av_write_trailer(muxer);
  avio_close_dyn_buf(muxer->pb, &rest);
  av_free(rest);
  avformat_free_context(muxer);
  return result;
}

void spoil_first_picture(std::vector<std::uint8_t>& segment) {
  constexpr std::size_t kPacket = 188;
  int seen = 0;
  for (std::size_t at = 0; at < segment.size(); at += kPacket) {
    const int pid = (segment[at + 1] & 0x1f) << 8 | segment[at + 2];
    if (pid != 0x100 || ++seen < 3) continue;
    if (seen > 6) return;
    for (std::size_t i = 60; i < kPacket; ++i) segment[at + i] ^= 0x5a;
  }
}

std::int64_t picture_number(const VideoFrame& frame) {
  const int cell = frame.width / kBits;
  std::int64_t number = 0;
  for (int bit = 0; bit < kBits; ++bit) {
    const int x = bit * cell + cell / 2;
    const int y = frame.height / 4;
    if (frame.planes[0][y * frame.strides[0] + x] > 125) number |= std::int64_t{1} << bit;
  }
  return number;
}

}  // namespace understudy::test
