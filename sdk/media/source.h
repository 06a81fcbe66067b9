// One loading epoch of one source: demuxers in, decoded frames and sound out. Feeding and placing on the content time
// line are here; decoding is in the chains; when and what is shown is the programme's business (programme.h).
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "container/demuxer.h"
#include "media/alignment.h"
#include "media/audio_chain.h"
#include "media/decode_speed.h"
#include "media/listener.h"
#include "media/pipeline.h"
#include "media/video_chain.h"

namespace understudy::media {

/// The usual distance of a track's packets, from their decoding time stamps: pictures are reordered, these are not.
class PacketInterval {
 public:
  void observe(MediaTime dts);
  void restart() { last_.reset(); }
  /// The median of the last ones; zero where none is known.
  Duration estimate() const;

 private:
  static constexpr std::size_t kKept = 9;
  std::optional<MediaTime> last_;
  std::deque<Duration> recent_;
};

class Source {
 public:
  using Facts = std::deque<Fact>;

  Source(SourceId id, Epoch epoch, bool separate_audio, const PipelineLimits& limits, AudioFormat device, Facts& facts);
  ~Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  SourceId id() const { return id_; }
  Epoch epoch() const { return epoch_; }

  // -- feeding
  void begin_segment(const SegmentRef& segment, bool discontinuity, std::span<const std::uint8_t> init);
  void append(const SegmentRef& segment, std::span<const std::uint8_t> bytes);
  void end_segment(const SegmentRef& segment, container::BodyEnd end);
  void end_of_stream();
  /// `all`: move what is decoded already too. Returns by how much the source's newest media moved.
  Duration anchor(std::int64_t discontinuity_sequence, Duration offset, bool all);
  /// Takes its sound for later than its time stamps say by `late`. REQUIRES: not on the air.
  void set_sound_delay(Duration late);
  Duration sound_delay() const { return sound_delay_; }
  /// Packets that someone else demuxed (direct_source.h); one discontinuity, 0.
  void push_track(const container::TrackInfo& track);
  void push_unit(container::AccessUnit&& unit);
  /// Whether more should be pushed now: a direct source is kept short, it is read from where it waits.
  bool has_room() const;

  // -- what is there
  bool has_video() const;
  bool has_audio() const;
  /// Earliest end over the tracks of what is complete, good and contiguous from `from`.
  std::optional<MediaTime> good_until(MediaTime from) const;
  /// As good_until(), but nothing of a segment that was found damaged: a beginning of a picture at or before its own.
  std::optional<MediaTime> trusted_until(MediaTime from) const;
  std::optional<MediaTime> first_random_access() const;
  /// The track that decides where a splice can be.
  const TrackTimeline& leading_timeline() const { return has_video() ? video_.timeline : audio_.timeline; }
  /// Until when there is something to play, damaged or not: the picture's end, or the sound's where there is no
  /// picture.
  std::optional<MediaTime> arrived_until() const;
  Duration frame_interval() const;
  /// Where its pictures lie, told at the one nearest to `near`.
  PictureGrid picture_grid(MediaTime near) const;
  /// The newest picture that has come.
  std::optional<MediaTime> newest_picture() const;
  bool ended() const { return ended_; }
  /// Bytes of a segment are still to come.
  bool segment_open() const;
  std::uint64_t bytes() const { return bytes_; }
  const container::TrackInfo* video_track() const { return video_.info.get(); }
  const container::TrackInfo* audio_track() const { return audio_.info.get(); }

  // -- decoding
  VideoChain& video() { return video_chain_; }
  const VideoChain& video() const { return video_chain_; }
  AudioChain& audio() { return audio_chain_; }
  const AudioChain& audio() const { return audio_chain_; }
  Listener& listener() { return listener_; }
  const Listener& listener() const { return listener_; }
  DecodeSpeed& speed() { return speed_; }
  const DecodeSpeed& speed() const { return speed_; }
  void set_standing_by(bool on);
  /// Takes what the decoders gave since.
  void receive(Instant now);
  /// When a decoder was silent for too long.
  Instant next_deadline() const;
  void aim(MediaTime target);
  void stop_decoding();
  /// All that came is decoded.
  bool decoded_all() const;
  /// Tells of damage that decoding found.
  void report_damage();
  /// Of the source on the air: packets that are decoded are not needed any more.
  void release_decoded(MediaTime playhead);
  /// Of another one: nor are those from before `time`.
  void release_before(MediaTime time);

 private:
  enum class TrackKind { video, audio };
  struct Event {  // of a track, in order; waits for the anchor of its discontinuity
    enum class Kind { begin, unit, end } kind = Kind::unit;
    std::int64_t discontinuity_sequence = 0;
    Packet packet;
    bool flag = false;                    // begin: media is missing before; end: intact
    bool corrupt = false;                 // end: its bytes are damaged, not only too few
    std::optional<MediaTime> good_until;  // end: where the demuxer says that it ends, PTS
  };
  struct Track {
    explicit Track(bool video) : timeline(video) {}
    TrackTimeline timeline;
    PacketQueue packets;
    std::deque<Event> waiting;
    PacketInterval interval;
    std::shared_ptr<const container::TrackInfo> info;
    std::optional<std::uint32_t> id;
    bool hole = false;  // the next packet comes after a hole
    bool restart = false;
    std::int64_t units = 0;
    std::optional<MediaTime> last_dts;
    std::optional<MediaTime> segment_begin;  // PTS, of the current segment
    std::optional<MediaTime> segment_end;
    std::int64_t segment_units = 0;
  };
  struct Feed;

  Feed& feed(Stream stream) { return *feeds_[static_cast<std::size_t>(stream)]; }
  void on_track(Feed& feed, const container::TrackInfo& track);
  void on_unit(Feed& feed, container::AccessUnit&& unit);
  void open_fact(Feed& feed, MediaTime first_pts);
  void look_for_opening(Feed& feed, const container::AccessUnit& unit, bool video);
  void open_at_end(Feed& feed, MediaTime first_pts);
  void open_passed_over(Feed& feed);
  void submit(Track& track, Event&& event);
  void apply(Track& track, Event&& event);
  void settle(Track& track);
  void move(Track& track, PacketQueue::Index from, std::int64_t discontinuity_sequence, Duration by);
  Duration move_all(std::int64_t discontinuity_sequence, Duration by);
  std::uint64_t held_bytes() const;
  Duration duration_of(const Track& track, const container::AccessUnit& unit) const;
  Track* track_of(const Feed& feed, std::uint32_t id);
  void finish_segment(Feed& feed, container::BodyEnd end);

  SourceId id_;
  Epoch epoch_;
  bool separate_audio_;
  PipelineLimits limits_;
  Facts& facts_;
  std::array<std::unique_ptr<Feed>, 2> feeds_;
  std::map<std::int64_t, Duration> anchors_;
  Track video_{true};
  Track audio_{false};
  VideoChain video_chain_;
  AudioChain audio_chain_;
  Listener listener_;
  DecodeSpeed speed_;
  Duration sound_delay_{};
  bool ended_ = false;
  bool segment_closed_ = false;  // at least one
  std::uint64_t bytes_ = 0;
  std::uint64_t waiting_bytes_ = 0;
};

}  // namespace understudy::media
