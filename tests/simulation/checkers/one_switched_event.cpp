// FAILOVER.md 12.10: every switch has exactly one `switched` event, with a reason.
//
// A switch is committed once, ordered of the media pipeline once (Splice), told by the pipeline once (Switched), and told to the app
// once, with the same members and the same reason and with what the viewer got. Events are numbered without a hole, and the picture's source
// changes only by a switch or a new viewing.
#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"

namespace understudy::simulation {

namespace {

class OneSwitchedEvent final : public Checker {
 public:
  using Checker::Checker;
  std::string_view name() const override { return "one_switched_event"; }

  void on_input(const session::Input& input) override {
    if (const auto* s = std::get_if<session::Switched>(&input)) told_ = *s;
  }

  void on_output(const session::Output& output) override {
    if (const auto* splice = std::get_if<session::Splice>(&output)) {
      if (spliced_) violated("two splices and no switch between them");
      spliced_ = splice->to;
    }
    if (std::holds_alternative<session::StartPlayback>(output)) may_change_ = true;
    if (const auto* event = std::get_if<Event>(&output)) on_event(*event);
  }

  void on_shown(const world::Shown& shown) override {
    if (told_) violated("the pipeline switched and no event told it");
    told_.reset();
    if (source_ && *source_ != shown.source && !may_change_) violated("the picture's source changed without an event");
    source_ = shown.source;
    may_change_ = false;
  }

 private:
  void on_event(const Event& event) {
    if (event.sequence != last_sequence_ + 1) violated("event " + std::to_string(event.sequence) + " after " + std::to_string(last_sequence_));
    last_sequence_ = event.sequence;
    switch (event.type) {
      case EventType::committed:
        if (event.reason == Reason::none) violated("a commit without a reason");
        if (committed_) violated("two commits and no switched event between them");
        if (!event.source || spliced_ != event.source) violated("a commit without its splice");
        committed_ = event;
        break;
      case EventType::switched: on_switched(event); break;
      case EventType::pre_live:
      case EventType::stopped:
        committed_.reset();
        spliced_.reset();
        told_.reset();
        source_.reset();
        break;
      case EventType::started:
        committed_.reset();
        spliced_.reset();
        break;
      default: break;
    }
  }

  void on_switched(const Event& event) {
    may_change_ = true;
    if (event.reason == Reason::none) violated("a switched event without a reason");
    if (!committed_ || committed_->source != event.source || committed_->from != event.from || committed_->reason != event.reason)
      violated("a switched event that no commit announced");
    if (!told_ || !event.switch_facts) {
      violated("a switched event without what the viewer got");
    } else if (told_->frames_lost != event.switch_facts->frames_lost || told_->frames_repeated != event.switch_facts->frames_repeated ||
               told_->content_time != event.switch_facts->content_time || to_ms(told_->gap) != event.switch_facts->gap_ms) {
      violated("a switched event that tells something else than what the viewer got");
    }
    told_.reset();
    committed_.reset();
    spliced_.reset();
  }

  std::uint64_t last_sequence_ = 0;
  std::optional<Event> committed_;
  std::optional<SourceId> spliced_;
  std::optional<session::Switched> told_;
  std::optional<SourceId> source_;
  bool may_change_ = false;
};

}  // namespace

CheckerPtr one_switched_event(const Truth& truth) { return std::make_unique<OneSwitchedEvent>(truth); }

}  // namespace understudy::simulation
