// Decodes one source's video track ahead of time: from its packets into its frames.
//
// A damaged picture ends the good media: it and all that may refer to it, up to the next random access point, are never
// queued, and decoding goes on there.
//
// A decoder may answer later (decoder.h): pictures, what a drain gives, and failures then come with receive().
#pragma once

#include <optional>

#include "media/decoder.h"
#include "media/frame_queue.h"
#include "media/track_timeline.h"

namespace understudy::media {

class VideoChain {
 public:
  struct Damage {
    MediaTime content_time{};
    Error error;
  };

  /// `max_pictures`: decoded, or on their way without another packet; 0: any number.
  VideoChain(SourceId source, PacketQueue& packets, TrackTimeline& timeline, std::uint64_t max_frame_bytes,
             std::size_t max_pictures)
      : source_(source),
        packets_(packets),
        timeline_(timeline),
        max_frame_bytes_(max_frame_bytes),
        max_pictures_(max_pictures) {}

  /// The first picture wanted is the one at `target`: decode from the random access point at or before it, else from
  /// the first after it. What is decoded already is used.
  void aim(MediaTime target);
  /// A source that stands by: only the random access point that the aim asks for is decoded.
  void set_key_only(bool on);
  bool key_only() const { return key_only_; }
  /// Nobody sees the pictures: from here on only random access points are decoded, and what they are surrounded by is
  /// no hole.
  void set_sparse(bool on);
  bool sparse() const { return sparse_; }
  /// Decodes anew from the random access point at or before; what comes before `target` is not queued.
  void resume_at(MediaTime target);
  /// Forgets the aim, the frames, and the decoder's state.
  void stop();

  /// Takes what the decoder gave since.
  void receive(Instant now);
  /// Whether there is a packet to decode and room for its picture.
  bool can_work() const;
  /// Whether there is a packet to decode, now or when there is room.
  bool has_packet() const;
  /// Pictures are on their way and need no further packet.
  bool awaits() const { return decoder_.draining() || decoder_.coming() > 0; }
  /// Decodes one packet. Returns its cost in macroblocks.
  int work();
  /// No packet will follow, or the next one is far: hands out what the decoder holds back for reordering.
  void finish();
  bool holds_pictures() const { return sent_ > received_ || decoder_.draining(); }
  Instant next_deadline() const { return decoder_.next_deadline(); }

  FrameQueue& frames() { return frames_; }
  const FrameQueue& frames() const { return frames_; }
  PacketQueue::Index cursor() const { return cursor_; }
  /// Packets from here on may still be asked for: to be decoded, or to say whose picture comes.
  PacketQueue::Index needed_from(MediaTime playhead) const;
  std::optional<Damage> take_damage();
  bool unusable() const { return unusable_; }
  /// How much content was decoded so far, and in how many packets.
  Duration decoded() const { return decoded_; }
  std::int64_t packets_decoded() const { return packets_decoded_; }

 private:
  bool position();
  void aim_at_key(MediaTime target);
  void skip_to_better_start();
  void collect(std::vector<Picture>&& pictures);
  void queue(Picture&& picture, PacketQueue::Index packet);
  void damaged(PacketQueue::Index packet, const Error& error, bool known);
  void failed(const DecoderFailure& failure);
  void give_up(MediaTime from, const Error& error);
  void settle();
  void restart_at(PacketQueue::Index cursor);
  void forget_sent();

  // A decoder's reordering is at most 16 pictures; some margin so that a picture's packet is always found.
  static constexpr PacketQueue::Index kLookBack = 64;

  // The platform may have another decoder to try, which costs no picture.
  static constexpr int kMostTries = 3;

  /// Decoding goes on behind damage; until the decoder is drained, pictures from before it may come.
  struct Cut {
    PacketQueue::Index packet = 0;
    MediaTime first{};
  };

  SourceId source_;
  PacketQueue& packets_;
  TrackTimeline& timeline_;
  std::uint64_t max_frame_bytes_;
  std::size_t max_pictures_;
  VideoDecoder decoder_;
  FrameQueue frames_;
  std::optional<MediaTime> aim_;
  MediaTime decoded_from_{};  // where the random access point of this decoding lies
  bool positioned_ = false;
  bool need_start_ = true;     // the next packet to decode must be a random access point
  bool skip_leading_ = false;  // pictures before it are undecodable
  bool hole_ = false;          // the next picture queued comes after a hole
  bool hole_after_ = false;    // the same, once the decoder is drained
  std::optional<Cut> cut_;
  PacketQueue::Index begun_at_ = 0;  // the last random access point sent
  int tries_ = 0;                    // again from there, of a decoder that never gave anything
  bool unusable_ = false;
  bool key_only_ = false;
  bool sparse_ = false;
  std::optional<PacketQueue::Index> key_;  // key_only: decoded or to be decoded
  Duration decoded_{};
  std::int64_t packets_decoded_ = 0;
  PacketQueue::Index cursor_ = 0;
  PacketQueue::Index sent_end_ = 0;  // behind the last packet sent
  std::int64_t sent_ = 0;
  std::int64_t received_ = 0;
  std::optional<Damage> damage_;
};

}  // namespace understudy::media
