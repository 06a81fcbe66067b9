// One elementary stream: bytes with time stamps here and there in, access units out. MPEG-TS feeds it from PES packets,
// packed audio from the body.
#pragma once

#include <optional>
#include <span>

#include "container/buffer_pool.h"
#include "container/track_output.h"

namespace understudy::container {

struct Stamp {
  MediaTime pts{};
  MediaTime dts{};
};

struct StreamContext {
  BufferPool* pool = nullptr;
  SegmentLog* log = nullptr;
  Limits limits;
};

class ElementaryStream {
 public:
  ElementaryStream() = default;
  virtual ~ElementaryStream() = default;
  ElementaryStream(const ElementaryStream&) = delete;
  ElementaryStream& operator=(const ElementaryStream&) = delete;

  virtual void begin_segment(const SegmentStart& start) = 0;
  /// A PES packet starts here; its stamp belongs to the first access unit that begins in it. No stamp: interpolated.
  virtual void begin_packet(const std::optional<Stamp>& stamp, Sink& sink) = 0;
  virtual void push(std::span<const std::uint8_t> bytes, Sink& sink) = 0;
  /// The PES packet ended, by its own length.
  virtual void end_packet(Sink&) {}
  /// Bytes are missing here.
  virtual void gap(Sink& sink) = 0;
  virtual void end_segment(BodyEnd end, Sink& sink) = 0;
  virtual TrackOutput& output() = 0;
};

}  // namespace understudy::container
