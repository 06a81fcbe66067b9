// An H.264 or H.265 byte stream cut into access units, where libavformat's parsers cut it: at the first NAL unit after
// a slice that can only belong to the next picture. Each field of an interlaced frame is a unit of its own.
#pragma once

#include <deque>

#include "container/annexb/picture_inspector.h"
#include "container/elementary_stream.h"

namespace understudy::container::annexb {

class VideoStream : public ElementaryStream {
 public:
  VideoStream(std::uint32_t track, Codec codec, const StreamContext& context);

  void begin_segment(const SegmentStart& start) override;
  void begin_packet(const std::optional<Stamp>& stamp, Sink& sink) override;
  void push(std::span<const std::uint8_t> bytes, Sink& sink) override;
  void gap(Sink& sink) override;
  void end_segment(BodyEnd end, Sink& sink) override;
  TrackOutput& output() override { return output_; }

 private:
  enum class Found { nothing, slice, boundary };
  struct StampAt {
    std::uint64_t offset;  // in the elementary stream
    Stamp stamp;
  };

  void scan(bool final, Sink& sink);
  Found classify(std::size_t nal);
  Found classify_h264(std::size_t nal);
  Found classify_hevc(std::size_t nal) const;
  void cut_before(std::size_t nal, Sink& sink);
  std::optional<Stamp> take_stamp(std::uint64_t up_to);
  void finish_unit(const std::optional<Stamp>& next, bool last, Sink& sink);
  void set_size(int width, int height);
  void discard();

  Codec codec_;
  StreamContext context_;
  TrackOutput output_;
  PictureInspector inspector_;

  std::vector<std::uint8_t> unit_;   // the access unit being collected
  std::uint64_t unit_offset_ = 0;    // of its first byte in the elementary stream
  std::size_t scanned_ = 0;          // no NAL unit starts before this index that was not looked at
  bool has_slice_ = false;           // a picture has begun in unit_
  std::uint64_t last_first_mb_ = 0;  // of the slice before (H.264)
  bool corrupt_ = false;
  bool oversized_ = false;

  std::deque<StampAt> stamps_;       // of the packets that began after the current access unit did; at most kMaxStamps
  std::optional<Stamp> stamp_;       // of the current access unit, if its packet brought one
  std::optional<Stamp> last_stamp_;  // of the access unit before
  Duration last_duration_{};
};

}  // namespace understudy::container::annexb
