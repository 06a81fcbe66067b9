// What sdk/media/pipeline.h promises, with frames as numbers. No bytes, no sound: a frame is its encoder's number, the content time
// that the engine's anchor gives it, and whether it is a random access point or damaged.
//
// What is told to it counts from the time of the last iterate(). Between two such times everything follows by itself, so time may
// advance by any steps: what is shown, and when, and the facts are the same (tests/simulation/contract holds it to that). Facts are
// told in time by whoever calls iterate() at next_fact().
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "core/session/io.h"
#include "support/world/frames.h"
#include "support/world/publisher.h"

namespace understudy::world {

/// One picture on the viewer's screen.
struct Shown {
  Instant at{};
  SourceId source{};
  std::int64_t frame = 0;   // as the encoder numbered it
  MediaTime content_time{}; // as the engine placed it
};

using Fact = std::variant<loading::SegmentOpened, loading::SegmentClosed, session::MediaDamaged, session::FirstFrame,
                          session::Switched, session::Aligned, session::Stalled, session::Resumed, session::PlayedOut>;

class MediaModel {
 public:
  // -- feeding
  void open(SourceId source, Epoch epoch);
  void close(SourceId source);
  void append(const loading::SegmentTarget& segment, const SegmentContent& content, std::int64_t received, bool complete);
  /// What arrived of it is all there will be.
  void abandon(const loading::SegmentTarget& segment);
  void end_of_stream(SourceId source, Epoch epoch);
  void anchor(SourceId source, Epoch epoch, std::int64_t discontinuity_sequence, Duration offset);

  // -- what is shown
  void start(SourceId source, MediaTime from);
  void prepare(SourceId candidate) { touched_ = candidates_.insert(candidate).second || touched_; }
  void stand_by(SourceId member) { prepare(member); }
  void cancel(SourceId candidate);
  void splice(SourceId to);
  void stop();
  void set_paused(bool paused);
  void set_rate_ppm(int ppm);

  // -- running
  void iterate(Instant now);
  /// When the next picture is due, or whatever else happens by itself.
  Instant next_deadline() const;
  /// The same, but for pictures that nothing follows from.
  Instant next_fact() const;
  /// The front end did not call for a while: what it missed is shown, not skipped.
  void skip_to(Instant now);
  /// Both use the memory of `out` again.
  void take_facts(std::vector<Fact>& out) { out.clear(), out.swap(facts_); }
  /// The pictures from before `until`.
  void take_shown(std::vector<Shown>& out, Instant until);
  void describe(session::MediaState& state) const;
  MediaTime playhead() const { return started_ ? playhead_ : from_; }
  bool picture() const { return picture_; }
  /// Without sound nothing is measured.
  bool has_sound = true;

 private:
  struct Segment {
    loading::SegmentTarget target;
    SegmentContent content;
    int placed = 0;  // frames handed on
    int arrived = 0;
    bool closed = false;
    bool whole = false;
  };
  class Source {
   public:
    SourceId id{};
    Epoch epoch{};
    const Frames& frames() const { return frames_; }
    /// `segment`: where its segment begins.
    void put(const Frame& frame, MediaTime segment);
    void shift(Duration by);
    void forget_before(MediaTime at);
    std::map<std::int64_t, Duration> anchors;  // by discontinuity sequence
    std::vector<Segment> segments;             // not yet placed in whole
    bool ended = false;
    std::optional<Duration> told_skew;
    bool told_unclear = false;
    bool compared = false;  // since something came
    std::optional<MediaTime> first_access() const;
    std::optional<MediaTime> arrived_until() const;
    /// End of the good media that is contiguous from `from`; behind a hole the end of what was before it.
    std::optional<MediaTime> good_until(MediaTime from) const;
    /// The same, but nothing of a segment that damage was found in.
    std::optional<MediaTime> trusted_until(MediaTime from) const;
    bool segment_open() const;

   private:
    Frames frames_{kFrame * 3 / 2};
    struct Damage {
      MediaTime segment{};  // where the segment that it lies in begins
      MediaTime at{};
    };
    std::vector<Damage> damages_;
    struct Run {
      MediaTime begin{};
      MediaTime end{};
    };
    mutable std::optional<Run> good_;  // the good media found last, kept up to date while frames come in order
  };
  using SourcePtr = std::shared_ptr<Source>;
  struct Plan {
    SourcePtr to;
    MediaTime leave{};
    MediaTime enter{};
    bool covered = false;
  };

  const SourcePtr& find(SourceId id) const;
  SourcePtr find(SourceId id, Epoch epoch) const;
  void place(Source& source);
  void close_segment(Source& source, Segment& segment, bool whole);
  const SourcePtr& continuation() const;
  std::optional<MediaTime> good_end() const;
  Plan plan_until(const SourcePtr& candidate, MediaTime good_end) const;
  Plan plan_for(const SourcePtr& candidate) const;
  bool ready(const Plan& plan) const;
  void choose_transition();
  void compare();
  void measure(Source& candidate);
  void tell(Source& candidate, int common, int all, Duration skew);
  void put_on_air(const SourcePtr& source, MediaTime from);
  void begin();
  void step();
  void run_to(Instant now);
  MediaTime position(Instant now) const;
  bool quiet() const;
  void show_until(Instant until);
  void set_clock(MediaTime at);
  Instant reaches(MediaTime at) const;
  Instant next_picture() const;
  void watch_for_stall();
  void change();
  void present();
  void forget_old();
  std::optional<MediaTime> limit() const;
  void show(const Frame& frame);

  std::map<SourceId, SourcePtr> sources_;  // few
  std::set<SourceId> candidates_;
  std::optional<SourceId> wanted_;
  struct Start { SourceId source; MediaTime from; };
  std::optional<Start> start_;
  MediaTime from_{};
  SourcePtr on_air_;
  std::optional<Plan> transition_;
  bool locked_ = false;  // the transition will happen
  bool started_ = false;
  bool paused_ = false;
  bool stalled_ = false;
  bool picture_ = false;
  bool played_out_ = false;
  bool touched_ = false;  // something was told since the last step
  // The playhead runs from a place that it had at a time, so that no rounding adds up and no step of time matters.
  int rate_ppm_ = 0;
  MediaTime clock_base_{};
  Instant clock_since_{};
  MediaTime playhead_{};
  std::optional<Instant> dry_since_;
  std::optional<Shown> last_;
  std::optional<SourceId> changed_from_;
  Instant now_{};
  std::vector<Fact> facts_;
  std::vector<Shown> shown_now_;
};

}  // namespace understudy::world
