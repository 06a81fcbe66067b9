#include "core/failover/controller.h"

#include <algorithm>

namespace understudy::failover {

std::string_view to_string(State state) {
  switch (state) {
    case State::joining: return "joining";
    case State::pre_live: return "pre_live";
    case State::starting: return "starting";
    case State::on_air: return "on_air";
    case State::switching: return "switching";
    case State::offline: return "offline";
    case State::exhausted: return "exhausted";
    case State::stopped: return "stopped";
  }
  return "unknown";
}

std::vector<Decision> Controller::evaluate(const View& v) {
  Out out;
  deadline_ = Instant::max();
  if (stop_applies(v)) {
    stop(*v.stop, out);
    return out;
  }
  penalise_denial(v);
  if (!v.network_down) asked_in_turn_ = 0;
  switch (state_) {
    case State::joining: in_joining(v, out); break;
    case State::pre_live: in_pre_live(v, out); break;
    case State::starting: in_starting(v, out); break;
    case State::on_air:
    case State::offline: in_on_air(v, out); break;
    case State::switching: in_switching(v, out); break;
    case State::exhausted: in_exhausted(v, out); break;
    case State::stopped: in_stopped(v, out); break;
  }
  return out;
}

// FAILOVER.md 4: the primary's stop ends everything, also a healthy fallback, unless the policy keeps it for time-outs. A channel
// that is stopped when the viewer joins has merely not started yet (2.2).
bool Controller::stop_applies(const View& v) const {
  if (!v.stop || state_ == State::stopped) return false;
  const bool nothing_began = state_ == State::joining || state_ == State::pre_live;
  if (nothing_began && *v.stop == Reason::primary_stopped) return false;
  const bool on_healthy_fallback = active_ && active_->value != 0 && !losing_ && state_ == State::on_air;
  return !(v.stop_by_timeout && policy_.keep_fallback_on_timeout && on_healthy_fallback);
}

void Controller::in_joining(const View& v, Out& out) {
  if (!v.has_status) return;
  if (v.primary_playing && v.members[0].eligible) return start(v, SourceId{0}, Reason::start, false, out);
  state_ = State::pre_live;
  state_since_ = v.now;
  out.push_back(ShowPrelive{Reason::status_not_playing});
  in_pre_live(v, out);
}

void Controller::in_pre_live(const View& v, Out& out) {
  if (v.primary_playing && v.members[0].eligible) return start(v, SourceId{0}, Reason::start, false, out);
  if (!policy_.start_on_fallback) return;
  for (const MemberView& m : v.members)
    if (m.id.value != 0 && m.eligible && m.says_playing) return start(v, m.id, Reason::start, false, out);
}

void Controller::start(const View& v, SourceId source, Reason reason, bool keep_loading, Out& out) {
  drop_candidate(out);
  for (auto& [id, memory] : memory_) {
    if (memory.probing && id != source) out.push_back(EndProbe{id});
    memory.probing = false;
  }
  forget_standby();
  if (state_ != State::starting) by_status_ = state_ == State::joining || state_ == State::pre_live || state_ == State::stopped;
  active_ = source;
  first_frame_ = false;
  state_ = State::starting;
  state_since_ = v.now;
  losing_ = false;
  rejoin_ = false;
  stalled_since_.reset();
  out.push_back(GoOnAir{source, reason, keep_loading});
  wake_at(v.now + from_ms(policy_.startup_hedge_ms));
}

// FAILOVER.md 2.3: a hard error falls back after its quick retry; silence hedges; no first frame within the start-up time-out
// commits to a fallback that has one.
void Controller::in_starting(const View& v, Out& out) {
  const MemberView& target = member(v, *active_);
  const bool hard = target.assessment.broken();
  if (by_status_ && active_->value == 0 && !v.primary_playing && v.has_status && !target.delivering && !v.stopping) {
    drop_candidate(out);
    active_.reset();
    losing_ = false;
    state_ = State::pre_live;
    out.push_back(ShowPrelive{Reason::status_not_playing});
    return;
  }
  if (v.stopping && !target.delivering) return drop_candidate(out);  // an ordinary stop: nothing falls back
  const Instant hedge_at = state_since_ + from_ms(policy_.startup_hedge_ms);
  const Instant give_up_at = state_since_ + from_ms(policy_.startup_timeout_ms);
  if (!target.delivering && !candidate_ && (hard || v.now >= hedge_at)) {
    if (!losing_) note_loss(v, target, out);
    if (const auto next = choose(v, false)) hedge(v, *next, loss_reason_, false, out);
  }
  if (target.delivering && candidate_ && !hard) recover(out);
  if (candidate_) {
    const MemberView& candidate = member(v, candidate_->id);
    if (candidate.eligible && candidate.delivering && (hard || v.now >= give_up_at)) {
      const SourceId next = candidate_->id;
      candidate_.reset();
      out.push_back(EndProbe{*active_});
      return start(v, next, hard ? loss_reason_ : Reason::start_timeout, true, out);
    }
    tend_candidate(v, out);
  }
  if (hard && !candidate_ && !choose(v, true)) return exhaust(v, target.assessment.reason, out);
  // A slow start is never reported as offline (2.3). But where it follows a hole the last picture is held meanwhile, and that is for
  // maxHoldMs (4): what is declared lost is given up.
  const bool declared = target.assessment.verdict == health::Verdict::failed && !target.delivering;
  const bool lost = declared && !by_status_ && !v.network_down && !v.stopping;
  if ((hard || target.crawls || lost) && v.now >= give_up_at) return exhaust(v, target.assessment.reason, out);
  for (const Instant at : {hedge_at, give_up_at})
    if (at > v.now) wake_at(at);
}

void Controller::on_first_frame(SourceId source) {
  if (state_ != State::starting || active_ != source) return;
  state_ = State::on_air;
  first_frame_ = true;
}

/// It came after all: what was hedged beside the start is not prepared for a splice and ends.
void Controller::settle_start(Out& out) {
  if (!std::exchange(first_frame_, false)) return;
  if (losing_) recover(out);
  drop_candidate(out);
}

void Controller::in_on_air(const View& v, Out& out) {
  settle_start(out);
  for (const auto& [id, memory] : memory_)  // who is free again may be tried, and changes how patient one is with others
    if (penalised(id, v.now)) wake_at(*memory.excluded_until);
  if (v.paused) {  // a paused viewer is neither hedged nor switched; settings hold for him too
    consider_failback(v, out);
    return consider_standby(v, out);
  }
  if (rejoin_) return start(v, *active_, Reason::restart, false, out);
  weigh_loss(v, out);
  consider_manual(v, out);
  consider_failback(v, out);
  if (candidate_) tend_candidate(v, out);
  commit_if_due(v, out);
  if (state_ == State::on_air || state_ == State::offline) hold_or_give_up(v, out);
  if (state_ == State::on_air || state_ == State::offline) consider_standby(v, out);
}

// Committed, and the first frame of the new source is still to come. It is the active source already, so a loss of it is held to
// the same rules, and where a suspend moved it out of its window it begins anew; only a further switch waits until this one has been
// shown.
void Controller::in_switching(const View& v, Out& out) {
  if (rejoin_ && !v.paused) return start(v, *active_, Reason::restart, false, out);
  if (!v.paused) hold_or_give_up(v, out);
  if (state_ == State::switching) consider_standby(v, out);
}

void Controller::on_switched(SourceId to) {
  if (state_ != State::switching || active_ != to) return;
  state_ = State::on_air;
  losing_ = false;
  stalled_since_.reset();
}

// Nothing to show. Everybody is probed, the primary first; the first that delivers goes on air.
void Controller::exhaust(const View& v, Reason reason, Out& out) {
  drop_candidate(out);
  forget_standby();
  state_ = State::exhausted;
  state_since_ = v.now;
  active_.reset();
  losing_ = false;
  stalled_since_.reset();
  for (auto& [id, memory] : memory_) memory.backoff = Duration::zero();
  out.push_back(ShowPrelive{reason});
  in_exhausted(v, out);
}

void Controller::in_exhausted(const View& v, Out& out) {
  for (const MemberView& m : v.members)
    if (m.eligible && m.delivering && memory_[m.id].probing) return start(v, m.id, Reason::restart, true, out);
  for (const MemberView& m : v.members) {
    MemberMemory& memory = memory_[m.id];
    const bool failed = m.crawls || m.assessment.broken();
    if (memory.probing && (!m.eligible || failed)) {
      memory.probing = false;
      exclude(v, m, from_ms(policy_.probe_min_ms));
      out.push_back(EndProbe{m.id});
    }
    if (!m.eligible || memory.probing) continue;
    if (memory.excluded_until && v.now < *memory.excluded_until) {
      wake_at(*memory.excluded_until);
      continue;
    }
    memory.probing = true;
    out.push_back(Probe{m.id});
  }
}

void Controller::stop(Reason reason, Out& out) {
  candidate_.reset();
  active_.reset();
  losing_ = false;
  stalled_since_.reset();
  manual_.reset();
  failback_at_.reset();
  watching_primary_ = false;
  memory_.clear();
  state_ = State::stopped;
  out.push_back(StopPlaying{reason});
}

void Controller::in_stopped(const View& v, Out& out) {
  if (policy_.auto_restart && !v.stop && v.primary_playing && v.members[0].eligible)
    start(v, SourceId{0}, Reason::restart, false, out);
}

}  // namespace understudy::failover
