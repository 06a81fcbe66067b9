// What every container does with a finished access unit: announce the track, number, flag and report it.
#pragma once

#include <array>
#include <optional>

#include "container/demuxer.h"

namespace understudy::container {

/// The parts of a SegmentReport that are not per track; the first error is kept.
struct SegmentLog {
  std::uint32_t damaged_units = 0;
  std::uint32_t continuity_errors = 0;
  std::uint32_t skipped_bytes = 0;
  std::optional<Error> error;

  void fail(ErrorCode code, const char* detail) {
    if (!error) error = Error{code, detail};
  }
};

/// How far a track is complete. Access units come in decoding order, but "complete up to here" is meant in presentation
/// order: a body that breaks off between a P picture and the B pictures before it is not complete up to the P picture.
class GoodRange {
 public:
  void add(const AccessUnit& unit);
  /// What follows is damaged or missing; what was added before stays good.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }
  std::optional<MediaTime> end() const;

 private:
  struct Picture {
    MediaTime pts;
    MediaTime end;
  };
  // More than the deepest reordering of H.264 and HEVC (16 pictures), times two for fields.
  static constexpr std::size_t kRecent = 32;
  std::array<Picture, kRecent> recent_{};
  std::size_t count_ = 0;
  MediaTime last_dts_end_{};
  MediaTime latest_end_{};
  bool stopped_ = false;
};

class TrackOutput {
 public:
  TrackOutput(TrackInfo info, SegmentLog& log) : info_(std::move(info)), log_(&log) {}

  const TrackInfo& info() const { return info_; }
  /// The new description goes out before the next access unit, if it differs from the announced one.
  void set_info(TrackInfo info);
  void announce(Sink& sink);
  bool announced() const { return announced_; }
  /// Known to the sink, or has given units: a new description that waits for its first unit hides neither.
  bool to_be_reported() const { return announced_ || units_ > 0; }

  void begin_segment(const SegmentStart& start);
  void emit(AccessUnit&& unit, Sink& sink);
  /// Something of this track is missing at this place, or about to be dropped.
  void note_loss() { good_.stop(); }
  TrackReport report() const;

 private:
  TrackInfo info_;
  SegmentLog* log_;
  bool announced_ = false;
  bool discontinuity_ = false;
  std::uint32_t units_ = 0;
  std::optional<MediaTime> first_pts_;
  GoodRange good_;
};

}  // namespace understudy::container
