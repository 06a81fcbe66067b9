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
  /// libavformat does not unwrap (correct_ts_overflow=0): around a wrap, time stamps are equal modulo 2^33 ticks.
  bool modulo_33_bits = false;
  /// libavformat rounds the duration of an audio frame down to a tick and adds these up within a PES packet; we count
  /// samples. The difference is below one tick per frame since the last PES stamp.
  int audio_frames_between_stamps = 0;
  /// libavformat before 6.1 leaves the zero_byte in front of an H.265 start code to the access unit before.
  bool hevc_zero_byte = false;
  /// libavformat takes the first five bytes off everything of stream type 0x15, as if the metadata access unit header
  /// (ISO 13818-1 2.12.4) were there; in HLS timed ID3 comes without it.
  bool metadata_header = false;
  /// libavformat's bare audio demuxers begin at zero whatever the ID3 tag says. Ours minus theirs.
  Duration audio_offset{};
  /// libavformat adds the largest negative composition offset of a fragmented track to all of its PTS (dts_shift), so
  /// that PTS >= DTS; ISO 14496-12 8.6.1.3.1 has PTS = DTS + offset. Ours minus theirs.
  Duration video_pts_offset{};
};

/// One line per difference, at most a few per track; empty when the judge agrees.
std::vector<std::string> differences(const Collector& ours, const std::map<std::uint32_t, JudgedStream>& theirs,
                                     const Exceptions& exceptions);

}  // namespace understudy::test
