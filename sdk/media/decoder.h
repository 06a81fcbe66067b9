// A platform's decoders behind two small classes: packets in, pictures or sound out, with every sign of damage.
//
// Linked in are FFmpeg's (ffmpeg/: everything that a packet completes comes with it) or the browser's (browser/: it
// comes later, and errors too). Whoever uses them is written for the second kind; with the first the questions at the
// end of each class have constant answers.
//
// FFmpeg with one thread each: the pipeline decodes two sources on the caller's thread, ahead of time, and frame
// threads would add their number in frames to the time to the first picture.
#pragma once

#include <memory>
#include <optional>
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

/// A decoder that failed after its packets were taken: nothing more comes until flush().
struct DecoderFailure {
  Error error;
  bool fatal = false;                     // it will not decode anything any more
  bool spoke = false;                     // something came of it before, so it is this data
  std::optional<MediaTime> content_time;  // the first, as presented, of which nothing came
};

class VideoDecoder {
 public:
  VideoDecoder();
  ~VideoDecoder();
  VideoDecoder(const VideoDecoder&) = delete;
  VideoDecoder& operator=(const VideoDecoder&) = delete;

  /// How many decoded pictures of one source this platform bears at a time; 0: as many as there is memory for.
  static std::size_t pictures_borne();

  /// Opens a decoder for the track; without effect where it is open for the same configuration.
  Result<void> open(const container::TrackInfo& track);
  bool is_open_for(const container::TrackInfo& track) const;
  /// Decodes one packet and appends the pictures that are complete, in presentation order. Pictures come even with an
  /// error. REQUIRES: not draining().
  Result<void> send(const Packet& packet, std::vector<Picture>& out);
  /// Has it give out what it still holds, and readies it for a new random access point. Appends what comes at once;
  /// while draining() the rest is to be received.
  void drain(std::vector<Picture>& out);
  /// Drops what it holds and what it was asked for.
  void flush();

  /// Appends what came since.
  void receive(Instant now, std::vector<Picture>& out);
  bool draining() const;
  /// Pictures that will come without another packet: of those sent, but for as many as it holds back for reordering.
  std::size_t coming() const;
  std::optional<DecoderFailure> take_failure();
  /// When receive() may find that nothing came for too long.
  Instant next_deadline() const;

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
  /// Decodes one packet and appends its sound, converted to the device's format, at its place. REQUIRES: can_take().
  Result<void> send(const Packet& packet, PcmQueue& out);
  /// As of pictures; what the resampler holds comes too.
  void drain(PcmQueue& out);
  void flush();

  void receive(Instant now, PcmQueue& out);
  bool draining() const;
  /// Not draining, and not too many packets are under way.
  bool can_take() const;
  std::size_t coming() const;
  std::optional<DecoderFailure> take_failure();
  Instant next_deadline() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::media
