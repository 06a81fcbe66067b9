#include <cstdio>

#include "origin/programme.h"
#include "origin/scene.h"
#include "origin/tone.h"

namespace understudy::server {
namespace {

std::string caption_of(const ChannelSettings& s) {
  char text[120];
  std::snprintf(text, sizeof text, "%s   %dx%d   %.5g FPS   %.3g S SEGMENTS",
                s.container == Container::ts ? "MPEG-TS" : "FMP4", s.width, s.height,
                static_cast<double>(s.fps.num) / static_cast<double>(s.fps.den), s.segment_s);
  return text;
}

class SceneProgramme final : public Programme {
 public:
  SceneProgramme(const ChannelSettings& s, std::uint8_t channel_index)
      : scene_({s.width, s.height, s.fps, s.label, caption_of(s), channel_index, s.strip}), rate_(s.audio_rate) {}

  Result<void> picture(std::int64_t n, AVFrame& into) override {
    Picture p;
    p.width = into.width;
    p.height = into.height;
    for (int i = 0; i < 3; ++i) {
      p.plane[i] = into.data[i];
      p.stride[i] = into.linesize[i];
    }
    scene_.paint(p, n);
    return {};
  }

  Result<void> sound(std::int64_t first_sample, std::span<const std::span<float>> channels) override {
    for (std::size_t i = 0; i < channels[0].size(); ++i) {
      const float v = tone_sample(first_sample + static_cast<std::int64_t>(i), rate_);
      for (const auto& channel : channels) channel[i] = v;
    }
    return {};
  }

 private:
  Scene scene_;
  int rate_;
};

}  // namespace

std::unique_ptr<Programme> make_scene_programme(const ChannelSettings& settings, std::uint8_t channel_index) {
  return std::make_unique<SceneProgramme>(settings, channel_index);
}

}  // namespace understudy::server
