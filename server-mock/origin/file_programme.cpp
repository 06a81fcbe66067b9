// A looped file as a programme. Its position follows the content clock, so two channels with the same source are in
// step; a source without a duration (a live stream) is read from its beginning, once.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <vector>

#include "origin/media_file.h"
#include "origin/programme.h"
#include "origin/strip.h"

namespace understudy::server {
namespace {

constexpr double kReadOnAhead_s = 3.0;  // nearer than this, reading on is cheaper than seeking

void blacken(AVFrame& f) {
  for (int i = 0; i < 3; ++i) {
    const int rows = i == 0 ? f.height : (f.height + 1) / 2;
    std::memset(f.data[i], i == 0 ? 16 : 128, static_cast<std::size_t>(rows) * static_cast<std::size_t>(f.linesize[i]));
  }
}

/// The pictures of the file at a position, scaled to fit with bars.
class PictureReader {
 public:
  explicit PictureReader(std::unique_ptr<MediaFile> file) : file_(std::move(file)) {}

  Result<void> at(double position_s, AVFrame& into) {
    const bool behind = shown_.frame && position_s < shown_.at_s;
    const bool far = position_s > (next_.frame ? next_.at_s : 0) + kReadOnAhead_s;
    if (behind || (far && !at_end_)) {
      if (auto sought = file_->seek(position_s); !sought) return sought;
      shown_ = {};
      next_ = {};
      at_end_ = false;
    }
    while (!at_end_ && (!next_.frame || next_.at_s <= position_s + 1e-4)) {
      if (next_.frame) shown_ = std::move(next_);
      auto decoded = file_->next();
      if (!decoded) return Unexpected{decoded.error()};
      next_ = std::move(*decoded);
      at_end_ = next_.frame == nullptr;
    }
    blacken(into);
    const AVFrame* source = shown_.frame ? shown_.frame.get() : next_.frame.get();
    if (source != nullptr) scale(*source, into);
    return {};
  }

 private:
  void scale(const AVFrame& from, AVFrame& into) {
    const double sar = from.sample_aspect_ratio.num > 0 ? av_q2d(from.sample_aspect_ratio) : 1.0;
    const double fit = std::min(into.width / (from.width * sar), static_cast<double>(into.height) / from.height);
    const int w = std::clamp(static_cast<int>(std::lround(from.width * sar * fit)) & ~1, 2, into.width);
    const int h = std::clamp(static_cast<int>(std::lround(from.height * fit)) & ~1, 2, into.height);
    scaler_.reset(sws_getCachedContext(scaler_.release(), from.width, from.height,
                                       static_cast<AVPixelFormat>(from.format), w, h, AV_PIX_FMT_YUV420P,
                                       SWS_FAST_BILINEAR, nullptr, nullptr, nullptr));
    if (!scaler_) return;  // a pixel format that cannot be converted: the picture stays black
    const int x = (into.width - w) / 2 & ~1;
    const int y = (into.height - h) / 2 & ~1;
    std::uint8_t* planes[4] = {into.data[0] + y * into.linesize[0] + x, into.data[1] + y / 2 * into.linesize[1] + x / 2,
                               into.data[2] + y / 2 * into.linesize[2] + x / 2, nullptr};
    sws_scale(scaler_.get(), from.data, from.linesize, 0, from.height, planes, into.linesize);
  }

  std::unique_ptr<MediaFile> file_;
  MediaFile::Decoded shown_;
  MediaFile::Decoded next_;
  bool at_end_ = false;
  av::Scaler scaler_;
};

/// The sound of the file at a sample position, resampled; silence where there is none.
class SoundReader {
 public:
  SoundReader(std::unique_ptr<MediaFile> file, int rate, int channels)
      : file_(std::move(file)), rate_(rate), queue_(static_cast<std::size_t>(channels)) {}

  Result<void> at(std::int64_t position, std::span<const std::span<float>> out, std::size_t offset, std::size_t count) {
    const auto held = static_cast<std::int64_t>(queue_[0].size());
    const bool far = position > begin_ + held + static_cast<std::int64_t>(kReadOnAhead_s * rate_);
    if (position < begin_ || far) {
      if (auto sought = file_->seek(static_cast<double>(position) / rate_); !sought) return sought;
      for (auto& q : queue_) q.clear();
      resampler_.reset();
      at_end_ = false;
      begin_ = -1;
    }
    while (!at_end_ && (begin_ < 0 || begin_ + static_cast<std::int64_t>(queue_[0].size()) <
                                          position + static_cast<std::int64_t>(count))) {
      if (auto more = decode(); !more) return more;
      drop_before(position);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t at = position + static_cast<std::int64_t>(i) - begin_;
      const bool there = begin_ >= 0 && at >= 0 && at < static_cast<std::int64_t>(queue_[0].size());
      for (std::size_t c = 0; c < out.size(); ++c)
        out[c][offset + i] = there ? queue_[c][static_cast<std::size_t>(at)] : 0.0F;
    }
    return {};
  }

 private:
  Result<void> decode() {
    auto decoded = file_->next();
    if (!decoded) return Unexpected{decoded.error()};
    if (!decoded->frame) {
      at_end_ = true;
      return {};
    }
    AVFrame& frame = *decoded->frame;
    if (begin_ < 0) begin_ = std::llround(decoded->at_s * rate_);
    if (!resampler_) {
      AVChannelLayout layout;
      av_channel_layout_default(&layout, static_cast<int>(queue_.size()));
      SwrContext* swr = nullptr;
      swr_alloc_set_opts2(&swr, &layout, AV_SAMPLE_FMT_FLTP, rate_, &frame.ch_layout,
                          static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
      resampler_.reset(swr);
      if (const int error = swr_init(swr); error < 0) return av::failed("source resampler", error);
    }
    const int room = swr_get_out_samples(resampler_.get(), frame.nb_samples);
    std::vector<std::vector<float>> samples(queue_.size(), std::vector<float>(static_cast<std::size_t>(room)));
    std::vector<std::uint8_t*> planes;
    for (auto& s : samples) planes.push_back(reinterpret_cast<std::uint8_t*>(s.data()));
    const int got = swr_convert(resampler_.get(), planes.data(), room,
                                const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples);
    for (std::size_t c = 0; c < queue_.size(); ++c)
      queue_[c].insert(queue_[c].end(), samples[c].begin(), samples[c].begin() + std::max(0, got));
    return {};
  }
  // A frame of run-up stays, for the next request may ask for a little of the past.
  void drop_before(std::int64_t position) {
    const std::int64_t surplus = position - rate_ / 4 - begin_;
    if (begin_ < 0 || surplus <= 0) return;
    const auto n = std::min<std::size_t>(static_cast<std::size_t>(surplus), queue_[0].size());
    for (auto& q : queue_) q.erase(q.begin(), q.begin() + static_cast<std::ptrdiff_t>(n));
    begin_ += static_cast<std::int64_t>(n);
  }

  std::unique_ptr<MediaFile> file_;
  int rate_;
  std::vector<std::deque<float>> queue_;  // bound: a decoded frame and a quarter of a second
  std::int64_t begin_ = -1;               // position of the queue's first sample; -1: not known yet
  bool at_end_ = false;
  av::Resampler resampler_;
};

class FileProgramme final : public Programme {
 public:
  FileProgramme(const ChannelSettings& settings, std::uint8_t index, std::unique_ptr<MediaFile> video,
                std::unique_ptr<MediaFile> audio)
      : settings_(settings), index_(index) {
    const auto& any = video ? video : audio;
    const double fps = static_cast<double>(settings.fps.num) / static_cast<double>(settings.fps.den);
    loop_ = any->duration_s() ? std::max<std::int64_t>(1, static_cast<std::int64_t>(*any->duration_s() * fps)) : 0;
    if (video) pictures_.emplace(std::move(video));
    if (audio) sounds_.emplace(std::move(audio), settings.audio_rate, settings.audio_channels);
  }

  Result<void> picture(std::int64_t n, AVFrame& into) override {
    if (pictures_) {
      const std::int64_t position = n - loop_begin(n);
      const double at_s = static_cast<double>(position * settings_.fps.den) / static_cast<double>(settings_.fps.num);
      if (auto read = pictures_->at(at_s, into); !read) return read;
    } else {
      blacken(into);
    }
    if (settings_.strip) paint_strip(into.data[0], into.linesize[0], into.width, into.height, {index_, n});
    return {};
  }

  Result<void> sound(std::int64_t first_sample, std::span<const std::span<float>> channels) override {
    std::size_t done = 0;
    const std::size_t count = channels[0].size();
    while (done < count) {
      const std::int64_t sample = first_sample + static_cast<std::int64_t>(done);
      const std::int64_t frame =
          sample / settings_.audio_rate * settings_.fps.num / settings_.fps.den +
          sample % settings_.audio_rate * settings_.fps.num / (settings_.fps.den * settings_.audio_rate);
      const std::int64_t loop = loop_begin(frame);
      const std::int64_t begin = sample_of_frame(loop, settings_.fps, settings_.audio_rate);
      const std::int64_t end =
          loop_ > 0 ? sample_of_frame(loop + loop_, settings_.fps, settings_.audio_rate) : INT64_MAX;
      const auto piece =
          static_cast<std::size_t>(std::clamp<std::int64_t>(end - sample, 1, static_cast<std::int64_t>(count - done)));
      if (!sounds_) {
        for (const auto& channel : channels)
          std::fill_n(channel.begin() + static_cast<std::ptrdiff_t>(done), piece, 0.0F);
      } else if (auto read = sounds_->at(std::max<std::int64_t>(0, sample - begin), channels, done, piece); !read) {
        return read;
      }
      done += piece;
    }
    return {};
  }

 private:
  /// The frame at which the current turn of the loop began; a source without a duration begins with the first request.
  std::int64_t loop_begin(std::int64_t n) {
    if (loop_ > 0) return floor_div(n, loop_) * loop_;
    if (!first_frame_) first_frame_ = n;
    return std::min(*first_frame_, n);
  }

  const ChannelSettings settings_;
  const std::uint8_t index_;
  std::int64_t loop_ = 0;  // frames
  std::optional<std::int64_t> first_frame_;
  std::optional<PictureReader> pictures_;
  std::optional<SoundReader> sounds_;
};

}  // namespace

Result<std::unique_ptr<Programme>> open_file_programme(const ChannelSettings& settings, std::uint8_t channel_index,
                                                       const std::atomic<bool>& cancelled) {
  auto video = MediaFile::open(settings.source, AVMEDIA_TYPE_VIDEO, cancelled);
  auto audio = MediaFile::open(settings.source, AVMEDIA_TYPE_AUDIO, cancelled);
  if (!video && !audio) return Unexpected{video.error()};
  return std::unique_ptr<Programme>(std::make_unique<FileProgramme>(
      settings, channel_index, video ? std::move(*video) : nullptr, audio ? std::move(*audio) : nullptr));
}

}  // namespace understudy::server
