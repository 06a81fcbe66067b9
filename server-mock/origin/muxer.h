// Coded packets to segment bytes, one muxer per segment: a segment is a pure function of its packets, so a rolled back
// encoder needs no rolled back muxer. What must run on across segments is carried outside: the continuity counters of
// TS here, the time stamps in the packets themselves.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "origin/av.h"
#include "origin/settings.h"

namespace understudy::server {

/// The next continuity counter of each PID seen so far (a handful).
using ContinuityCounters = std::map<std::uint16_t, std::uint8_t>;

struct StreamFormats {
  av::Parameters video;
  av::Parameters audio;  // null: no audio
  int audio_rate = 0;
  std::string service_name;
};

/// A packet whose time stamps are in 90 kHz (video, and audio in TS) or in samples (audio in fMP4).
struct MuxPacket {
  const AVPacket* packet = nullptr;
  bool video = false;
  std::int64_t pts = 0;
  std::int64_t dts = 0;
  std::int64_t duration = 0;
};

/// MPEG-TS: PAT and PMT first, the counters carried on. REQUIRES: packets in order of decoding time.
Result<std::string> mux_ts(const StreamFormats& formats, const std::vector<MuxPacket>& packets,
                           ContinuityCounters& counters);
/// The media initialization section.
Result<std::string> mux_init(const StreamFormats& formats);
/// One moof and mdat with absolute decode times. `sequence`: of the movie fragment header, from 1.
Result<std::string> mux_fmp4(const StreamFormats& formats, const std::vector<MuxPacket>& packets,
                             std::uint32_t sequence);

}  // namespace understudy::server
