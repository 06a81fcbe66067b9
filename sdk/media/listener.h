// Listens to one source for the matching: decodes its sound packets, whether they will be heard or not, into a
// SoundRing. A decoder of its own, because a candidate's sound is wanted from its first packet on while its audio chain
// begins at the splice. Decoding AAC once more costs 0.1 % of a core.
#pragma once

#include <optional>

#include "media/decoder.h"
#include "media/sound_ring.h"

namespace understudy::media {

class Listener {
 public:
  explicit Listener(PacketQueue& packets);

  bool can_work(MediaTime playhead) const;
  /// Decodes one packet.
  void work(MediaTime playhead);
  /// Takes what the decoder gave since.
  void receive(Instant now);
  /// All that has arrived was listened to.
  bool complete(MediaTime playhead) const;
  Instant next_deadline() const { return decoder_.next_deadline(); }
  /// These packets are placed anew: they are listened to again.
  void forget_from(PacketQueue::Index index);
  /// Packets before are not needed for listening.
  PacketQueue::Index cursor() const { return cursor_; }

  /// A discontinuity, or all, was placed anew.
  void shift(std::int64_t discontinuity_sequence, Duration by);
  void shift_all(Duration by);

  SoundRing& sound() { return sound_; }
  const SoundRing& sound() const { return sound_; }

 private:
  void take();

  PacketQueue& packets_;
  AudioDecoder decoder_;
  PcmQueue decoded_{1};
  SoundRing sound_;
  PacketQueue::Index cursor_ = 0;
  bool fresh_ = true;  // the next packet begins a stretch
  bool unusable_ = false;
  MediaTime pts_origin_;  // of the stretch: its time line begins at zero, so that its place is exact
  MediaTime origin_;      // where that zero lies, by the packet sent last
  std::int64_t discontinuity_sequence_ = 0;
};

}  // namespace understudy::media
