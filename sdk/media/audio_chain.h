// Decodes one source's audio track ahead of time: from its packets into sound at the device's rate.
#pragma once

#include <optional>

#include "media/decoder.h"
#include "media/track_timeline.h"
#include "media/video_chain.h"

namespace understudy::media {

class AudioChain {
 public:
  AudioChain(AudioFormat device, PacketQueue& packets, TrackTimeline& timeline, Duration max_audio);

  /// Sound is wanted from `target` on. Decoding begins earlier by kPreroll, which a decoder needs to settle.
  void aim(MediaTime target);
  void stop();
  /// A source that stands by: no more is decoded than says that it could be heard.
  void set_brief(bool brief) { brief_ = brief; }
  /// Takes what the decoder gave since.
  void receive(Instant now);
  bool can_work() const;
  void work();
  void finish();
  /// Sound is on its way and needs no further packet.
  bool awaits() const { return decoder_.draining() || decoder_.coming() > 0; }
  Instant next_deadline() const { return decoder_.next_deadline(); }

  PcmQueue& pcm() { return pcm_; }
  const PcmQueue& pcm() const { return pcm_; }
  PacketQueue::Index cursor() const { return cursor_; }
  /// Packets from here on may still be asked for.
  PacketQueue::Index needed_from() const;
  std::optional<VideoChain::Damage> take_damage();

  static constexpr Duration kBrief = std::chrono::milliseconds(300);
  static constexpr Duration kPreroll = std::chrono::milliseconds(80);  // Opus, RFC 7845 4.6; AAC: two packets

 private:
  std::optional<PacketQueue::Index> start_for(MediaTime target) const;
  void damaged(MediaTime content_time, const Error& error, bool known);
  void failed(const DecoderFailure& failure);

  // More than a decoder has under way.
  static constexpr PacketQueue::Index kLookBack = 64;

  AudioFormat device_;
  PacketQueue& packets_;
  TrackTimeline& timeline_;
  std::size_t max_frames_;
  AudioDecoder decoder_;
  PcmQueue pcm_;
  std::optional<MediaTime> aim_;
  bool positioned_ = false;
  bool brief_ = false;
  bool unusable_ = false;
  bool fed_ = false;  // something was sent that is not drained
  PacketQueue::Index cursor_ = 0;
  std::optional<VideoChain::Damage> damage_;
};

}  // namespace understudy::media
