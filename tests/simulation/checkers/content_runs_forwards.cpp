// FAILOVER.md 12.5: content time on screen never runs backwards, across any number of switches, except for counted repeats, seeks and
// a source's own clock steps; aligned sources lose and repeat no frame.
//
// Two measures. Content time is where the engine placed a picture: it may go back at a switch, and no further than the repeats that
// were counted. The frame's number is its encoder's own: aligned sources number the same content alike, so whatever the engine
// believes, a number must not come twice, and none may be missing where nothing was wrong, or where no time passed at a switch.
#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"

namespace understudy::simulation {

namespace {

constexpr Duration kHalf = world::kFrame / 2;
// A picture that comes this soon after the last one was not waited for.
constexpr Duration kInRhythm = world::kFrame + world::kFrame / 2;
// What was damaged before this is played and gone, with any live offset.
constexpr Duration kLongWell = std::chrono::minutes(3);

class ContentRunsForwards final : public Checker {
 public:
  using Checker::Checker;
  std::string_view name() const override { return "content_runs_forwards"; }

  // A viewing begins anew, at the live edge.
  void on_output(const session::Output& output) override {
    if (std::holds_alternative<session::StartPlayback>(output) || std::holds_alternative<session::StopMedia>(output)) last_.reset();
    const auto* event = std::get_if<Event>(&output);
    if (event != nullptr && event->type == EventType::hedge_started && event->source)
      reached_back_to_[*event->source] = truth.oldest(truth.name_of(*event->source), truth.wall() + kPreparation);
  }

  void on_input(const session::Input& input) override {
    if (const auto* s = std::get_if<session::Switched>(&input)) repeats_ = s->frames_repeated;
    if (const auto* damaged = std::get_if<loading::SegmentClosed>(&input); damaged != nullptr && !damaged->good)
      damaged_at_[damaged->source] = truth.now();
    if (std::holds_alternative<session::SetPaused>(input)) disturbed_at_ = truth.now();
  }

  void on_shown(const world::Shown& shown) override {
    if (last_) {
      const bool changed = last_->source != shown.source;
      const Duration forward = shown.content_time - last_->content_time;
      const std::int64_t allowed = changed ? repeats_ : 0;
      if (forward < -world::kFrame * allowed - kHalf) violated("content time ran back by " + ms_text(-forward));
      if (truth.aligned()) check_number(shown, changed);
    }
    last_ = shown;
    repeats_ = 0;
  }

 private:
  void check_number(const world::Shown& shown, bool changed) {
    const std::int64_t step = shown.frame - last_->frame;
    if (step < 1) return violated("frame " + std::to_string(shown.frame) + " after " + std::to_string(last_->frame) + (changed ? ", at a switch" : ""));
    if (step == 1 || truth.now() - disturbed_at_ < kLongWell || truth.now() - truth.awake_since() < kLongWell) return;
    if (changed && shown.at - last_->at > kInRhythm) return;  // it had run dry
    const auto damaged = damaged_at_.find(shown.source);
    if (damaged != damaged_at_.end() && truth.now() - damaged->second < kLongWell) return;
    if (had_left_its_window(shown)) return;
    const bool well = truth.delivers_for(truth.name_of(shown.source)) > kLongWell;
    if (well) violated(std::to_string(step - 1) + " frames lost" + (changed ? " at a switch" : ""));
  }

  /// FAILOVER.md 7: a splice point older than the candidate's window starts at its oldest segment, and what is lost is counted; so
  /// may be what leaves the window while that oldest one comes in. Of aligned sources the frame's number is its time at the encoder.
  bool had_left_its_window(const world::Shown& shown) const {
    const auto reached = reached_back_to_.find(shown.source);
    return reached != reached_back_to_.end() && MediaTime(shown.frame * world::kFrame) <= reached->second;
  }

  std::optional<world::Shown> last_;
  std::int64_t repeats_ = 0;
  std::map<SourceId, Instant> damaged_at_;
  std::map<SourceId, MediaTime> reached_back_to_;  // by who was hedged last
  Instant disturbed_at_{-std::chrono::hours(1)};
};

}  // namespace

CheckerPtr content_runs_forwards(const Truth& truth) { return std::make_unique<ContentRunsForwards>(truth); }

}  // namespace understudy::simulation
