// Weighing a loss: hedge, cancel, commit, hold; and the switches that nobody was forced to.
#include <algorithm>
#include <tuple>

#include "core/failover/controller.h"

namespace understudy::failover {

using health::Verdict;

void Controller::weigh_loss(const View& v, Out& out) {
  const MemberView& active = member(v, *active_);
  const Assessment& loss = active.assessment;
  if (loss.verdict == Verdict::ok) {
    if (losing_) recover(out);
    return;
  }
  if (v.stopping) {  // an ordinary stop: the buffer plays out and nothing falls back (FAILOVER.md 3)
    if (candidate_ && !candidate_->voluntary) drop_candidate(out);
    return;
  }
  if (!losing_) note_loss(v, active, out);
  const bool declared = loss.verdict == Verdict::failed;
  // An error says more than the lateness that went before, and either more than a status.
  if ((declared && loss.hard) || loss_reason_ == Reason::status_not_playing) loss_reason_ = loss.reason;
  if (candidate_) {
    if (!candidate_->voluntary) candidate_->reason = loss_reason_;
    return;
  }
  const Duration slack = hedge_slack(v);
  if (v.now < hedge_at_ && slack > Duration::zero()) return wake_at(std::min(hedge_at_, v.now + slack));
  if (!loss.hard && active.slow && v.now < congested_until_) return wake_at(congested_until_);
  // The budget is for suspicions; of a loss it does not count the cost.
  const Instant unlimited_at = times_.due + from_ms(policy_.loss_threshold_ms);
  if (!declared && !v.hedge_affordable && v.now < unlimited_at) return wake_at(unlimited_at);
  if (const auto next = choose(v, false)) hedge(v, *next, loss_reason_, false, out);
}

/// FAILOVER.md 3: a preparation begins no later than when this much is left in the buffer.
Duration Controller::prepare_lead(const View& v) const {
  Duration longest{};
  for (const MemberView* m : able_members(v)) longest = std::max(longest, m->to_prepare);
  return longest + kPrepareMargin + v.output_latency;
}

/// How long a hedge may wait: until the latest time to prepare, and no longer than the splice point stays in the window of those that
/// may take over. What left a window is lost (FAILOVER.md 7). Where there are several, the first may be tried in vain, and it is enough
/// that one of them delivers (12.3): the next needs its time too.
Duration Controller::hedge_slack(const View& v) const {
  const auto able = able_members(v);
  Duration lead = prepare_lead(v);
  if (able.size() > 1) lead += able.front()->to_prepare + kPrepareMargin;
  for (const MemberView* m : able) lead = std::max(lead, m->out_of_reach);
  return member(v, *active_).buffer.value_or(Duration::zero()) - lead;
}

/// The first evidence of a loss: tell, ask the status whether it is a stop, and choose when to hedge: at any point of the slack that
/// the buffer leaves before the latest time to prepare (FAILOVER.md 10). Evenly: each hedge is a burst of half a dozen requests, and
/// a crowd that favours the early part of the slack comes as one wave (tests/simulation/crowd). What safety an early begin gives
/// is the lead's to give.
void Controller::note_loss(const View& v, const MemberView& active, Out& out) {
  losing_ = true;
  for (auto& [id, memory] : memory_) memory.tried = false;
  loss_reason_ = active.assessment.verdict == Verdict::ok ? Reason::start_timeout : active.assessment.reason;
  times_ = LossTimes{active.assessment.media_due, v.now, {}, std::nullopt};
  out.push_back(Tell{EventType::intent_to_fallback, loss_reason_, active.id, active.id, active.assessment.error});
  out.push_back(AskStatus{});
  const Duration slack = hedge_slack(v);
  hedge_at_ = v.now;
  if (slack > Duration::zero() && state_ == State::on_air)
    hedge_at_ += slack / 1000 * (kHedgeFromPermille + (1000 - kHedgeFromPermille) * static_cast<std::int64_t>(random_.below(1001)) / 1000);
  raise_at_ = v.now + (hedge_at_ - v.now) / 8 * 7;  // its playlists only, and no wave of those either
  raised_until_ = v.now + kRaisedFor;
}

void Controller::recover(Out& out) {
  losing_ = false;
  stalled_since_.reset();
  if (candidate_ && !candidate_->voluntary) drop_candidate(out);
  if (state_ == State::offline) state_ = State::on_air;
  out.push_back(Tell{EventType::recovered, loss_reason_, active_, std::nullopt, std::nullopt});
}

bool Controller::penalised(SourceId id, Instant now) const {
  const auto it = memory_.find(id);
  return it != memory_.end() && it->second.excluded_until && now < *it->second.excluded_until;
}

bool Controller::tried(SourceId id) const {
  const auto it = memory_.find(id);
  return losing_ && it != memory_.end() && it->second.tried;
}

/// Who may be tried, the next one first: who was not tried in vain already, as one of them may deliver (FAILOVER.md 12.3); sources that
/// the status calls playing before those it does not, the primary before the others, then by priority.
std::vector<const MemberView*> Controller::able_members(const View& v) const {
  std::vector<const MemberView*> able;
  for (const MemberView& m : v.members)
    if (m.eligible && m.id != active_ && !penalised(m.id, v.now)) able.push_back(&m);
  const auto rank = [this](const MemberView* m) {
    return std::tuple(tried(m->id), !m->says_playing, m->id.value != 0, m->priority, m->id.value);
  };
  std::sort(able.begin(), able.end(), [&](auto* a, auto* b) { return rank(a) < rank(b); });
  return able;
}

/// The next source to try, in a flat group drawn at random. `least_bad`: when all are excluded, the one that is free soonest.
std::optional<SourceId> Controller::choose(const View& v, bool least_bad) {
  auto able = able_members(v);
  if (!able.empty() && tried(able.front()->id)) {  // all of them were: once more from the first
    for (auto& [id, memory] : memory_) memory.tried = false;
    able = able_members(v);
  }
  if (able.empty()) {
    const MemberView* soonest = nullptr;
    for (const MemberView& m : v.members) {
      if (!m.eligible || m.id == active_) continue;
      wake_at(*memory_[m.id].excluded_until);
      if (memory_[m.id].denied) continue;  // no retry storm on a source that refuses us
      if (soonest == nullptr || *memory_[m.id].excluded_until < *memory_[soonest->id].excluded_until) soonest = &m;
    }
    return least_bad && soonest != nullptr ? std::optional(soonest->id) : std::nullopt;
  }
  if (policy_.mode == GroupMode::prioritized || able.front()->id.value == 0) return able.front()->id;
  const auto alike = [&](const MemberView* m) {
    return m->says_playing == able.front()->says_playing && tried(m->id) == tried(able.front()->id);
  };
  return able[random_.below(static_cast<std::uint64_t>(std::count_if(able.begin(), able.end(), alike)))]->id;
}

void Controller::hedge(const View& v, SourceId id, Reason reason, bool voluntary, Out& out) {
  // Over a slow access long segments take longer than the usual patience, and to give up within one would load it over and over.
  const Duration patience = std::max<Duration>(kCandidatePatience, member(v, id).to_prepare + kPrepareMargin);
  candidate_ = Candidate{id, reason, v.now, patience, voluntary};
  times_.hedged = v.now;
  times_.ready.reset();
  out.push_back(Hedge{id, reason});
  wake_at(v.now + patience);
}

void Controller::drop_candidate(Out& out) {
  if (!candidate_) return;
  out.push_back(CancelHedge{candidate_->id});
  candidate_.reset();
}

/// Not to be tried for a while: for the policy's penalty where it denied access, whatever is wrong with it after that, else with
/// decorrelated jitter.
void Controller::exclude(const View& v, const MemberView& m, Duration min) {
  MemberMemory& memory = memory_[m.id];
  memory.tried = true;
  const bool denies = m.assessment.reason == Reason::access_denied;
  if (memory.denied && !denies && penalised(m.id, v.now)) return;
  memory.denied = denies;
  memory.backoff = random_.decorrelated(std::max(memory.backoff, min), min, from_ms(policy_.probe_max_ms));
  memory.excluded_until = v.now + (memory.denied ? from_ms(policy_.penalty_ms) : memory.backoff);
  wake_at(*memory.excluded_until);
}

/// FAILOVER.md 3: who denies access to a hedge is penalised, also where something came before that, and in a pause.
void Controller::penalise_denial(const View& v) {
  if (!candidate_) return;
  const MemberView& c = member(v, candidate_->id);
  if (c.assessment.broken() && c.assessment.reason == Reason::access_denied && !penalised(c.id, v.now))
    exclude(v, c, kHedgeCost * from_ms(policy_.probe_min_ms));
}

/// Its good media reaches beyond that of the source on the air, so something is won by going over. Of a switch that nobody is
/// forced to, yet, that is not asked: the other one may lag.
bool Controller::wins(const View& v, const MemberView& candidate) const {
  if (!candidate.delivering) return false;
  if (state_ == State::starting || (candidate_->voluntary && !losing_)) return true;
  return candidate.buffer.value_or(Duration::zero()) > member(v, *active_).buffer.value_or(Duration::zero());
}

/// Until when a candidate may bring nothing: where there is another one, that one needs its time too. What comes in is not given up for
/// one that would begin with nothing; and who has brought all that it lists is waited for until it publishes. Who by what is known of it
/// takes longer than the buffer lasts gets no more than what the others, begun after it, leave.
Instant Controller::patience(const View& v, const MemberView& candidate) const {
  const Instant longest = std::max(candidate_->since + candidate_->patience, candidate_->expected_by);
  const auto able = able_members(v);
  if ((candidate_->voluntary && !losing_) || state_ == State::starting || able.size() < 2) return longest;
  const Instant empty_at = v.now + member(v, *active_).buffer.value_or(Duration::zero());
  const Instant own = candidate_->since + candidate.to_prepare + kPrepareMargin;
  Duration others{};
  for (const MemberView* m : able)
    if (m->id != candidate.id) others = std::max(others, m->to_prepare);
  const Instant last_for_others = empty_at - (others + kPrepareMargin + v.output_latency);
  if (own > empty_at && candidate_->since <= last_for_others) return std::min(longest, std::max(last_for_others, candidate.comes_in_until));
  return std::min(longest, std::max({empty_at - prepare_lead(v), own, candidate.comes_in_until}));
}

/// A candidate that can't deliver makes room for the next one at once.
void Controller::tend_candidate(const View& v, Out& out) {
  const MemberView& c = member(v, candidate_->id);
  if (c.delivering && c.splice_ready && !times_.ready) times_.ready = v.now;
  const bool brings_more = wins(v, c);
  candidate_->expected_by = std::max(candidate_->expected_by, c.expected_by);
  if (brings_more && c.assessment.verdict == Verdict::ok) memory_[c.id].backoff = Duration::zero();
  const bool least_bad = brings_more && !(c.assessment.reason == Reason::access_denied && !able_members(v).empty());
  const bool broken = c.assessment.broken() && !least_bad;
  const Instant patient_until = patience(v, c);
  const bool silent = !brings_more && v.now >= patient_until;
  if (!silent && !brings_more) wake_at(patient_until);
  // As slow as the source that it should replace: the viewer's own access is congested, and a second stream makes it worse.
  const MemberView& active = member(v, *active_);
  const bool congested = c.slow && losing_ && active.slow && !active.assessment.hard;
  if (c.eligible && !broken && !silent && !congested) return;
  if (v.network_down && c.eligible) return ask_another(v, out);  // nobody is to blame
  const bool voluntary = candidate_->voluntary;
  exclude(v, c, kHedgeCost * from_ms(policy_.probe_min_ms));
  drop_candidate(out);
  if (voluntary) return;
  if (const auto next = choose(v, false)) return hedge(v, *next, loss_reason_, false, out);
  if (congested) congested_until_ = v.now + kCongestionPause;
}

/// Nobody of those that were asked answers, and they may be all that is dead: each of the others is asked in turn, and from then on one
/// in probeMaxMs. Nobody is excluded for it. Who was asked for by name is one of them where the source on the air is being lost, and
/// else waited for.
void Controller::ask_another(const View& v, Out& out) {
  if (candidate_->voluntary && !losing_) return;
  const auto able = able_members(v);
  const auto at = std::find_if(able.begin(), able.end(), [&](const MemberView* m) { return m->id == candidate_->id; });
  if (able.size() < 2 || at == able.end()) return;
  if (asked_in_turn_ + 1 >= able.size()) candidate_->patience = std::max(candidate_->patience, from_ms(policy_.probe_max_ms));
  const Instant patient_until = candidate_->since + candidate_->patience;
  if (v.now < patient_until) return wake_at(patient_until);
  const SourceId next = (std::next(at) == able.end() ? able.front() : *std::next(at))->id;
  drop_candidate(out);
  hedge(v, next, loss_reason_, false, out);
  ++asked_in_turn_;
}

/// Until the good media of the active source has run out but for the lead. A candidate that holds all of it already is entered at
/// its last random access point before that, so the moment of that point counts; one that is still loading may get a later one.
Duration Controller::time_to_commit(const View& v, const MemberView& candidate) const {
  const Duration lead = v.output_latency + kCommitMargin;
  const Duration left = member(v, *active_).buffer.value_or(Duration::zero());
  const bool complete = candidate.buffer && *candidate.buffer >= left;
  return (complete ? std::min(left, *candidate.splice_in) : left) - lead;
}

/// A switch that nobody is forced to: a whole good segment proves the source, and how both lie against each other is known.
bool Controller::voluntary_commit_due(const View& v, const MemberView& candidate) {
  if (candidate_->reason == Reason::failback && !candidate.whole_segment) return false;
  if (candidate.aligned) return true;
  const Instant patient_until = times_.ready.value_or(v.now) + kAlignPatience;
  if (v.now < patient_until) wake_at(patient_until);
  return v.now >= patient_until;
}

/// Commit at the last moment at which the switch is invisible (FAILOVER.md 3); a switch that was asked for, as soon as it can be.
void Controller::commit_if_due(const View& v, Out& out) {
  if (!candidate_) return;
  const MemberView& c = member(v, candidate_->id);
  if (!c.delivering || !c.splice_ready || !c.splice_in || !c.eligible) return;
  if (!candidate_->voluntary && !wins(v, c)) return;
  if (candidate_->reason == Reason::failback && c.assessment.verdict != Verdict::ok) return;
  // Faster than what it replaces, and not only ready first: else nothing is won.
  if (!candidate_->voluntary && member(v, *active_).slow && !c.whole_segment) return;
  if (candidate_->voluntary) {
    if (!voluntary_commit_due(v, c)) return;
  } else {
    const Duration wait = time_to_commit(v, c);
    if (wait > Duration::zero()) return wake_at(v.now + wait);
  }
  if (candidate_->voluntary && candidate_->reason == Reason::failback) {
    voluntary_.push_back(v.now);
    if (voluntary_.size() > 128) voluntary_.pop_front();
  }
  const SourceId from = *active_;
  if (!candidate_->voluntary) note_failure(from, v.now);
  active_ = candidate_->id;
  out.push_back(Commit{from, *active_, candidate_->reason});
  for (const SourceId id : {from, *active_}) {
    memory_[id].standby = Standby::cold;  // neither waits in the wings
    memory_[id].watched = false;
  }
  candidate_.reset();
  losing_ = false;
  stalled_since_.reset();
  failback_at_.reset();
  watching_primary_ = false;
  state_ = State::switching;
  state_since_ = v.now;
}

/// Counted where it cost a switch: what was only suspected, and the viewer's own network, are nobody's failures.
void Controller::note_failure(SourceId id, Instant now) {
  auto& failures = memory_[id].failures;
  failures.push_back(now);
  if (failures.size() > 16) failures.pop_front();
}

/// The buffer ran dry with nobody to take over: the last picture is held for a while, then the card is shown. Where the status
/// service is silent too it is the viewer's own network: hold on, and do not blame the sources.
void Controller::hold_or_give_up(const View& v, Out& out) {
  const MemberView& active = member(v, *active_);
  const bool failed = active.assessment.verdict == Verdict::failed;
  // Where a splice is awaited that does not come, nobody may have failed: what it was planned for was good, and is so no more.
  if (!v.stalled || !(failed || state_ == State::switching)) {
    stalled_since_.reset();
    return;
  }
  if (!stalled_since_) stalled_since_ = v.now;
  if (v.network_down) {
    stalled_since_ = v.now;  // what is held for is a source, not the viewer's network
    if (state_ == State::on_air) {
      state_ = State::offline;
      out.push_back(Tell{EventType::offline, Reason::network_down, active_, std::nullopt, std::nullopt});
    }
    return;
  }
  if (v.stopping) return;
  const Instant until = *stalled_since_ + from_ms(policy_.max_hold_ms + (failed ? 0 : policy_.startup_timeout_ms));
  if (v.now < until) return wake_at(until);
  note_failure(active.id, v.now);
  exhaust(v, active.assessment.reason, out);
}

Duration Controller::clear_time(SourceId id, Instant now) const {
  Duration clear = from_ms(policy_.clear_ms);
  const auto it = memory_.find(id);
  if (it != memory_.end())
    for (std::size_t i = 1; i < it->second.failures.size(); ++i)  // the first failure is the one we left it for
      if (now - it->second.failures[i] < kVoluntaryWindow) clear = std::min(clear * 2, from_ms(policy_.max_clear_ms));
  return clear;
}

/// PRIMARY_PREFERRED (FAILOVER.md 4): watch the primary; when it was healthy long enough, go back at a random point of the spread. The
/// splice is to be invisible, so for a lag the live offset is raised first (7).
void Controller::consider_failback(const View& v, Out& out) {
  const bool wanted = policy_.recovery == Recovery::primary_preferred && active_->value != 0 && v.members[0].eligible &&
                      state_ == State::on_air && !losing_;
  if (!wanted) {
    watching_primary_ = false;
    failback_at_.reset();
    return;
  }
  if (v.paused) return;
  const MemberView& primary = v.members[0];
  if (candidate_) {  // how it lies may be known only now
    if (candidate_->reason == Reason::failback && !primary.keeps_up) drop_candidate(out);
    return;
  }
  watching_primary_ = true;
  if (!primary.healthy_since || !primary.says_playing || !primary.polls_well || !primary.keeps_up) {
    failback_at_.reset();
    return;
  }
  const Instant clear_at = *primary.healthy_since + clear_time(primary.id, v.now);
  if (v.now < clear_at) return wake_at(clear_at);
  while (!voluntary_.empty() && v.now - voluntary_.front() >= kVoluntaryWindow) voluntary_.pop_front();
  if (static_cast<std::int64_t>(voluntary_.size()) >= policy_.voluntary_switches) {
    if (!voluntary_.empty()) wake_at(voluntary_.front() + kVoluntaryWindow);
    return;
  }
  if (!failback_at_) failback_at_ = v.now + random_.between(Duration::zero(), from_ms(policy_.failback_spread_ms));
  if (v.now < *failback_at_) return wake_at(*failback_at_);
  if (penalised(primary.id, v.now)) return wake_at(*memory_[primary.id].excluded_until);
  failback_at_.reset();
  hedge(v, primary.id, Reason::failback, true, out);
}

void Controller::consider_manual(const View& v, Out& out) {
  if (!manual_) return;
  // Of a storm of commands the last one counts, and each one carried out costs requests.
  if (v.now < manual_again_at_) return wake_at(manual_again_at_);
  manual_again_at_ = v.now + kManualPause;
  const auto wanted = std::exchange(manual_, std::nullopt)->to;
  const auto to = wanted ? wanted : choose(v, true);
  if (!to || to == active_ || to->value >= v.members.size() || !member(v, *to).eligible) return;
  if (candidate_ && candidate_->id == *to) {
    candidate_->voluntary = true;
    candidate_->reason = Reason::manual;
    return;
  }
  drop_candidate(out);
  times_ = LossTimes{v.now, v.now, {}, std::nullopt};
  hedge(v, *to, Reason::manual, true, out);
}

}  // namespace understudy::failover
