// Fragmented MP4 (CMAF, ISO 14496-12) as it streams in: index boxes are collected, media data is handed on sample by
// sample. A progressive file whose moov comes first works the same way.
#pragma once

#include <map>
#include <optional>

#include "container/annexb/picture_inspector.h"
#include "container/elementary_stream.h"
#include "container/fmp4/box.h"
#include "container/fmp4/emsg.h"
#include "container/fmp4/fragment.h"

namespace understudy::container::fmp4 {

class Fmp4Demuxer : public Demuxer {
 public:
  explicit Fmp4Demuxer(const Limits& limits);

  void begin_segment(const SegmentStart& start) override;
  void push(std::span<const std::uint8_t> bytes, Sink& sink) override;
  SegmentReport end_segment(BodyEnd end, Sink& sink) override;
  bool lists_video() const override;

 private:
  enum class State { header, collect, skip, media, broken };
  struct Track {
    explicit Track(TrackInfo info, SegmentLog& log) : output(std::move(info), log) {}
    TrackOutput output;
    std::optional<annexb::PictureInspector> inspector;
    std::uint32_t timescale = 1;
    std::int64_t edit_offset = 0;
  };

  std::size_t read_header(std::span<const std::uint8_t> bytes, Sink& sink);
  void enter_box(const BoxHeader& header, Sink& sink);
  std::size_t collect_body(std::span<const std::uint8_t> bytes, Sink& sink);
  std::size_t pass_media(std::span<const std::uint8_t> bytes, Sink& sink);
  void finish_box(Sink& sink);
  void on_moov(Sink& sink);
  void forget_other_tracks();
  Track& track_for(const TrackInfo& info);
  void on_moof();
  void on_emsg(Sink& sink);
  void find_earliest();
  void emit_waiting_events(Sink& sink);
  void emit_event(const TrackInfo& info, MediaTime at, Duration duration, std::span<const std::uint8_t> data,
                  Sink& sink);
  void align_explicit_offsets();
  void drop_unreachable_samples();
  void finish_sample(Sink& sink);
  void lose(const Sample& sample);
  /// False where the time stamps do not fit.
  static bool fill_in(const Sample& sample, const Track& track, AccessUnit& unit);
  void lose_rest();

  // Larger than any index of a segment; a progressive file of a day has about this.
  static constexpr std::uint64_t kMaxIndexBox = 16u << 20;
  static constexpr std::size_t kMaxWaitingEvents = 64;

  StreamContext context_;
  BufferPool pool_;
  SegmentLog log_;
  SegmentStart segment_;

  Movie movie_;
  bool have_movie_ = false;
  std::map<std::uint32_t, Track> tracks_;
  std::map<std::uint32_t, std::int64_t> next_dts_;

  State state_ = State::header;
  std::uint64_t position_ = 0;     // in the segment
  std::vector<std::uint8_t> box_;  // the header, or the body of an index box
  std::uint32_t box_type_ = 0;
  std::uint64_t box_offset_ = 0;
  std::uint64_t body_left_ = 0;
  bool to_end_ = false;

  std::vector<Sample> samples_;  // of the fragment, by offset
  std::size_t next_sample_ = 0;
  bool explicit_offsets_ = false;
  std::vector<std::uint8_t> sample_;   // what is here of samples_[next_sample_]
  std::optional<MediaTime> earliest_;  // presentation time of the segment, for event messages relative to it
  struct WaitingEvent {
    TrackInfo track;
    Duration delay;  // from earliest_
    Duration duration;
    std::vector<std::uint8_t> data;
  };
  std::vector<WaitingEvent> waiting_events_;
};

}  // namespace understudy::container::fmp4
