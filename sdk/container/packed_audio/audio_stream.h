// Self-delimiting audio frames (ADTS, MPEG audio, AC-3, E-AC-3) cut out of a byte stream, each with its own time.
//
// A frame may begin in one packet (or segment) and end in the next. The frame that a complete segment leaves unfinished
// is kept, and completed by the next segment if that goes on where this one stopped: segmenters do cut there.
#pragma once

#include <array>

#include "container/elementary_stream.h"
#include "container/packed_audio/frame_header.h"

namespace understudy::container {

class AudioStream : public ElementaryStream {
 public:
  AudioStream(std::uint32_t track, Codec codec, const StreamContext& context);

  void begin_segment(const SegmentStart& start) override;
  void begin_packet(const std::optional<Stamp>& stamp, Sink& sink) override;
  void push(std::span<const std::uint8_t> bytes, Sink& sink) override;
  void gap(Sink& sink) override;
  void end_segment(BodyEnd end, Sink& sink) override;
  TrackOutput& output() override { return output_; }

 private:
  void consume(std::span<const std::uint8_t> bytes, Sink& sink);
  std::span<const std::uint8_t> collect_header(std::span<const std::uint8_t> bytes, Sink& sink);
  std::span<const std::uint8_t> collect_frame(std::span<const std::uint8_t> bytes, Sink& sink);
  std::span<const std::uint8_t> resolve_carried(std::span<const std::uint8_t> bytes, Sink& sink);
  bool acceptable(const AudioFrameHeader& header) const;
  void reject_header_byte();
  void begin_frame(const AudioFrameHeader& header, Sink& sink);
  void stamp_frame(const AudioFrameHeader& header);
  void describe(const AudioFrameHeader& header);
  void finish_frame(Sink& sink);
  void finish_held(Sink& sink);
  void emit(std::vector<std::uint8_t>&& bytes, std::uint32_t samples, bool corrupt, Sink& sink);
  void drop_partial();
  MediaTime next_time() const;

  ParseFrameHeader parse_;
  StreamContext context_;
  TrackOutput output_;

  std::array<std::uint8_t, kMaxHeader> header_{};
  std::size_t header_size_ = 0;
  std::optional<Stamp> header_stamp_;  // of the packet in which header_ begins, if it is the first in there
  bool locked_ = false;                // header_ begins where the last frame ended, or where a packet begins
  std::optional<std::uint32_t> signature_;

  bool in_frame_ = false;
  bool carried_ = false;  // the frame in work began in the segment before
  std::vector<std::uint8_t> frame_;
  std::size_t frame_left_ = 0;
  std::uint32_t frame_samples_ = 0;
  // E-AC-3: a finished frame waits for its dependent substreams, which follow it.
  bool holds_ = false;
  std::vector<std::uint8_t> held_;
  std::uint32_t held_samples_ = 0;

  std::optional<Stamp> packet_stamp_;  // of the current packet, not yet given to a frame
  std::optional<MediaTime> anchor_;    // the last stamp used…
  std::int64_t samples_ = 0;           // …and the samples from there to the next access unit out
  int sample_rate_ = 0;
};

}  // namespace understudy::container
