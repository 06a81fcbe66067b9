// FAILOVER.md 12.6: voluntary switches: at most four in ten minutes (voluntarySwitches); each forced switch has evidence newer than
// the last switch. And of section 4: a failback waits until the primary was healthy for clearMs, doubled by each failure within ten minutes.
//
// Voluntary is the failback: a manual switch is a command. Evidence is whatever truly was wrong with the source since the last switch: it did not
// deliver, a request to it failed, its status did not call it playing, or the viewer's own access changed. While the viewer's own network is
// gone there is no evidence against anybody: no ping-pong of hedges (section 3). What tells is that the status service is silent too, so
// that holds where there is one, once it was asked: it may have wished not to be for a while (2.1).
#include <utility>

#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"

namespace understudy::simulation {

namespace {

constexpr std::size_t kMostVoluntary = 128;
// What was under way when the network went, and one round through the members before that is clear.
constexpr Duration kUnclear = std::chrono::seconds(12);
constexpr Duration kNotAsked = kLongestRetryAfter + kLongestRetryAfter / 5;
// Section 3: a suspend that is shorter is lateness of whatever was under way, also of what plays again only after it.
constexpr Duration kShortSleep = std::chrono::seconds(2);

class SwitchesAreBounded final : public Checker {
 public:
  using Checker::Checker;
  std::string_view name() const override { return "switches_are_bounded"; }

  void on_input(const session::Input& input) override {
    const auto* done = std::get_if<loading::FetchDone>(&input);
    if (const auto* closed = std::get_if<loading::SegmentClosed>(&input); closed != nullptr && !closed->good) evidence_[closed->source] = truth.now();
    if (const auto* damaged = std::get_if<session::MediaDamaged>(&input)) evidence_[damaged->source] = truth.now();
    if (done == nullptr) return;
    const auto open = requests_.finish(done->id);
    if (open && open->source && !done->ok()) evidence_[*open->source] = truth.now();
  }

  void on_change() override {
    if (!truth.network_up()) {
      if (!down_since_) {
        down_since_ = truth.now();
        asked_since_.reset();
        for (const auto& [id, open] : requests_)
          if (open.purpose == loading::Purpose::status) asked_since_ = truth.now();
      }
      shaken_at_ = truth.now();
    } else {
      if (down_since_) shaken_at_ = truth.now();
      down_since_.reset();
      hedges_while_down_ = 0;
    }
    voluntary_allowed_ = std::max(voluntary_allowed_, policy_of(truth).voluntary_switches);
    clear_ms_ = clear_ms_ == 0 ? policy_of(truth).clear_ms : std::min(clear_ms_, policy_of(truth).clear_ms);
    probe_max_ms_ = probe_max_ms_ == 0 ? policy_of(truth).probe_max_ms : std::min(probe_max_ms_, policy_of(truth).probe_max_ms);
    if (has_service(truth) && truth.document().status != status::ChannelStatus::playing) doubted_at_[truth.document().id] = truth.now();
    if (has_service(truth))
      for (const status::MemberState& m : truth.document().members)
        if (m.status != status::ChannelStatus::playing) doubted_at_[m.src] = truth.now();
  }

  void on_output(const session::Output& output) override {
    if (const auto* fetch = std::get_if<loading::Fetch>(&output)) {
      requests_.begin(*fetch, truth.now());
      if (fetch->purpose == loading::Purpose::status && !asked_since_) asked_since_ = truth.now();
    }
    if (const auto* cancel = std::get_if<loading::CancelFetch>(&output)) requests_.cancel(cancel->id);
    const auto* event = std::get_if<Event>(&output);
    if (event == nullptr) return;
    if (event->type == EventType::hedge_started) check_hedge(*event);
    if (event->type == EventType::committed) check_commit(*event);
    if (event->type == EventType::started && event->source && event->source->value != 0) left_primary_at_ = truth.now();
    if (event->type == EventType::started || event->type == EventType::switched) last_switch_ = truth.now();
    if (event->type == EventType::stopped) {  // all is forgotten; a later start is a new viewing
      failures_.clear();
      voluntary_.clear();
    }
  }

 private:
  /// Each hedge while nobody can answer is a new one at nobody's fault. But that it is nobody is known when each was asked (12.4), and who
  /// answers again is found by asking: one in probeMaxMs (4). A user's command is nobody's ping-pong.
  void check_hedge(const Event& event) {
    const bool in_time = truth.now() - std::exchange(last_hedge_, truth.now()) >= from_ms(probe_max_ms_);
    if (event.reason == Reason::manual) return;
    const Instant tells = down_since_ ? std::min(asked_since_.value_or(truth.now()), *down_since_ + kNotAsked) : truth.now();
    const bool down = has_service(truth) && truth.now() - tells > kUnclear;
    hedges_while_down_ = down ? hedges_while_down_ + 1 : 0;
    int members = 0;
    for_each_member(truth, [&](const std::string&, bool) { ++members; });
    if (hedges_while_down_ > 2 + members && !in_time) violated("hedges go round while the viewer's own network is gone");
  }

  void check_commit(const Event& event) {
    if (event.reason == Reason::failback) return check_failback();
    if (event.reason == Reason::manual) {
      if (event.from->value == 0) left_primary_at_ = truth.now();
      return;
    }
    if (event.from->value == 0) {
      left_primary_at_ = truth.now();
      failures_.add(truth.now());
    }
    check_evidence(event);
  }

  void check_evidence(const Event& event) {
    const std::string from = truth.name_of(*event.from);
    const auto after = [&](const auto& times, const auto& key) {
      const auto it = times.find(key);
      return it != times.end() && it->second >= last_switch_;
    };
    const auto member_plays = [&] {
      if (!has_service(truth)) return true;
      if (truth.document().id == from) return truth.document().status == status::ChannelStatus::playing;
      for (const status::MemberState& m : truth.document().members)
        if (m.src == from) return m.status == status::ChannelStatus::playing;
      return false;
    };
    const bool well = truth.delivers_for(from) > truth.now() - last_switch_ + kBefore && member_plays();
    const bool shaken = shaken_at_ >= last_switch_ || truth.awake_since() + kShortSleep >= last_switch_;
    if (well && !shaken && !after(evidence_, *event.from) && !after(doubted_at_, from))
      violated("a forced switch away from " + from + " (" + std::string(to_string(event.reason)) + "), with which nothing was wrong since the last switch");
  }

  void check_failback() {
    const Policy& policy = policy_of(truth);
    if (static_cast<std::int64_t>(voluntary_.within(kTenMinutes, truth.now())) >= voluntary_allowed_)
      violated("more than " + std::to_string(voluntary_allowed_) + " voluntary switches in ten minutes");
    voluntary_.add(truth.now());
    // The failure for which it was left doubles nothing.
    const std::size_t failures = failures_.within(kTenMinutes, truth.now());
    Duration clear = from_ms(clear_ms_);
    for (std::size_t i = 1; i < failures && clear < from_ms(policy.max_clear_ms); ++i) clear *= 2;
    clear = std::min(clear, std::max(from_ms(policy.max_clear_ms), from_ms(clear_ms_)));
    if (policy.max_clear_ms < clear_ms_) clear = from_ms(policy.max_clear_ms);
    if (truth.now() - left_primary_at_ < clear)
      violated("back on the primary " + ms_text(truth.now() - left_primary_at_) + " after it was left; " + ms_text(clear) + " after " +
               std::to_string(failures) + " failures is due");
  }

  // A fault that ended just before the last switch may still be in what is under way.
  static constexpr Duration kBefore = std::chrono::seconds(60);

  Requests requests_;
  std::map<SourceId, Instant> evidence_;        // by member
  std::map<std::string, Instant> doubted_at_;   // by member; its status was not `playing`
  Instant shaken_at_{};
  std::optional<Instant> down_since_;
  std::optional<Instant> asked_since_;  // the status service, since the network went
  int hedges_while_down_ = 0;
  Instant last_hedge_{-std::chrono::hours(1)};
  Instant last_switch_{};
  Instant left_primary_at_{};
  Recent<16> failures_;  // of the primary
  Recent<kMostVoluntary> voluntary_;
  // Of all policies of this run, so that an edit between decision and switch is no violation, nor one that who has no network can't have heard of.
  std::int64_t voluntary_allowed_ = 0;
  std::int64_t clear_ms_ = 0;
  std::int64_t probe_max_ms_ = 0;
};

}  // namespace

CheckerPtr switches_are_bounded(const Truth& truth) { return std::make_unique<SwitchesAreBounded>(truth); }

}  // namespace understudy::simulation
