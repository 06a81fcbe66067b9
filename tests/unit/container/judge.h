// libavformat as the judge: what it makes of the same bytes, and the comparison with what our demuxer makes of them.
#pragma once

#include <string>

#include "collect.h"

namespace understudy::test {

struct JudgedPacket {
  Bytes data;  // an ADTS header is taken off
  std::optional<MediaTime> pts;
  std::optional<MediaTime> dts;
  bool key = false;
};

struct JudgedStream {
  int codec_id = 0;  // AVCodecID
  std::vector<JudgedPacket> packets;
};

/// By AVStream::id (PID or track_ID). Empty where libavformat cannot open it.
std::map<std::uint32_t, JudgedStream> judge(std::span<const std::uint8_t> bytes);

/// The differences that are allowed, each with its reason. All off: everything must be equal.
struct Exceptions {
  /// libavformat does not unwrap (correct_ts_overflow=0): time stamps are equal modulo 2^33 ticks.
  bool modulo_33_bits = false;
  /// libavformat rounds the duration of an audio frame down to a tick and adds these up within a PES packet; we count
  /// samples. The difference is below one tick per frame since the last PES stamp.
  Duration audio_interpolation{};
  /// libavformat hands out the unfinished frame at the end of the body; we keep it for the next segment.
  bool cut_last_audio_frame = false;
  /// libavformat leaves DTS or PTS open (or guesses it) where the container has none; we interpolate.
  bool missing_stamps = false;
  /// Tracks of libavformat that are not compared (subtitles, codecs that have no counterpart).
  std::vector<std::uint32_t> ignored_tracks;
};

/// One line per difference, at most a few per track; empty when the judge agrees.
std::vector<std::string> differences(const Collector& ours, const std::map<std::uint32_t, JudgedStream>& theirs,
                                     const Exceptions& exceptions);

}  // namespace understudy::test
