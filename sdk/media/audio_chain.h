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
  bool can_work() const;
  void work();
  void finish();

  PcmQueue& pcm() { return pcm_; }
  const PcmQueue& pcm() const { return pcm_; }
  PacketQueue::Index cursor() const { return cursor_; }
  std::optional<VideoChain::Damage> take_damage();

  static constexpr Duration kBrief = std::chrono::milliseconds(300);
  static constexpr Duration kPreroll = std::chrono::milliseconds(80);  // Opus, RFC 7845 4.6; AAC: two packets

 private:
  std::optional<PacketQueue::Index> start_for(MediaTime target) const;
  void damaged(const Packet& packet, const Error& error, bool known);

  AudioFormat device_;
  PacketQueue& packets_;
  TrackTimeline& timeline_;
  std::size_t max_frames_;
  AudioDecoder decoder_;
  PcmQueue pcm_;
  std::optional<MediaTime> aim_;
  MediaTime decoded_from_{};
  bool positioned_ = false;
  bool brief_ = false;
  bool unusable_ = false;
  PacketQueue::Index cursor_ = 0;
  std::optional<VideoChain::Damage> damage_;
};

}  // namespace understudy::media
