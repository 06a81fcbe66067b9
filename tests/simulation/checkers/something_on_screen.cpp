// FAILOVER.md 12.4: after playback began, unless paused, stopped or offline: if some member delivers for probeMaxMs + start-up,
// something is on screen. And of section 4: the last picture is held for maxHoldMs at most, then the card is shown; what comes back
// comes back at the live edge.
//
// Start-up is startupTimeoutMs (2.3), and members that are tried in vain before the right one have 4 s each. A probe that waits already
// keeps the time that was drawn for it: settings hold from the next decision (4).
#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"

namespace understudy::simulation {

namespace {

constexpr Duration kLook = from_ms(250);
constexpr Duration kInVain = std::chrono::seconds(4);
// A dead source is known as lost at the latest so long after it was due (section 11), here with every margin.
constexpr Duration kDeclared = std::chrono::seconds(12);

class SomethingOnScreen final : public Checker {
 public:
  using Checker::Checker;
  std::string_view name() const override { return "something_on_screen"; }

  void on_output(const session::Output& output) override {
    if (std::holds_alternative<session::StartPlayback>(output)) starts_at_ = truth.now();
    if (const auto* open = std::get_if<loading::OpenSource>(&output)) {
      const auto listed = listed_at_.find(open->source);
      opened_[open->source] = {truth.now(), listed == listed_at_.end() ? truth.now() : listed->second};
    }
    if (const auto* fetch = std::get_if<loading::Fetch>(&output)) requests_.begin(*fetch, truth.now());
    if (const auto* cancelled = std::get_if<loading::CancelFetch>(&output)) requests_.cancel(cancelled->id);
    const auto* event = std::get_if<Event>(&output);
    if (event == nullptr) return;
    if (event->type == EventType::started) {
      begun_ = true;
      excused_until_ = std::max(excused_until_, truth.now());
    }
    if (event->type == EventType::stopped) begun_ = false;
    const bool picture_is_gone = event->type == EventType::pre_live || event->type == EventType::stopped;
    if (picture_is_gone || event->type == EventType::resumed || event->type == EventType::switched) held_since_.reset();
  }

  void on_input(const session::Input& input) override {
    if (std::holds_alternative<session::Stalled>(input)) held_since_ = truth.now();
    if (std::holds_alternative<session::EndSession>(input)) begun_ = false;
    if (std::holds_alternative<session::SwitchTo>(input)) excused_until_ = truth.now();
    if (const auto* done = std::get_if<loading::FetchDone>(&input)) {
      const auto request = requests_.finish(done->id);
      const bool listed = request && request->purpose == loading::Purpose::media_playlist && request->source && done->ok();
      if (listed) listed_at_[*request->source] = request->sent;
      if (request && request->purpose == loading::Purpose::status && poll_ok(*done)) {
        hear_of_changes(request->sent - truth.document_age());
        answered_ = true;
      }
    }
    if (truth.now() < next_look_) return;
    next_look_ = truth.now() + kLook;
    look();
  }

  void on_change() override {
    const Duration probe = probe_max(truth);
    probe_.set(probe, truth.now(), to_know() + probe_.at(truth.now()));
    offset_.set(from_ms(policy_of(truth).target_live_offset_ms), truth.now(), to_know());
    std::map<std::string, Able> able;
    for_each_member(truth, [&](const std::string& name, bool is) {
      const auto before = able_.find(name);
      if (is) able[name] = before == able_.end() ? Able{begins_ ? Instant{} : truth.now(), begins_} : before->second;
    });
    begins_ = false;
    able_ = std::move(able);
  }

  void on_shown(const world::Shown& shown) override {
    last_shown_ = shown.at;
    held_since_.reset();
    if (!starts_at_ || shown.at <= *starts_at_) return;  // the picture of that moment may be the one before
    if (truth.aligned()) check_place(shown);
    starts_at_.reset();
  }

 private:
  Duration startup() const {
    int members = 0;
    for_each_member(truth, [&](const std::string&, bool) { ++members; });
    return from_ms(policy_of(truth).startup_timeout_ms) + kInVain * members;
  }

  /// Settings that changed count at the next decision (FAILOVER.md 4), so once a document came that was asked for after the change.
  /// From a service that was lost that takes until the back-off of the polls is over (2.1); how often it polls is another promise's.
  struct Able {
    Instant since{};
    bool known = false;
  };

  void hear_of_changes(Instant as_of) {
    for (auto& [name, able] : able_)
      if (!able.known && as_of >= able.since) able = {truth.now(), true};
  }

  /// A setting that the engine may still go by for a while after it became less.
  class Lasting {
   public:
    void set(Duration value, Instant now, Duration lasts) {
      if (value < value_) {
        before_ = at(now);
        until_ = now + lasts;
      }
      value_ = value;
    }
    Duration at(Instant now) const { return now < until_ ? std::max(before_, value_) : value_; }

   private:
    Duration value_{};
    Duration before_{};
    Instant until_{};
  };

  /// Until a change of the document has been polled.
  Duration to_know() const { return poll_interval(truth) * 12 / 10 + truth.document_age() + kOneRequest; }

  void look() {
    const Instant now = truth.now();
    // A failed poll changes nothing (section 1): what the service, or a cache before it, said last holds until it says something else.
    const bool ending = has_service(truth) && (says_stop(truth.document()) || truth.document().status == status::ChannelStatus::stopping);
    const bool still_says_so = !truth.service_reachable() || truth.document_age() > Duration::zero();
    if (ending || (now < ends_until_ && still_says_so)) ends_until_ = now + to_know();
    if (!begun_ || truth.paused() || !truth.network_up() || now < ends_until_) {
      excused_until_ = now;
      held_since_.reset();
      return;
    }
    const Duration quiet = now - std::max({last_shown_, excused_until_, truth.awake_since()});
    const Policy& policy = policy_of(truth);
    const Duration bound = probe_.at(now) + startup();
    if (quiet > bound) {
      for (const auto& [name, able] : able_) {
        const Duration delivers = std::min(truth.delivers_for(name), now - able.since);
        if (able.known && delivers > bound) violated(name + " delivers for " + ms_text(delivers) + " and nothing was on screen for " + ms_text(quiet));
      }
    }
    // Where the service does not answer either the picture is held (section 3), and maxHoldMs counts from when it does again.
    if (!truth.service_reachable()) answered_ = false;
    if (has_service(truth) && !answered_) silent_until_ = now;
    if (!held_since_ || silent_until_ == now || truth.network_up_for() < kDeclared) return;
    const Duration longest = from_ms(policy.max_hold_ms) + from_ms(std::min<std::int64_t>(policy.loss_threshold_ms, 60'000)) + kDeclared + 3 * longest_segment();
    if (now - std::max({*held_since_, truth.awake_since(), excused_until_, silent_until_}) > longest)
      violated("the last picture is held for " + ms_text(now - *held_since_));
  }

  Duration longest_segment() const {
    Duration longest{};
    for_each_member(truth, [&](const std::string& name, bool) { longest = std::max(longest, truth.segment(name)); });
    return longest;
  }

  /// Of aligned sources the frame's number is the time at the encoder (truth.aligned(): no lag either).
  void check_place(const world::Shown& shown) {
    const Duration behind = truth.wall().time_since_epoch() - shown.frame * world::kFrame;
    const Duration segment = truth.segment(truth.name_of(shown.source));
    const Duration wanted = std::max(3 * segment, offset_.at(truth.now()));              // section 2.4
    const Duration offset = (wanted + segment - Duration(1)) / segment * segment;  // it begins where a segment does
    // Placed by a playlist that a reload may be behind, then loaded. What is published late is listed late.
    const Duration farthest = offset + 2 * segment + std::chrono::seconds(4) + truth.lag(truth.name_of(shown.source));
    const auto opened = opened_.find(shown.source);
    const bool just_placed = opened != opened_.end() && shown.at - opened->second.at < std::chrono::seconds(4);
    // By a list that told where live is: it delivered when it was asked for that, and not only when the media came.
    const bool delivered = just_placed && truth.delivers_for(truth.name_of(shown.source)) > shown.at - opened->second.asked + kOneRequest;
    if (delivered && behind > farthest) violated("a viewing begins " + ms_text(behind) + " behind live");
  }

  bool begun_ = false;
  std::optional<Instant> starts_at_;
  Instant last_shown_{};
  Instant excused_until_{};
  Instant next_look_{};
  std::optional<Instant> held_since_;
  std::map<std::string, Able> able_;  // who is able now
  Requests requests_;
  bool begins_ = true;
  bool answered_ = false;  // a poll, since the service could be reached
  Instant silent_until_{Instant::min()};
  Instant ends_until_{};  // the last known document may speak of an end
  struct Opened {
    Instant at{};     // when its loading was placed
    Instant asked{};  // for the list that told the place
  };
  std::map<SourceId, Opened> opened_;
  std::map<SourceId, Instant> listed_at_;  // when the list was asked for that came last
  Lasting probe_;
  Lasting offset_;
};

}  // namespace

CheckerPtr something_on_screen(const Truth& truth) { return std::make_unique<SomethingOnScreen>(truth); }

}  // namespace understudy::simulation
