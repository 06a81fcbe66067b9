// The calls that the engine makes to a media pipeline, and what comes back, in one form for the model and for the real one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulation/contract/programme.h"
#include "support/world/media_model.h"

namespace understudy::contract {

using namespace std::chrono_literals;

/// What is told, without what the contract leaves open.
struct Told {
  Instant at{};
  std::string what;  // kind, source, content time in frames: to be equal
};

/// A picture on the screen.
struct Picture {
  Instant at{};
  SourceId source{};
  std::int64_t number = 0;
  MediaTime content_time{};
};

/// What the engine is told of a source's buffer.
struct Buffered {
  std::optional<MediaTime> good_until;
  std::optional<MediaTime> planned_splice;
  bool splice_ready = false;
};

class MediaPort {
 public:
  virtual ~MediaPort() = default;

  // -- feeding; a segment of the programme in pieces, `share` of its bytes in percent
  void open(SourceId id, const Programme& programme, Duration skew = {}, std::uint32_t epoch = 1);
  virtual void close(SourceId id) = 0;
  void feed(SourceId id, int segment, int from_percent = 0, int to_percent = 100);
  void feed_through(SourceId id, int first, int last);
  virtual void abandon(SourceId id, int segment) = 0;
  virtual void end_of_stream(SourceId id) = 0;
  /// Places it anew, later by so much.
  void move(SourceId id, Duration by);

  // -- orders
  virtual void start(SourceId id, MediaTime from) = 0;
  virtual void prepare(SourceId id) = 0;
  virtual void stand_by(SourceId id) = 0;
  virtual void cancel(SourceId id) = 0;
  virtual void splice(SourceId id) = 0;
  virtual void stop() = 0;
  virtual void pause(bool paused) = 0;
  virtual void rate(int ppm) = 0;

  // -- time, and what is there
  virtual void run_for(Duration d) = 0;
  virtual Buffered buffered(SourceId id) = 0;
  virtual MediaTime playhead() = 0;
  virtual bool stalled() = 0;

  Instant now() const { return now_; }
  const std::vector<Told>& told() const { return told_; }
  const std::vector<Picture>& pictures() const { return pictures_; }

 protected:
  struct Open {
    const Programme* programme = nullptr;
    Epoch epoch{};
    Duration skew{};
    std::optional<Duration> offset;
  };
  virtual void do_open(SourceId id, Epoch epoch) = 0;
  virtual void do_feed(const loading::SegmentTarget& target, const Piece& piece, std::size_t from, std::size_t until) = 0;
  virtual void do_anchor(SourceId id, Epoch epoch, Duration offset) = 0;

  loading::SegmentTarget target_of(SourceId id, int segment) const;
  const Open& opened(SourceId id) const { return open_.at(id); }
  /// Places the source as the engine would, by the date of the segment that opened.
  void on_opened(SourceId id, Epoch epoch, int segment, MediaTime first_pts);
  void tell(std::string what) { told_.push_back({now_, std::move(what)}); }

  Instant now_{std::chrono::seconds(1)};
  std::vector<Picture> pictures_;

 private:
  std::map<SourceId, Open> open_;
  std::vector<Told> told_;
};

/// Content time as a number of frames, rounded.
std::string in_frames(MediaTime at);

}  // namespace understudy::contract
