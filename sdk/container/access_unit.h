// What the push demuxers produce: tracks and access units. Plain data, no I/O, no FFmpeg.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "understudy/time.h"

namespace understudy::container {

enum class Codec { unknown, h264, hevc, aac, mp3, ac3, eac3, opus, flac, id3, scte35, webvtt, private_data };
enum class TrackKind { video, audio, metadata };

/// Immutable bytes, reference counted, followed by at least kPadding zero bytes so that decoders can read past the end
/// without a copy. Comes from a BufferPool where the producer has one.
class Buffer {
 public:
  static constexpr std::size_t kPadding = 64;  // AV_INPUT_BUFFER_PADDING_SIZE

  Buffer() = default;
  Buffer(std::shared_ptr<const std::vector<std::uint8_t>> padded, std::size_t size)
      : storage_(std::move(padded)), size_(size) {}
  /// Copies `bytes` into fresh padded storage.
  static Buffer copy_of(std::span<const std::uint8_t> bytes);

  const std::uint8_t* data() const { return storage_ ? storage_->data() : nullptr; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::span<const std::uint8_t> bytes() const { return {data(), size_}; }
  /// Keeps the bytes alive independently of this object (a decoder's reference-counted packet).
  std::shared_ptr<const std::vector<std::uint8_t>> storage() const { return storage_; }

 private:
  std::shared_ptr<const std::vector<std::uint8_t>> storage_;
  std::size_t size_ = 0;
};

struct TrackInfo {
  std::uint32_t id = 0;  // PID in TS, track_ID in fMP4, 0 for packed audio; unique within a demuxer
  TrackKind kind = TrackKind::metadata;
  Codec codec = Codec::unknown;
  /// Decoder configuration: avcC, hvcC, AudioSpecificConfig, dOps or dfLa body. Empty where it is in band (TS: Annex B
  /// parameter sets are inside the access units, AAC access units arrive without ADTS and this holds the ASC built from it).
  std::vector<std::uint8_t> config;
  bool annexb = false;  // video access units: start codes (true) or length prefixes (false; length size is in config)
  int width = 0;        // video: from the SPS or the sample entry, 0 = unknown
  int height = 0;
  int sample_rate = 0;  // audio
  int channels = 0;
  bool encrypted = false;    // sample entry encv/enca, or CA: access units are not decodable here
  Duration encoder_delay{};  // signalled priming (edit list, Opus pre-skip), already taken off the PTS where the container does
  friend bool operator==(const TrackInfo&, const TrackInfo&) = default;
};

struct AccessUnit {
  std::uint32_t track = 0;
  MediaTime pts{};      // source time line: 33-bit TS time stamps unwrapped and continuous across segments
  MediaTime dts{};
  Duration duration{};  // zero where unknown
  bool key = false;     // a random access point: decoding can start here (IDR, IRAP, or recovery point as libavformat says)
  bool leading = false;        // a leading picture (HEVC RASL/RADL): undecodable or unwanted after random access
  bool corrupt = false;        // bytes are missing or damaged inside (continuity gap, transport error)
  bool discontinuity = false;  // first access unit of its track after a discontinuity of the source's time line
  Buffer data;
};

}  // namespace understudy::container
