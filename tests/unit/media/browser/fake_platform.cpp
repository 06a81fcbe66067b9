#include "fake_platform.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
}

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <utility>

#include "media/browser/imports.h"
#include "media/opus_head.h"
#include "platform.h"

namespace understudy::test {
namespace {

using FramePtr = std::shared_ptr<AVFrame>;

FramePtr make_frame() {
  return {av_frame_alloc(), [](AVFrame* f) { av_frame_free(&f); }};
}

AVCodecID codec_id(const std::string& name) {
  if (name == "h264") return AV_CODEC_ID_H264;
  if (name == "hevc") return AV_CODEC_ID_HEVC;
  if (name == "aac") return AV_CODEC_ID_AAC;
  if (name == "mp3") return AV_CODEC_ID_MP3;
  if (name == "ac3") return AV_CODEC_ID_AC3;
  if (name == "eac3") return AV_CODEC_ID_EAC3;
  if (name == "opus") return AV_CODEC_ID_OPUS;
  if (name == "flac") return AV_CODEC_ID_FLAC;
  throw std::runtime_error("codec " + name);
}

bool damaged(const AVFrame& frame) {
  return (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame.decode_error_flags != 0;
}

}  // namespace

struct FakePlatform::Decoder {
  struct Job {
    enum class Kind { packet, drain } kind = Kind::packet;
    std::vector<std::uint8_t> data;
    std::int64_t stamp_us = 0;
    bool key = false;
    int number = 0;  // over all decoders of the kind
    Instant at{};
  };
  struct Told {
    enum class Kind { frame, queue, drained, error } kind = Kind::frame;
    Instant due{};
    FramePtr frame;
    int queued = 0;
  };

  ~Decoder() { avcodec_free_context(&context); }

  void tell(Told::Kind kind, Instant due, FramePtr frame = nullptr) {
    told.push_back({kind, due, std::move(frame), packets_waiting()});
  }
  int packets_waiting() const {
    return static_cast<int>(
        std::count_if(jobs.begin(), jobs.end(), [](const Job& j) { return j.kind == Job::Kind::packet; }));
  }
  void take_frames(Instant due, bool all) {
    for (;;) {
      FramePtr frame = make_frame();
      if (avcodec_receive_frame(context, frame.get()) < 0) break;
      held.push_back(std::move(frame));
    }
    while (!held.empty() && (all || static_cast<int>(held.size()) > habits->withheld)) {
      tell(Told::Kind::frame, due, held.front());
      held.pop_front();
    }
  }
  bool silent() const {
    return habits->silent_from >= 0 && packets >= habits->silent_from &&
           (habits->silent_generations < 0 || generation <= habits->silent_generations);
  }
  void work(Instant now) {
    while (!jobs.empty()) {
      Job job = jobs.front();
      const bool packet = job.kind == Job::Kind::packet;
      const Instant begin = std::max(job.at, busy_until);
      const Instant end = begin + (packet ? habits->per_packet : habits->per_drain);
      if (begin > now) return;
      if (!began) {
        jobs.front().at = begin;
        began = true;
      }
      if (end > now) return;
      jobs.pop_front();
      began = false;
      busy_until = end;
      if (broken || silent()) {
        ++packets;
        continue;
      }
      if (packet) tell(Told::Kind::queue, end);
      const Instant due = end + habits->latency;
      if (!packet) {
        avcodec_send_packet(context, nullptr);
        take_frames(due, true);
        avcodec_flush_buffers(context);
        tell(Told::Kind::drained, due);
        continue;
      }
      ++packets;
      AVPacket* coded = av_packet_alloc();
      av_new_packet(coded, static_cast<int>(job.data.size()));
      std::copy(job.data.begin(), job.data.end(), coded->data);
      coded->pts = job.stamp_us;
      if (job.key) coded->flags |= AV_PKT_FLAG_KEY;
      const int status = avcodec_send_packet(context, coded);
      av_packet_free(&coded);
      take_frames(due, false);
      if (status < 0 || job.number == habits->fails_at) {
        tell(Told::Kind::error, due);
        broken = true;
      }
    }
  }

  int id = 0;
  int generation = 1;
  bool video = false;
  const DecoderHabits* habits = nullptr;
  AVCodecContext* context = nullptr;
  std::deque<Job> jobs;
  std::deque<Told> told;
  std::deque<FramePtr> held;  // withheld
  Instant busy_until{};
  bool began = false;
  bool broken = false;
  bool spoke = false;    // sound came of this generation
  bool must_key = true;  // the next packet
  bool draining = false;
  int packets = 0;  // of this generation
  int under_way = 0;
};

FakePlatform& FakePlatform::get() {
  static FakePlatform platform;
  return platform;
}

void FakePlatform::begin() {
  if (!decoders_.empty() || !pictures_.empty()) throw std::logic_error("a test before left decoders or pictures");
  *this = FakePlatform();
}

FakePlatform::Decoder* FakePlatform::find(int id, int generation) {
  const auto at = decoders_.find(id);
  const bool known = at != decoders_.end() && at->second->generation == generation && !telling_;
  if (!known) ++wrong_calls;
  return known ? at->second.get() : nullptr;
}

void FakePlatform::open(int id, bool is_video, const char* codec, const char* codec_string, const std::uint8_t* config,
                        int size) {
  auto decoder = std::make_unique<Decoder>();
  decoder->id = id;
  decoder->video = is_video;
  decoder->habits = is_video ? &video : &audio;
  const AVCodec* found = avcodec_find_decoder(codec_id(codec));
  decoder->context = avcodec_alloc_context3(found);
  AVCodecContext& c = *decoder->context;
  std::vector<std::uint8_t> header;
  if (c.codec_id == AV_CODEC_ID_OPUS && config != nullptr) {
    header = media::opus_head({config, config + size});
    config = header.data();
    size = static_cast<int>(header.size());
  }
  if (config != nullptr) {
    c.extradata = static_cast<std::uint8_t*>(av_mallocz(static_cast<std::size_t>(size) + AV_INPUT_BUFFER_PADDING_SIZE));
    std::copy_n(config, size, c.extradata);
    c.extradata_size = size;
  }
  c.thread_count = 1;
  c.log_level_offset = 2 * AV_LOG_TRACE;
  c.pkt_timebase = AVRational{1, 1'000'000};
  c.err_recognition = AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER;
  c.flags2 |= AV_CODEC_FLAG2_SKIP_MANUAL;
  if (avcodec_open2(&c, found, nullptr) < 0) throw std::runtime_error("open decoder");
  codec_strings.emplace_back(codec_string);
  if (!decoders_.emplace(id, std::move(decoder)).second) ++wrong_calls;
}

void FakePlatform::send(int id, int generation, const std::uint8_t* data, int size, double stamp_us, bool key) {
  Decoder* d = find(id, generation);
  if (d == nullptr) return;
  if (d->video && d->must_key && !key) ++wrong_calls;
  if (d->draining) ++wrong_calls;
  d->must_key = false;
  const auto stamp = static_cast<std::int64_t>(stamp_us);
  if (d->video) video_sent.push_back({stamp, key, generation});
  const int number = d->video ? video_packets_++ : audio_packets_++;
  ++d->under_way;
  d->jobs.push_back({Decoder::Job::Kind::packet, {data, data + size}, stamp, key, number, now_});
}

void FakePlatform::drain(int id, int generation) {
  Decoder* d = find(id, generation);
  if (d == nullptr) return;
  d->draining = true;
  d->must_key = true;
  d->jobs.push_back({Decoder::Job::Kind::drain, {}, 0, false, 0, now_});
}

void FakePlatform::reset(int id, int generation) {
  const auto at = decoders_.find(id);
  if (at == decoders_.end() || at->second->generation >= generation || telling_) {
    ++wrong_calls;
    return;
  }
  Decoder& d = *at->second;
  ++resets;
  d.generation = generation;
  d.jobs.clear();
  d.told.clear();
  d.held.clear();
  d.began = d.broken = d.spoke = d.draining = false;
  d.must_key = true;
  d.packets = d.under_way = 0;
  d.busy_until = now_;
  avcodec_flush_buffers(d.context);
}

void FakePlatform::close(int id) {
  if (decoders_.erase(id) == 0) ++wrong_calls;
}

void FakePlatform::release(int picture) {
  if (pictures_.erase(picture) == 0) {
    ++wrong_releases;
    return;
  }
  picture_of_.erase(picture);
  ++pictures_released;
}

void FakePlatform::count_held() {
  for (const auto& [id, d] : decoders_) {
    if (!d->video) continue;
    int held = 0;
    for (const auto& [picture, of] : picture_of_) held += of == id ? 1 : 0;
    const int reordered = std::max(d->habits->reorders, d->context->has_b_frames);
    const int inside = static_cast<int>(d->held.size()) + reordered;
    held += std::max(0, d->under_way - inside);
    most_held = std::max(most_held, held);
  }
}

bool FakePlatform::deliver(Instant now) {
  now_ = now;
  count_held();
  for (const auto& [id, d] : decoders_) d->work(now);
  bool any = false;
  telling_ = true;
  for (const auto& [id, decoder] : decoders_) {
    Decoder& d = *decoder;
    while (!d.told.empty() && d.told.front().due <= now) {
      const Decoder::Told told = d.told.front();
      d.told.pop_front();
      any = true;
      if (told.kind == Decoder::Told::Kind::queue) understudy_on_queue(id, d.generation, told.queued);
      if (told.kind == Decoder::Told::Kind::drained) {
        d.draining = false;
        d.under_way = 0;
        understudy_on_drained(id, d.generation);
      }
      if (told.kind == Decoder::Told::Kind::error)
        understudy_on_decoder_error(id, d.generation, d.habits->fatal ? 1 : 0, "told by the test");
      if (told.kind != Decoder::Told::Kind::frame) continue;
      const AVFrame& f = *told.frame;
      if (f.pts == AV_NOPTS_VALUE) continue;
      --d.under_way;
      if (d.video) {
        ++pictures_made;
        pictures_[++last_picture_] = told.frame;
        picture_of_[last_picture_] = id;
        understudy_on_picture(id, d.generation, last_picture_, static_cast<double>(f.pts), f.width, f.height,
                              f.sample_aspect_ratio.num, f.sample_aspect_ratio.den, damaged(f) ? 1 : 0, told.queued);
        continue;
      }
      if (damaged(f)) {
        d.broken = true;
        understudy_on_decoder_error(id, d.generation, 0, "damaged sound");
        break;
      }
      if (f.format != AV_SAMPLE_FMT_FLTP) throw std::runtime_error("sample format");
      const bool first = !std::exchange(d.spoke, true);
      const int cut = first ? std::min(d.habits->first_cut, f.nb_samples) : 0;
      std::vector<float> planar;
      for (int c = 0; c < f.ch_layout.nb_channels; ++c) {
        const auto* samples = reinterpret_cast<const float*>(f.extended_data[c]);
        planar.insert(planar.end(), samples + cut, samples + f.nb_samples);
      }
      const double stamp = static_cast<double>(f.pts) + (first ? 0 : d.habits->stamp_error_us);
      understudy_on_sound(id, d.generation, stamp, f.sample_rate, f.ch_layout.nb_channels, f.nb_samples - cut,
                          planar.data());
    }
  }
  telling_ = false;
  return any;
}

VideoFrame FakePlatform::visible(const VideoFrame& frame) const {
  const auto at = pictures_.find(frame.handle);
  if (frame.format != PixelFormat::platform || at == pictures_.end()) throw std::logic_error("not an open picture");
  const AVFrame& f = *at->second;
  VideoFrame out = frame;
  if (f.format != AV_PIX_FMT_YUV420P10) {
    out.planes[0] = f.data[0];
    out.strides[0] = f.linesize[0];
    return out;
  }
  auto luma = std::make_shared<std::vector<std::uint8_t>>(static_cast<std::size_t>(f.width * f.height));
  for (int y = 0; y < f.height; ++y) {
    const auto* row = reinterpret_cast<const std::uint16_t*>(f.data[0] + y * f.linesize[0]);
    std::transform(row, row + f.width, luma->begin() + y * f.width,
                   [](std::uint16_t v) { return static_cast<std::uint8_t>(v >> 2); });
  }
  out.planes[0] = luma->data();
  out.strides[0] = f.width;
  out.owner = luma;
  return out;
}

void iterate(media::Pipeline& pipeline, Instant now) {
  FakePlatform& platform = FakePlatform::get();
  constexpr int kMostRounds = 200;
  (void)platform.deliver(now);
  for (int round = 0; round < kMostRounds; ++round) {
    pipeline.iterate(now);
    if (!platform.deliver(now)) return;
  }
}

VideoFrame visible(const VideoFrame& frame) { return FakePlatform::get().visible(frame); }
void begin_platform() { FakePlatform::get().begin(); }

}  // namespace understudy::test

using understudy::test::FakePlatform;

void understudy_video_open(int decoder, const char* codec, const char* codec_string, const std::uint8_t* config,
                           int config_size, int /*width*/, int /*height*/) {
  FakePlatform::get().open(decoder, true, codec, codec_string, config, config_size);
}
void understudy_video_send(int decoder, int generation, const std::uint8_t* data, int size, double timestamp_us,
                           int key) {
  FakePlatform::get().send(decoder, generation, data, size, timestamp_us, key != 0);
}
void understudy_video_drain(int decoder, int generation) { FakePlatform::get().drain(decoder, generation); }
void understudy_video_reset(int decoder, int generation) { FakePlatform::get().reset(decoder, generation); }
void understudy_video_close(int decoder) { FakePlatform::get().close(decoder); }
void understudy_picture_release(int picture) { FakePlatform::get().release(picture); }
void understudy_audio_open(int decoder, const char* codec, const char* codec_string, const std::uint8_t* config,
                           int config_size, int /*sample_rate*/, int /*channels*/) {
  FakePlatform::get().open(decoder, false, codec, codec_string, config, config_size);
}
void understudy_audio_send(int decoder, int generation, const std::uint8_t* data, int size, double timestamp_us) {
  FakePlatform::get().send(decoder, generation, data, size, timestamp_us, true);
}
void understudy_audio_drain(int decoder, int generation) { FakePlatform::get().drain(decoder, generation); }
void understudy_audio_reset(int decoder, int generation) { FakePlatform::get().reset(decoder, generation); }
void understudy_audio_close(int decoder) { FakePlatform::get().close(decoder); }
