// FFmpeg's decoders behind two small classes: packets in, pictures or sound out, with every sign of damage.
//
// One thread each: the pipeline decodes two sources on the caller's thread, ahead of time, and frame threads would add
// their number in frames to the time to the first picture.
#pragma once

#include <memory>
#include <vector>

#include "media/packet_queue.h"
#include "media/pcm_queue.h"
#include "understudy/frame.h"
#include "understudy/result.h"

namespace understudy::media {

struct Picture {
  VideoFrame frame;      // content_time is its packet's; duration and source are the caller's to fill in
  bool damaged = false;  // the decoder concealed errors in it, or it refers to what was never decoded
};

class VideoDecoder {
 public:
  VideoDecoder();
  ~VideoDecoder();
  VideoDecoder(const VideoDecoder&) = delete;
  VideoDecoder& operator=(const VideoDecoder&) = delete;

  /// Opens a decoder for the track; without effect where it is open for the same configuration.
  Result<void> open(const container::TrackInfo& track);
  bool is_open_for(const container::TrackInfo& track) const;
  /// Decodes one packet and appends the pictures that are complete, in presentation order. Pictures come even with an
  /// error.
  Result<void> send(const Packet& packet, std::vector<Picture>& out);
  /// Appends what the decoder still holds, and readies it for a new random access point.
  void drain(std::vector<Picture>& out);
  void flush();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class AudioDecoder {
 public:
  explicit AudioDecoder(AudioFormat device);
  ~AudioDecoder();
  AudioDecoder(const AudioDecoder&) = delete;
  AudioDecoder& operator=(const AudioDecoder&) = delete;

  Result<void> open(const container::TrackInfo& track);
  bool is_open_for(const container::TrackInfo& track) const;
  /// Decodes one packet and appends its sound, converted to the device's format, at its place.
  Result<void> send(const Packet& packet, PcmQueue& out);
  /// Appends what decoder and resampler still hold, and readies them for a new beginning.
  void drain(PcmQueue& out);
  void flush();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::media
