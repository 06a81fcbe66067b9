// Where a channel's pictures and sounds come from, addressed by the content clock: the synthetic scene, or a file or
// URL that is looped. Both give the same picture for the same frame number in every channel.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "origin/av.h"
#include "origin/settings.h"

namespace understudy::server {

class Programme {
 public:
  virtual ~Programme() = default;
  /// Paints content frame n into a 4:2:0 frame of the channel's size.
  virtual Result<void> picture(std::int64_t n, AVFrame& into) = 0;
  /// Fills consecutive content samples of each channel. REQUIRES: all spans are equally long.
  virtual Result<void> sound(std::int64_t first_sample, std::span<const std::span<float>> channels) = 0;
};

std::unique_ptr<Programme> make_scene_programme(const ChannelSettings& settings, std::uint8_t channel_index);

/// Opens settings.source; blocks while it is probed. `cancelled` ends waiting for a network.
Result<std::unique_ptr<Programme>> open_file_programme(const ChannelSettings& settings, std::uint8_t channel_index,
                                                       const std::atomic<bool>& cancelled);

}  // namespace understudy::server
