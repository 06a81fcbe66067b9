// Streams in which every PES packet is one access unit: timed ID3, private data, and codecs that are only handed
// through.
#pragma once

#include "container/elementary_stream.h"
#include "container/ts/psi.h"

namespace understudy::container::ts {

class UnitStream : public ElementaryStream {
 public:
  UnitStream(const EsInfo& es, const StreamContext& context);

  void begin_segment(const SegmentStart& start) override;
  void begin_packet(const std::optional<Stamp>& stamp, Sink& sink) override;
  void push(std::span<const std::uint8_t> bytes, Sink& sink) override;
  void end_packet(Sink& sink) override { finish(sink); }
  void gap(Sink& sink) override;
  void end_segment(BodyEnd end, Sink& sink) override;
  TrackOutput& output() override { return output_; }

 private:
  void finish(Sink& sink);

  StreamContext context_;
  TrackOutput output_;
  std::vector<std::uint8_t> unit_;
  std::optional<Stamp> stamp_;
  bool corrupt_ = false;
};

}  // namespace understudy::container::ts
