#include "media/ffmpeg/resampler.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/frame.h>
#include <libswresample/swresample.h>
}

#include <array>
#include <vector>

#include "media/sample_time.h"

namespace understudy::media {

struct Resampler::Impl {
  AudioFormat device;
  SwrContext* swr = nullptr;
  AVChannelLayout in_layout{};
  int in_format = -1;
  int in_rate = 0;
  MediaTime begin{};       // of the stretch that is being converted
  std::int64_t taken = 0;  // input samples of it
  std::int64_t given = 0;  // output samples of it
  std::vector<float> samples;

  ~Impl() {
    swr_free(&swr);
    av_channel_layout_uninit(&in_layout);
  }

  bool fits(const AVFrame& frame) const {
    return swr != nullptr && in_format == frame.format && in_rate == frame.sample_rate &&
           av_channel_layout_compare(&in_layout, &frame.ch_layout) == 0;
  }

  bool open(const AVFrame& frame) {
    swr_free(&swr);
    av_channel_layout_uninit(&in_layout);
    if (av_channel_layout_copy(&in_layout, &frame.ch_layout) < 0) return false;
    in_format = frame.format;
    in_rate = frame.sample_rate;
    AVChannelLayout from{};
    if (in_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
      av_channel_layout_default(&from, in_layout.nb_channels);
    } else if (av_channel_layout_copy(&from, &in_layout) < 0) {
      return false;
    }
    AVChannelLayout to{};
    av_channel_layout_default(&to, device.channels);
    const int status = swr_alloc_set_opts2(&swr, &to, AV_SAMPLE_FMT_FLT, device.sample_rate, &from,
                                           static_cast<AVSampleFormat>(in_format), in_rate, 0, nullptr);
    av_channel_layout_uninit(&from);
    av_channel_layout_uninit(&to);
    if (status >= 0 && swr_init(swr) >= 0) return true;
    swr_free(&swr);
    return false;
  }

  MediaTime expected() const { return begin + sample_duration(taken, in_rate > 0 ? in_rate : device.sample_rate); }

  void pull(const std::uint8_t** data, int count, PcmQueue& out) {
    const int room = swr_get_out_samples(swr, count);
    if (room <= 0) return;
    samples.resize(static_cast<std::size_t>(room) * static_cast<std::size_t>(device.channels));
    std::array<std::uint8_t*, 1> target{reinterpret_cast<std::uint8_t*>(samples.data())};
    const int got = swr_convert(swr, target.data(), room, data, count);
    if (got <= 0) return;
    const std::int64_t place = sample_index(begin, device.sample_rate) + given;
    const std::int64_t tolerance = sample_index(kTolerance, device.sample_rate);
    out.append(place, {samples.data(), static_cast<std::size_t>(got) * static_cast<std::size_t>(device.channels)},
               tolerance);
    given += got;
  }
};

Resampler::Resampler(AudioFormat device) : impl_(std::make_unique<Impl>()) { impl_->device = device; }
Resampler::~Resampler() = default;

MediaTime Resampler::expected() const { return impl_->expected(); }

void Resampler::convert(const AVFrame& frame, MediaTime begin, PcmQueue& out) {
  Impl& r = *impl_;
  const Duration deviation = begin - r.expected();
  if (!r.fits(frame) || r.taken == 0 || deviation > kTolerance || deviation < -kTolerance) {
    drain(out);
    if (!r.fits(frame) && !r.open(frame)) return;
    r.begin = begin;
  }
  r.pull(const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples, out);
  r.taken += frame.nb_samples;
}

void Resampler::drain(PcmQueue& out) {
  Impl& r = *impl_;
  if (r.swr != nullptr && r.taken > 0 && r.in_rate != r.device.sample_rate) r.pull(nullptr, 0, out);
  reset();
}

void Resampler::reset() {
  Impl& r = *impl_;
  if (r.swr != nullptr && r.taken > 0 && swr_init(r.swr) < 0) swr_free(&r.swr);
  r.taken = 0;
  r.given = 0;
}

}  // namespace understudy::media
