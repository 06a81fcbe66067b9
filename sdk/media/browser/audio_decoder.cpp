// AudioDecoder by the platform. Its sound goes through the resampler at the place of its packet, so that every sample
// has the place that it has natively.
#include <cmath>
#include <utility>
#include <vector>

#include "media/browser/codec_string.h"
#include "media/browser/imports.h"
#include "media/browser/platform_decoder.h"
#include "media/browser/resampler.h"
#include "media/sample_time.h"

namespace understudy::media {
namespace {

// A third of a second: enough that the platform is never idle.
constexpr std::size_t kMostUnderWay = 16;
// Time stamps are whole microseconds, and some decoders round them anew.
constexpr Duration kStampRounding = std::chrono::microseconds(2);
// By fewer samples a packet's duration may be off, which is a rounded time stamp or an estimate.
constexpr std::int64_t kDurationRounding = 24;

struct Block {
  std::int64_t stamp_us = 0;
  int rate = 0;
  int channels = 0;
  int frames = 0;
  std::vector<float> planar;

  std::int64_t until_us() const { return stamp_us + std::int64_t{1'000'000} * frames / rate; }
};

}  // namespace

struct AudioDecoder::Impl final : PlatformDecoder {
  explicit Impl(AudioFormat device)
      : PlatformDecoder({understudy_audio_drain, understudy_audio_reset, understudy_audio_close}), resampler(device) {}

  void on_sound(std::int64_t stamp_us, int rate, int channels, int frames, const float* planar) override {
    const std::size_t samples = static_cast<std::size_t>(frames) * static_cast<std::size_t>(channels);
    arrived.push_back({stamp_us, rate, channels, frames, {planar, planar + samples}});
  }

  void open_platform() {
    const std::string text = codec_string(track, {});
    const std::vector<std::uint8_t>& config = track.config;
    understudy_audio_open(begin(), codec_name(track.codec), text.c_str(), config.empty() ? nullptr : config.data(),
                          static_cast<int>(config.size()), track.sample_rate, track.channels);
  }

  void send(const Packet& packet) {
    if (!is_open()) open_platform();
    const auto bytes = packet.unit.data.bytes();
    const std::int64_t stamp = under_way_.send(packet.content_time, packet.duration);
    understudy_audio_send(id(), generation(), bytes.data(), static_cast<int>(bytes.size()), static_cast<double>(stamp));
  }

  /// Where the block begins. What a decoder leaves out of its first packet (it knows of priming) is the packet's
  /// beginning.
  MediaTime place(const Block& block) {
    const auto sent = under_way_.sound_came(block.stamp_us, block.until_us());
    const bool first = std::exchange(fresh, false);
    if (!sent) return resampler.expected();
    const Duration into = std::chrono::microseconds(block.stamp_us - sent->stamp_us);
    if (into > kStampRounding || into < -kStampRounding) return sent->content_time + into;
    if (!first) return sent->content_time;
    const std::int64_t left_out = sample_index(sent->duration, block.rate) - block.frames;
    if (left_out < kDurationRounding) return sent->content_time;
    return sent->content_time + sample_duration(left_out, block.rate);
  }

  void convert(const Block& block, PcmQueue& out) {
    const MediaTime begin = place(block);
    resampler.convert({track.codec, block.rate, block.channels, block.frames, block.planar.data()}, begin, out);
  }

  void receive(Instant now, PcmQueue& out) {
    begin_turn(now);
    for (const Block& block : arrived) {
      spoke();
      convert(block, out);
    }
    arrived.clear();
    if (!end_turn()) return;
    resampler.drain(out);
    fresh = true;
  }

  bool chosen = false;
  container::TrackInfo track;
  Resampler resampler;
  std::vector<Block> arrived;
  bool fresh = true;  // nothing came since it began anew
  friend class AudioDecoder;
};

AudioDecoder::AudioDecoder(AudioFormat device) : impl_(std::make_unique<Impl>(device)) {}
AudioDecoder::~AudioDecoder() = default;

bool AudioDecoder::is_open_for(const container::TrackInfo& track) const {
  const container::TrackInfo& own = impl_->track;
  return impl_->chosen && own.codec == track.codec && own.config == track.config &&
         own.sample_rate == track.sample_rate && own.channels == track.channels;
}

Result<void> AudioDecoder::open(const container::TrackInfo& track) {
  if (is_open_for(track)) return {};
  impl_->close();
  impl_->arrived.clear();
  impl_->fresh = true;
  impl_->track = track;
  impl_->chosen = true;
  return {};
}

Result<void> AudioDecoder::send(const Packet& packet, PcmQueue& /*out*/) {
  impl_->send(packet);
  return {};
}

void AudioDecoder::drain(PcmQueue& out) {
  if (impl_->ask_for_rest()) return;
  impl_->resampler.drain(out);
  impl_->fresh = true;
}

void AudioDecoder::flush() {
  impl_->arrived.clear();
  impl_->fresh = true;
  impl_->begin_anew();
  impl_->resampler.reset();
}

void AudioDecoder::receive(Instant now, PcmQueue& out) { impl_->receive(now, out); }
bool AudioDecoder::draining() const { return impl_->under_way_.draining(); }
bool AudioDecoder::can_take() const { return !draining() && impl_->under_way_.coming() < kMostUnderWay; }
std::size_t AudioDecoder::coming() const { return impl_->under_way_.coming(); }
std::optional<DecoderFailure> AudioDecoder::take_failure() { return impl_->take_failure(); }
Instant AudioDecoder::next_deadline() const { return impl_->next_deadline(); }

}  // namespace understudy::media
