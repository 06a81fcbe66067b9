// What a channel of the test origin looks like: the "origin" object of a channel. README.md has the table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "origin/clock.h"
#include "understudy/result.h"

namespace understudy::server {

enum class Container { ts, fmp4 };

struct ChannelSettings {
  Container container = Container::ts;
  double segment_s = 2;
  std::optional<double> gop_s;        // default: one GOP per segment
  std::optional<double> gop_phase_s;  // default: the segments' phase
  double segment_phase_s = 0;         // segment boundaries lie at phase + k * segment_s of the content clock
  std::int64_t pts_base = 126'000;    // 90 kHz time stamp of the first frame; may be close to 2^33
  std::int64_t media_sequence = 0;
  int window = 6;  // segments in the playlist
  bool pdt = true;
  std::int64_t pdt_skew_ms = 0;
  std::int64_t lag_ms = 0;  // each segment is published this much after its end
  double ahead_s = 0;       // the encoder may run this far ahead of the clock

  int width = 640;
  int height = 360;
  FrameRate fps;
  int bitrate_kbps = 800;
  std::string preset = "ultrafast";
  int bframes = 0;

  std::string audio_codec = "aac";  // aac, ac3, eac3, mp3 or none
  int audio_rate = 48'000;
  int audio_channels = 2;
  int audio_bitrate_kbps = 96;

  std::string label;                          // empty: the channel's id
  std::optional<std::uint8_t> channel_index;  // absent: in the order of creation
  bool strip = true;
  std::string source;  // file or URL, looped; empty: the synthetic scene

  friend bool operator==(const ChannelSettings&, const ChannelSettings&) = default;
};

/// Reads the settings object. Unknown members are ignored. Error: invalid_config naming the member.
Result<ChannelSettings> parse_settings(const std::string& json, const std::string& default_source = {});

/// Where key frames and segments begin, in frames of the content clock. Pure arithmetic, the same for every restart.
class SegmentPlan {
 public:
  explicit SegmentPlan(const ChannelSettings& settings);
  bool is_key_frame(std::int64_t n) const { return floor_mod(n - gop_phase_, gop_) == 0; }
  /// The first segment boundary (always a key frame) after frame n.
  std::int64_t boundary_after(std::int64_t n) const;
  /// The last segment boundary at or before frame n.
  std::int64_t boundary_at_or_before(std::int64_t n) const;
  /// The longest segment that the plan can give, in frames.
  std::int64_t longest() const;

 private:
  std::int64_t key_frame_at_or_after(std::int64_t n) const { return n + floor_mod(gop_phase_ - n, gop_); }
  std::int64_t gop_, gop_phase_, segment_, segment_phase_;
};

}  // namespace understudy::server
