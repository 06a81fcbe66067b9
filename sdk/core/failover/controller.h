// Who is on the air. The only place that changes the active source: monitors observe, this decides (STYLE.md 3).
//
//                  primary playing                       first frame
//   joining ──────────────────────▶ starting ──────────────────────────────▶ on_air ◀───────────┐
//      │ not playing                 ▲   │ all failed                          │ committed       │ first frame
//      ▼                             │   ▼                                     ▼                 │ of the new one
//   pre_live ────────────────────────┤  exhausted ◀──── nothing left, held ─ switching ──────────┘
//      ▲ not yet playing again       │   │ a member delivers  (also from on_air, offline)
//      │                             ├───┘
//   stopped ─────────────────────────┘          on_air ⇄ offline: nobody answers, the status service neither
//                                               on_air, offline, switching → starting: rejoin(), at the live edge
//   (from every state, when a valid document says so)
//
// Within on_air, a loss (the active source's assessment is not ok) first *hedges*: a candidate is prepared. The loss ends by
// recovery (cancel) or by commit, at the last moment at which the switch is invisible. All times are the policy's or the constants
// below. Deterministic: same views, same decisions.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "core/base/random.h"
#include "core/failover/view.h"

namespace understudy::failover {

enum class State { joining, pre_live, starting, on_air, switching, offline, exhausted, stopped };

std::string_view to_string(State state);

// Fixed terms of FAILOVER.md 3.
inline constexpr Duration kPrepareMargin = from_ms(200);
inline constexpr Duration kCommitMargin = from_ms(100);
// A crowd's hedges begin no earlier than this share of the slack: whoever is drawn at once comes on top of what the fallback's own
// viewers and the raised ones ask for, and makes the first second its busiest (tests/simulation/crowd).
inline constexpr std::int64_t kHedgeFromPermille = 50;
// A candidate that neither delivers nor fails for this long, or for as long as it takes to prepare, makes room for the next one.
inline constexpr Duration kCandidatePatience = from_ms(4000);
// Each attempt at a hedge costs some requests, more than a probe does.
inline constexpr int kHedgeCost = 2;
// After a hedge that was as slow as what it should replace, slowness alone starts no other for this long.
inline constexpr Duration kCongestionPause = std::chrono::seconds(30);
inline constexpr Duration kVoluntaryWindow = std::chrono::minutes(10);
// A member that was raised at a suspicion stays so for a while: troubles come in groups.
inline constexpr Duration kRaisedFor = std::chrono::seconds(60);
// Between two commands to switch that are carried out.
inline constexpr Duration kManualPause = from_ms(500);
// A switch that nobody is forced to waits so long for the alignment to be measured.
inline constexpr Duration kAlignPatience = std::chrono::seconds(1);

class Controller {
 public:
  Controller(const Policy& policy, Random random) : policy_(policy), random_(random) {}

  void set_policy(const Policy& policy) { policy_ = policy; }

  /// Decides on what is seen now. Call after every input; decisions are to be carried out in order.
  std::vector<Decision> evaluate(const View& view);
  /// When evaluate() must run again though nothing happened.
  Instant next_deadline() const { return deadline_; }

  // -- facts and commands
  void on_first_frame(SourceId source);
  void on_switched(SourceId to);
  /// Switch to this member, or to the next able one; the last command wins.
  void request_switch(std::optional<SourceId> to) { manual_ = ManualRequest{to}; }
  /// Nobody is late for what nobody waited for: the clock jumped.
  void forget_lateness(Instant now) {
    if (candidate_) candidate_->since = now;
  }
  /// The clock jumped or the viewer came back: what was being weighed is void, start over from the live edge.
  void rejoin() { rejoin_ = true; }

  State state() const { return state_; }
  std::optional<SourceId> active() const { return active_; }
  std::optional<SourceId> candidate() const { return candidate_ ? std::optional(candidate_->id) : std::nullopt; }
  bool penalised(SourceId id, Instant now) const;
  /// The loss that is being weighed began, was prepared for; for the facts of a switch.
  struct LossTimes {
    Instant due{};
    Instant since{};
    Instant hedged{};
    std::optional<Instant> ready;
  };
  const LossTimes& loss_times() const { return times_; }

 private:
  struct Candidate {
    SourceId id{};
    Reason reason = Reason::none;
    Instant since{};
    Duration patience{};
    bool voluntary = false;
    Instant expected_by{};  // it waits for what is not published yet
  };
  struct ManualRequest {
    std::optional<SourceId> to;
  };
  struct MemberMemory {
    std::optional<Instant> excluded_until;
    bool denied = false;
    bool tried = false;  // in vain, in the loss that is being weighed
    Duration backoff{};
    std::deque<Instant> failures;  // of the last ten minutes, at most 16
    bool probing = false;
    Standby standby = Standby::cold;
    Instant hot_again_at{};  // it failed while it was hot
    bool watched = false;
  };
  using Out = std::vector<Decision>;

  void in_joining(const View& v, Out& out);
  void in_pre_live(const View& v, Out& out);
  void in_starting(const View& v, Out& out);
  void in_on_air(const View& v, Out& out);
  void in_switching(const View& v, Out& out);
  void in_exhausted(const View& v, Out& out);
  void in_stopped(const View& v, Out& out);

  void start(const View& v, SourceId source, Reason reason, bool keep_loading, Out& out);
  void stop(Reason reason, Out& out);
  void exhaust(const View& v, Reason reason, Out& out);
  void consider_standby(const View& v, Out& out);
  std::vector<const MemberView*> able_members(const View& v) const;
  Standby standby_of(const MemberView& m, std::size_t rank, int& hot_left, const View& v) const;
  bool tried(SourceId id) const;
  Instant hot_again_at(SourceId id) const;
  void forget_standby();
  void weigh_loss(const View& v, Out& out);
  void note_loss(const View& v, const MemberView& active, Out& out);
  void recover(Out& out);
  Duration prepare_lead(const View& v) const;
  Duration hedge_slack(const View& v) const;
  void settle_start(Out& out);
  void tend_candidate(const View& v, Out& out);
  void ask_another(const View& v, Out& out);
  void penalise_denial(const View& v);
  void hedge(const View& v, SourceId id, Reason reason, bool voluntary, Out& out);
  void drop_candidate(Out& out);
  void exclude(const View& v, const MemberView& member, Duration min);
  Duration time_to_commit(const View& v, const MemberView& candidate) const;
  bool wins(const View& v, const MemberView& candidate) const;
  Instant patience(const View& v, const MemberView& candidate) const;
  void note_failure(SourceId id, Instant now);
  void commit_if_due(const View& v, Out& out);
  void hold_or_give_up(const View& v, Out& out);
  void consider_failback(const View& v, Out& out);
  void consider_manual(const View& v, Out& out);
  bool voluntary_commit_due(const View& v, const MemberView& candidate);
  std::optional<SourceId> choose(const View& v, bool least_bad);
  bool stop_applies(const View& v) const;
  Duration clear_time(SourceId id, Instant now) const;
  void wake_at(Instant at) { deadline_ = std::min(deadline_, at); }
  const MemberView& member(const View& v, SourceId id) const { return v.members[id.value]; }

  Policy policy_;
  Random random_;
  State state_ = State::joining;
  Instant deadline_ = Instant::max();
  std::optional<SourceId> active_;
  std::optional<Candidate> candidate_;
  std::optional<ManualRequest> manual_;
  Instant manual_again_at_{};
  bool rejoin_ = false;
  Instant state_since_{};
  bool first_frame_ = false;  // of a start, just now
  // The start under way was the status's doing, and so is its end (FAILOVER.md 2.2). Who had a picture is brought back to it, after a
  // suspend or to a list that began anew, whatever the status says by then: media decides (1).
  bool by_status_ = false;
  bool losing_ = false;
  Reason loss_reason_ = Reason::none;
  Instant hedge_at_{};
  Instant raise_at_{};
  std::optional<Instant> raised_until_;
  Instant congested_until_{};
  std::size_t asked_in_turn_ = 0;  // members, since nobody answers
  LossTimes times_;
  std::optional<Instant> stalled_since_;
  std::map<SourceId, MemberMemory> memory_;
  std::deque<Instant> voluntary_;  // switches of the last ten minutes
  std::optional<Instant> failback_at_;
  bool watching_primary_ = false;
};

}  // namespace understudy::failover
