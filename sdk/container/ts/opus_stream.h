// Opus in MPEG-TS (opus-codec.org, "Opus in MPEG-TS" 0.1.3): each access unit behind a control header with its size.
#pragma once

#include "container/elementary_stream.h"

namespace understudy::container::ts {

class OpusStream : public ElementaryStream {
 public:
  OpusStream(std::uint32_t track, std::uint8_t channel_config, const StreamContext& context);

  void begin_segment(const SegmentStart& start) override;
  void begin_packet(const std::optional<Stamp>& stamp, Sink& sink) override;
  void push(std::span<const std::uint8_t> bytes, Sink& sink) override;
  void end_packet(Sink& sink) override { finish_packet(sink); }
  void gap(Sink& sink) override;
  void end_segment(BodyEnd end, Sink& sink) override;
  TrackOutput& output() override { return output_; }

 private:
  void finish_packet(Sink& sink);
  void emit(std::span<const std::uint8_t> bytes, Sink& sink);

  static constexpr std::size_t kMaxPacket = 1u << 16;

  StreamContext context_;
  TrackOutput output_;
  std::vector<std::uint8_t> packet_;  // one PES payload: it holds whole access units
  std::optional<MediaTime> next_pts_;
  bool corrupt_ = false;
};

/// Samples at 48 kHz in an Opus packet (RFC 6716 3.1); 0 where it is malformed.
std::uint32_t opus_packet_samples(std::span<const std::uint8_t> packet);

}  // namespace understudy::container::ts
