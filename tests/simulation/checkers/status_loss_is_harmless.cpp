// FAILOVER.md 12.7: losing the status service changes nothing on screen. And of section 1: only a valid document stops a player; a
// failed poll changes nothing but the poll schedule.
//
// While the service does not answer and what is on the screen delivers, nobody is switched, nothing stalls, no card is shown. Commands
// of the app and a failback that was due anyhow are not of the service's doing. A stop needs a document that says so.
#include <algorithm>

#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"

namespace understudy::simulation {

namespace {

// What was wrong before this is played and gone. As long as the machine sleeps nothing is played: of an encoder that began anew meanwhile,
// however long ago, is learnt afterwards, and what was buffered leads up to a hole (FAILOVER.md 3, 11).
constexpr Duration kLongWell = std::chrono::seconds(45);
// A document may be under way for so long at least: the longest request, and the network's slowest moments.
constexpr Duration kUnderWay = std::chrono::seconds(10);

class StatusLossIsHarmless final : public Checker {
 public:
  using Checker::Checker;
  std::string_view name() const override { return "status_loss_is_harmless"; }

  void on_change() override {
    if (!has_service(truth)) return;
    if (says_stop(truth.document())) said_stop_at_ = truth.now();
    if (somebody_is_doubted()) doubted_at_ = truth.now();
    if (said_stop_ && !says_stop(truth.document())) said_stop_at_ = truth.now();
    said_stop_ = says_stop(truth.document());
    const bool reachable = truth.service_reachable();
    if (reachable != reachable_) changed_at_ = truth.now();
    reachable_ = reachable;
    if (!truth.network_up()) shaken_at_ = truth.now();
  }

  void on_shown(const world::Shown& shown) override {
    screen_.shown(shown);
    frame_ = shown.frame;
  }

  void on_input(const session::Input& input) override {
    if (std::holds_alternative<session::SetPaused>(input) || std::holds_alternative<session::SwitchTo>(input)) shaken_at_ = truth.now();
    if (std::holds_alternative<session::Stalled>(input) && alike() && !just_came()) check("the screen stalls");
    under_way_ = kUnderWay;
    if (const auto* done = std::get_if<loading::FetchDone>(&input)) {
      const auto request = requests_.finish(done->id);
      // Connections that break, as when the viewer's access changes, are evidence of their own.
      if (done->error.code == ErrorCode::connection_reset) shaken_at_ = truth.now();
      if (request && request->purpose == loading::Purpose::status) under_way_ = std::max(kUnderWay, truth.now() - request->sent);
    }
  }

  void on_output(const session::Output& output) override {
    if (std::holds_alternative<session::StartPlayback>(output)) check("playback starts anew");
    if (const auto* fetch = std::get_if<loading::Fetch>(&output)) requests_.begin(*fetch, truth.now());
    if (const auto* cancelled = std::get_if<loading::CancelFetch>(&output)) requests_.cancel(cancelled->id);
    const auto* event = std::get_if<Event>(&output);
    if (event == nullptr || !has_service(truth)) return;
    switch (event->type) {
      case EventType::stopped: check_stop(*event); break;
      case EventType::committed:
        if (event->reason != Reason::manual && event->reason != Reason::failback) check("another source is switched to");
        break;
      case EventType::pre_live: check("the card is shown"); break;
      case EventType::offline: check("it calls itself offline"); break;
      default: break;
    }
    if (event->type == EventType::stopped || event->type == EventType::pre_live) screen_.forget();
  }

 private:
  /// Of a source that is not playing, as its status says, a hedge begins, whatever it delivers (FAILOVER.md 1).
  bool somebody_is_doubted() const {
    const status::StatusDocument& d = truth.document();
    const auto doubted = [](status::ChannelStatus status) { return status != status::ChannelStatus::playing; };
    return doubted(d.status) || std::any_of(d.members.begin(), d.members.end(), [&](const auto& m) { return doubted(m.status); });
  }

  /// A document tells what was so when it was asked for, and a body that trickles takes its time: it is valid all the same
  /// (FAILOVER.md 1).
  void check_stop(const Event& event) {
    if (event.reason == Reason::app || event.reason == Reason::end_of_stream) return;
    if (!said_stop_ && truth.now() - said_stop_at_ > under_way_ + truth.document_age() + outage())
      violated("stopped (" + std::string(to_string(event.reason)) + ") and no document said so");
  }

  /// Behind a source with shorter segments the live offset may be too small for this one, whatever the service does; so
  /// may the one that the policy asks for or allows: until a segment is whole it is not published. And so may the one behind a
  /// source that publishes earlier: it is raised for a lag that is known (FAILOVER.md 7), and of who waits cold it is
  /// not (6). And so may the one of a viewing that began with a list that had just begun: three target durations (2.4) are counted from
  /// the end of what is listed, there were none, and content is not waited for but by 0.5 %.
  bool alike() const {
    const Policy& policy = policy_of(truth);
    const std::int64_t wanted = policy.target_live_offset_ms == 0 ? policy.max_live_offset_ms : policy.target_live_offset_ms;
    const Duration segment = truth.segment(screen_.name());
    const Duration enough = 2 * segment + kOneRequest;
    bool same = from_ms(std::min(wanted, policy.max_live_offset_ms)) >= enough && behind_live() >= enough + truth.lag(screen_.name());
    for_each_member(truth, [&](const std::string& name, bool) {
      same = same && truth.segment(name) == segment && truth.lag(screen_.name()) - truth.lag(name) <= segment / 2;
    });
    return same;
  }

  Duration behind_live() const { return truth.wall().time_since_epoch() - (frame_ + 1) * world::kFrame; }

  /// The loss of the source before it used the buffer up. How much of one is needed for that to be harmless is another promise's
  /// (FAILOVER.md 12.3).
  bool just_came() const { return truth.now() - screen_.since() < kLongWell; }

  /// A cache or a service in trouble may hand out what was true before.
  Duration outage() const { return reachable_ ? truth.now() - changed_at_ < kUnderWay ? std::chrono::hours(1) : Duration::zero() : truth.now() - changed_at_; }

  void check(const char* what) {
    if (!screen_ || reachable_ || said_stop_ || !truth.network_up() || truth.paused()) return;
    const Instant now = truth.now();
    const bool calm = now - shaken_at_ > kLongWell && now - truth.awake_since() > kLongWell && now - doubted_at_ > kLongWell &&
                      now - said_stop_at_ > kLongWell && now - screen_.last_at() < std::chrono::seconds(1);
    if (calm && truth.delivers_for(screen_.name()) > kLongWell)
      violated("the service is lost, " + screen_.name() + " is on the screen and delivers, and " + what);
  }

  static constexpr Instant kNever{-std::chrono::hours(24)};

  OnScreen screen_{truth};
  std::int64_t frame_ = 0;  // the last one, as its encoder numbered it
  bool reachable_ = true;
  bool said_stop_ = false;
  Instant changed_at_ = kNever;
  Instant said_stop_at_ = kNever;
  Instant doubted_at_ = kNever;
  Instant shaken_at_ = kNever;
  Requests requests_;
  Duration under_way_ = kUnderWay;  // the document that came just now
};

}  // namespace

CheckerPtr status_loss_is_harmless(const Truth& truth) { return std::make_unique<StatusLossIsHarmless>(truth); }

}  // namespace understudy::simulation
