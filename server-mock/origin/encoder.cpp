#include "origin/encoder.h"

#include <algorithm>
#include <array>

#include "origin/codec.h"

namespace understudy::server {
namespace {

constexpr int kMaxChannels = 2;
constexpr std::size_t kCheckpoints = 2048;  // more boundaries than any encoder runs ahead

av::Parameters parameters_of(const AVCodecContext& codec) {
  av::Parameters p(avcodec_parameters_alloc());
  avcodec_parameters_from_context(p.get(), &codec);
  return p;
}

void paint_black(AVFrame& f) {
  const std::array<int, 3> value = {16, 128, 128};
  for (std::size_t i = 0; i < 3; ++i) {
    const int rows = i == 0 ? f.height : (f.height + 1) / 2;
    std::fill_n(f.data[i], static_cast<std::size_t>(rows) * static_cast<std::size_t>(f.linesize[i]),
                static_cast<std::uint8_t>(value[i]));
  }
}

/// Float samples in [-1, 1] into the encoder's own sample format.
void store(AVFrame& f, std::span<const std::span<float>> channels) {
  const bool planar = av_sample_fmt_is_planar(static_cast<AVSampleFormat>(f.format)) != 0;
  const bool floating = av_get_packed_sample_fmt(static_cast<AVSampleFormat>(f.format)) == AV_SAMPLE_FMT_FLT;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    for (std::size_t i = 0; i < channels[c].size(); ++i) {
      const std::size_t at = planar ? i : i * channels.size() + c;
      std::uint8_t* plane = f.extended_data[planar ? c : 0];
      if (floating) {
        reinterpret_cast<float*>(plane)[at] = channels[c][i];
      } else {
        reinterpret_cast<std::int16_t*>(plane)[at] = static_cast<std::int16_t>(channels[c][i] * 32767.0F);
      }
    }
  }
}

}  // namespace

SegmentEncoder::SegmentEncoder(const ChannelSettings& settings, Programme& programme, std::int64_t origin_frame)
    : settings_(settings), plan_(settings), programme_(programme), origin_frame_(origin_frame) {}

Result<void> SegmentEncoder::begin_at(std::int64_t boundary, std::vector<ContentFault> faults) {
  faults_ = std::move(faults);
  segment_begin_ = next_frame_ = boundary;
  video_packets_.clear();
  audio_packets_.clear();

  auto video = open_video_encoder(settings_);
  if (!video) return Unexpected{video.error()};
  video_ = std::move(*video);
  picture_.reset(av_frame_alloc());
  picture_->format = AV_PIX_FMT_YUV420P;
  picture_->width = settings_.width;
  picture_->height = settings_.height;
  if (int error = av_frame_get_buffer(picture_.get(), 0); error < 0) return av::failed("picture", error);

  if (settings_.audio_codec != "none") {
    auto audio = open_audio_encoder(settings_);
    if (!audio) return Unexpected{audio.error()};
    audio_ = std::move(*audio);
    sound_.reset(av_frame_alloc());
    sound_->format = audio_->sample_fmt;
    sound_->nb_samples = audio_->frame_size;
    sound_->sample_rate = audio_->sample_rate;
    av_channel_layout_copy(&sound_->ch_layout, &audio_->ch_layout);
    if (int error = av_frame_get_buffer(sound_.get(), 0); error < 0) return av::failed("sound", error);
    // Audio frames lie on a grid that starts with the stream. Two frames of run-up fill the encoder's memory, so that
    // a rolled back stream joins its own past without a click.
    const std::int64_t grid = audio_->frame_size;
    const std::int64_t zero = first_sample(origin_frame_);
    first_wanted_ = zero + (first_sample(boundary) - zero + grid - 1) / grid * grid;
    next_sample_ = first_wanted_ - 3 * grid + audio_->initial_padding;
  }

  if (!formats_.video) {
    formats_.video = parameters_of(*video_);
    if (audio_) formats_.audio = parameters_of(*audio_);
    formats_.audio_rate = settings_.audio_rate;
    formats_.service_name = settings_.label;
    if (settings_.container == Container::fmp4) {
      auto init = mux_init(formats_);
      if (!init) return Unexpected{init.error()};
      init_ = std::make_shared<const std::string>(std::move(*init));
    }
  }
  return {};
}

bool SegmentEncoder::faulty(ContentFault::Kind kind, WallTime t, std::int64_t* since_frame) const {
  for (const ContentFault& f : faults_) {
    if (f.kind != kind || t < f.begin || t >= f.end) continue;
    if (since_frame != nullptr) *since_frame = std::min(*since_frame, frame_at(f.begin, settings_.fps));
    return true;
  }
  return false;
}

Result<void> SegmentEncoder::feed_frame(std::int64_t n) {
  av_frame_make_writable(picture_.get());
  const WallTime t = time_of_frame(n, settings_.fps);
  std::int64_t shown = n;
  faulty(ContentFault::Kind::frozen, t, &shown);
  if (faulty(ContentFault::Kind::black, t, nullptr)) {
    paint_black(*picture_);
  } else if (auto painted = programme_.picture(shown, *picture_); !painted) {
    return painted;
  }
  picture_->pts = n;
  picture_->pict_type = plan_.is_key_frame(n) ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  return encode(*video_, picture_.get(), video_packets_);
}

Result<void> SegmentEncoder::feed_sound_until(std::int64_t sample) {
  const auto length = static_cast<std::size_t>(audio_->frame_size);
  std::vector<float> samples(length * kMaxChannels);
  std::array<std::span<float>, kMaxChannels> all = {std::span(samples).first(length),
                                                    std::span(samples).subspan(length)};
  const std::span<const std::span<float>> channels(all.data(), static_cast<std::size_t>(settings_.audio_channels));
  while (next_sample_ < sample) {
    av_frame_make_writable(sound_.get());
    if (auto made = programme_.sound(next_sample_, channels); !made) return made;
    for (std::size_t i = 0; i < length && !faults_.empty(); ++i) {
      const WallTime t =
          kContentEpoch + units_to_duration(next_sample_ + static_cast<std::int64_t>(i), settings_.audio_rate, 1);
      if (!faulty(ContentFault::Kind::silence, t, nullptr)) continue;
      for (const auto& channel : channels) channel[i] = 0;
    }
    store(*sound_, channels);
    sound_->pts = next_sample_;
    next_sample_ += audio_->frame_size;
    if (auto encoded = encode(*audio_, sound_.get(), audio_packets_); !encoded) return encoded;
    while (!audio_packets_.empty() && audio_packets_.front()->pts < first_wanted_) audio_packets_.pop_front();
  }
  return {};
}

bool SegmentEncoder::complete(std::int64_t end_frame) const {
  const auto belongs = [&](const av::Packet& p) { return p->pts < end_frame; };
  if (std::count_if(video_packets_.begin(), video_packets_.end(), belongs) < end_frame - segment_begin_) return false;
  return !audio_ || (!audio_packets_.empty() && audio_packets_.back()->pts >= first_sample(end_frame));
}

Result<std::unique_ptr<Segment>> SegmentEncoder::next(const std::function<bool(std::int64_t)>& pace) {
  const std::int64_t end_frame = plan_.boundary_after(segment_begin_);
  while (next_frame_ < end_frame || !complete(end_frame)) {
    if (!pace(next_frame_)) return std::unique_ptr<Segment>();
    if (auto fed = feed_frame(next_frame_); !fed) return Unexpected{fed.error()};
    ++next_frame_;
    if (audio_) {
      const std::int64_t margin = 2 * audio_->frame_size + audio_->initial_padding;
      if (auto fed = feed_sound_until(first_sample(next_frame_) + margin); !fed) return Unexpected{fed.error()};
    }
  }
  return take_segment(end_frame);
}

MuxPacket SegmentEncoder::stamp(const AVPacket& packet, bool video) const {
  MuxPacket m;
  m.packet = &packet;
  m.video = video;
  if (video) {
    const auto at = [&](std::int64_t n) {
      return av_rescale((n - origin_frame_) * 90'000, settings_.fps.den, settings_.fps.num);
    };
    m.pts = settings_.pts_base + at(packet.pts);
    m.dts = settings_.pts_base + at(packet.dts);
    m.duration = at(packet.dts + 1) - at(packet.dts);
    return m;
  }
  const std::int64_t since = packet.pts - first_sample(origin_frame_);
  if (settings_.container == Container::fmp4) {
    m.pts = av_rescale(settings_.pts_base, settings_.audio_rate, 90'000) + since;
    m.duration = audio_->frame_size;
  } else {
    m.pts = settings_.pts_base + av_rescale(since, 90'000, settings_.audio_rate);
    m.duration = av_rescale(audio_->frame_size, 90'000, settings_.audio_rate);
  }
  m.dts = m.pts;
  return m;
}

Result<std::unique_ptr<Segment>> SegmentEncoder::take_segment(std::int64_t end_frame) {
  if (codecs_.empty()) {
    codecs_ = codec_name(*video_, *video_packets_.front());
    if (audio_) codecs_ += "," + codec_name(*audio_, *audio_packets_.front());
  }
  struct Ordered {
    double seconds;
    MuxPacket packet;
  };
  std::vector<Ordered> ordered;
  std::vector<av::Packet> taken;
  const auto take = [&](std::deque<av::Packet>& from, bool video, std::int64_t end) {
    std::deque<av::Packet> rest;
    for (av::Packet& p : from) {
      if (p->pts >= end) {
        rest.push_back(std::move(p));
        continue;
      }
      const double per_second = video ? static_cast<double>(settings_.fps.num) / static_cast<double>(settings_.fps.den)
                                      : static_cast<double>(settings_.audio_rate);
      const std::int64_t zero = video ? origin_frame_ : first_sample(origin_frame_);
      ordered.push_back({static_cast<double>(p->dts - zero) / per_second, stamp(*p, video)});
      taken.push_back(std::move(p));
    }
    from = std::move(rest);
  };
  take(video_packets_, true, end_frame);
  if (audio_) take(audio_packets_, false, first_sample(end_frame));
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Ordered& a, const Ordered& b) { return a.seconds < b.seconds; });
  std::vector<MuxPacket> packets;
  for (const Ordered& o : ordered) packets.push_back(o.packet);

  ContinuityCounters counters = counters_[segment_begin_];
  auto bytes = settings_.container == Container::ts
                   ? mux_ts(formats_, packets, counters)
                   : mux_fmp4(formats_, packets, static_cast<std::uint32_t>(segment_begin_ - origin_frame_ + 1));
  if (!bytes) return Unexpected{bytes.error()};
  auto segment = std::make_unique<Segment>();
  segment->first_frame = segment_begin_;
  segment->end_frame = end_frame;
  segment->begin = time_of_frame(segment_begin_, settings_.fps);
  segment->end = time_of_frame(end_frame, settings_.fps);
  segment->body = std::make_shared<const std::string>(std::move(*bytes));
  segment_begin_ = end_frame;
  counters_[end_frame] = std::move(counters);
  while (counters_.size() > kCheckpoints) counters_.erase(counters_.begin());
  return segment;
}

}  // namespace understudy::server
