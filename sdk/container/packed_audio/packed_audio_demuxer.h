// Packed audio segments (RFC 8216 3.4): ID3 tags, then bare ADTS, MPEG audio, AC-3 or E-AC-3 frames.
//
// The tag gives the time of the first frame; a first segment without one begins at zero, a later one goes on where the
// one before ended. Tags with more than the time stamp in them are handed out on kTagTrack.
#pragma once

#include "container/elementary_stream.h"
#include "container/ts/timestamp.h"

namespace understudy::container {

class PackedAudioDemuxer : public Demuxer {
 public:
  static constexpr std::uint32_t kAudioTrack = 0;
  static constexpr std::uint32_t kTagTrack = 1;

  explicit PackedAudioDemuxer(const Limits& limits);

  void begin_segment(const SegmentStart& start) override;
  void push(std::span<const std::uint8_t> bytes, Sink& sink) override;
  SegmentReport end_segment(BodyEnd end, Sink& sink) override;
  bool lists_video() const override { return false; }

 private:
  enum class State { start, tag, audio };

  void look_at_start(Sink& sink);
  void finish_tag(Sink& sink);
  void begin_audio(Codec codec, Sink& sink);

  static constexpr std::size_t kMaxTag = 1u << 20;        // a picture may be in there; more is passed over
  static constexpr std::uint32_t kMaxSearch = 64u << 10;  // of something that is no frame, before the first one

  StreamContext context_;
  BufferPool pool_;
  SegmentLog log_;
  SegmentStart segment_;
  TimeUnwrapper clock_;
  State state_ = State::start;
  std::vector<std::uint8_t> head_;  // the start of a tag or frame, or a whole tag
  std::size_t tag_left_ = 0;
  std::optional<Stamp> stamp_;
  std::unique_ptr<ElementaryStream> audio_;
  TrackOutput tags_;
};

}  // namespace understudy::container
