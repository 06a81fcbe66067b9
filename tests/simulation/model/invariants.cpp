#include "invariants.h"

#include <algorithm>

#include "insight.h"

namespace understudy::model {

namespace {

using namespace failover;

bool shows(State s) { return s == State::on_air || s == State::switching || s == State::offline; }
bool has_source(State s) { return shows(s) || s == State::starting; }

template <class D>
const D* only(const std::vector<Decision>& decisions) {
  for (const Decision& d : decisions)
    if (const auto* found = std::get_if<D>(&d)) return found;
  return nullptr;
}

class Judge {
 public:
  explicit Judge(const Step& step) : s_(step) {}
  std::vector<Broken> judge() {
    structure();
    reasons();
    for (const Decision& d : s_.decisions) std::visit([&](const auto& x) { on(x); }, d);
    require(open_ == s_.after.candidate(), "candidate is accounted for", "hedges begun and ended do not add up to the candidate");
    const Insight in = look_into(s_.after, s_.view.members.size());
    for (const auto& [id, runs] : probes_)
      require(in.probing[id.value] == runs, "probes are accounted for", runs ? "a probe was begun and forgotten" : "an ended probe is waited for");
    waiting();
    obedience();
    return std::move(broken_);
  }

 private:
  void require(bool holds, const char* rule, std::string what) {
    if (!holds) broken_.push_back({rule, std::move(what)});
  }
  const MemberView& member(SourceId id) const { return s_.view.members[id.value]; }

  void structure() {
    const State state = s_.after.state();
    const auto active = s_.after.active();
    require(has_source(state) == active.has_value(), "one active source",
            std::string(to_string(state)) + (active ? " with an active source" : " without an active source"));
    require(!active || active->value < s_.view.members.size(), "one active source", "the active source is no member");
    require(!s_.after.candidate() || s_.after.candidate() != s_.after.active(), "candidate is another", "candidate is the active source");
    require(!s_.after.candidate() || has_source(state), "candidate is another", "a candidate with nothing on the air");
  }

  void reasons() {
    for (const Decision& d : s_.decisions) {
      const bool given = std::visit(
          [](const auto& x) {
            if constexpr (requires { x.reason; }) return x.reason != Reason::none;
            return true;
          },
          d);
      require(given, "every decision has a reason", "decision " + std::to_string(d.index()) + " has none");
    }
  }

  void on(const GoOnAir& d) {
    require(member(d.source).eligible || d.reason == Reason::restart || d.reason == Reason::start, "only the able go on air",
            "a member that is not eligible goes on air");
    require(!s_.view.paused || !shows(s_.before.state()), "paused means untouched", "a paused viewer's source is changed");
    open_.reset();
  }
  void on(const Hedge& d) {
    require(member(d.source).eligible, "only the able go on air", "a hedge to a member that is not eligible");
    require(!open_, "candidate is accounted for", "a second hedge beside an open one");
    require(!s_.view.paused || !shows(s_.before.state()), "paused means untouched", "a hedge while paused");
    require(d.reason == Reason::manual || !s_.before.penalised(d.source, s_.view.now), "the excluded are left alone",
            "a hedge to an excluded member");
    open_ = d.source;
  }
  void on(const CancelHedge& d) {
    require(open_ == d.source, "candidate is accounted for", "a hedge is cancelled that is not open");
    open_.reset();
  }
  void on(const Commit& d) {
    const MemberView& to = member(d.to);
    const MemberView& from = member(d.from);
    require(open_ == d.to, "commit only to the ready candidate", "a commit to another than the candidate");
    require(s_.before.active() == d.from, "commit only to the ready candidate", "a commit from another than the active source");
    require(to.eligible, "commit only to the ready candidate", "a commit to a member that is not eligible");
    require(to.delivering && to.splice_ready && to.splice_in, "commit only to the ready candidate", "a commit to a member that is not ready");
    require(!s_.view.paused, "paused means untouched", "a commit while paused");
    const bool voluntary = d.reason == Reason::failback || d.reason == Reason::manual;
    require(voluntary || from.assessment.verdict != health::Verdict::ok, "forced switches have evidence",
            "a forced commit away from a source that is well");
    require(voluntary || !s_.view.stopping, "a stop is no failure", "a forced commit while the channel is stopping");
    require(s_.failbacks <= s_.policy.voluntary_switches, "returns are counted", "too many returns within ten minutes");
    require(s_.after.state() == State::switching && s_.after.active() == d.to, "commit is irrevocable", "the commit was not kept");
    open_.reset();
  }
  void on(const ShowPrelive&) {
    require(!has_source(s_.after.state()) || only<GoOnAir>(s_.decisions), "the card means nothing is shown", "the card over a source");
  }
  void on(const Probe& d) {
    require(member(d.source).eligible, "only the able go on air", "a probe of a member that is not eligible");
    require(s_.after.state() == State::exhausted || only<GoOnAir>(s_.decisions), "probes end", "a probe with something on the air");
    require(!s_.before.penalised(d.source, s_.view.now), "the excluded are left alone", "a probe of an excluded member");
    probes_[d.source] = true;
  }
  void on(const EndProbe& d) { probes_[d.source] = false; }
  void on(const Stand& d) {
    require(s_.after.active() != d.source && s_.after.candidate() != d.source, "candidate is another",
            "the active source or the candidate is sent to wait");
  }
  void on(const StopPlaying& d) {
    require(s_.view.stop == d.reason, "stops are obeyed", "stopped without a document that says so");
    require(s_.after.state() == State::stopped, "stops are obeyed", "stopped, and yet not");
    open_.reset();
  }
  void on(const AskStatus&) {}
  void on(const Tell&) {}

  void waiting() {
    const Instant deadline = s_.after.next_deadline();
    require(deadline > s_.view.now, "deadlines lie ahead", "the deadline is not in the future: a busy loop");
    if (s_.after.state() != State::exhausted) return;
    const Insight in = look_into(s_.after, s_.view.members.size());
    for (const MemberView& m : s_.view.members)
      require(!m.eligible || in.probing[m.id.value] || s_.after.penalised(m.id, deadline - Duration(1)) ||
                  s_.after.penalised(m.id, s_.view.now),
              "everybody is probed", "an eligible member is neither probed nor waits for its turn");
  }

  void obedience() {
    if (s_.before.state() == State::stopped) {
      const auto* start = only<GoOnAir>(s_.decisions);
      const bool restart = s_.policy.auto_restart && !s_.view.stop && s_.view.primary_playing && start && start->source.value == 0 &&
                           s_.decisions.size() == 1;
      require(s_.decisions.empty() || restart, "after stop nothing but a restart", "decisions after stop");
    }
    if (!s_.view.stop || s_.before.state() == State::stopped) return;
    const bool nothing_began = s_.before.state() == State::joining || s_.before.state() == State::pre_live;
    if (nothing_began && s_.view.stop == Reason::primary_stopped) return;
    const bool kept = s_.view.stop_by_timeout && s_.policy.keep_fallback_on_timeout && s_.before.active() && s_.before.active()->value != 0;
    require(kept || s_.after.state() == State::stopped, "stops are obeyed", "a document that says stop is not obeyed");
  }

  const Step& s_;
  std::optional<SourceId> open_ = s_.before.candidate();
  std::map<SourceId, bool> probes_;  // begun or ended in this step
  std::vector<Broken> broken_;
};

/// What the view shows in the same instant after this: what begins to load has brought nothing yet, what is closed shows nothing.
void carry_out(const std::vector<Decision>& decisions, View& view) {
  const auto forget = [&](SourceId id, bool loading) {
    MemberView& m = view.members[id.value];
    m.loading = loading;
    m.delivering = m.splice_ready = m.whole_segment = m.slow = m.stale = false;
    m.buffer.reset();
    m.splice_in.reset();
    m.assessment = {};
  };
  for (const Decision& d : decisions) {
    if (const auto* go = std::get_if<GoOnAir>(&d); go && !go->keep_loading) forget(go->source, true);
    if (const auto* hedge = std::get_if<Hedge>(&d)) forget(hedge->source, true);
    if (const auto* probe = std::get_if<Probe>(&d)) forget(probe->source, true);
    if (const auto* cancel = std::get_if<CancelHedge>(&d)) forget(cancel->source, false);
    if (const auto* end = std::get_if<EndProbe>(&d)) forget(end->source, false);
    if (!std::holds_alternative<ShowPrelive>(d) && !std::holds_alternative<StopPlaying>(d)) continue;
    for (const MemberView& m : view.members) forget(m.id, false);
    view.stalled = false;
  }
}

}  // namespace

std::vector<Broken> broken_rules(const Step& step) { return Judge(step).judge(); }

std::vector<Broken> broken_by_waiting(const std::vector<Decision>& decisions, const Controller& after, View view) {
  std::vector<Broken> broken;
  Controller c = after;
  carry_out(decisions, view);
  int rounds = 0;
  for (auto more = c.evaluate(view); !more.empty(); more = c.evaluate(view)) {
    carry_out(more, view);
    if (++rounds == 8) return {{"it comes to rest", "eight evaluations of the same view, and still decisions"}};
  }
  const Instant deadline = c.next_deadline();
  const Instant early = std::min(deadline, view.now + std::chrono::hours(1)) - Duration(1);
  Controller later = c;
  view.now = early;
  if (!later.evaluate(view).empty())
    broken.push_back({"the deadline is not late", "something was due before it, though nothing happened"});
  return broken;
}

const std::vector<Rule>& all_rules() {
  static const std::vector<Rule> rules = {
      {"one active source", "exactly one where something starts or is shown, none elsewhere"},
      {"candidate is another", "the candidate is not the active source, and there is none with nothing on the air"},
      {"candidate is accounted for", "each hedge ends once: by a commit, a cancel, going on air or a stop"},
      {"commit only to the ready candidate", "eligible, delivering, decoded up to the splice"},
      {"commit is irrevocable", "after it the new source is the active one"},
      {"only the able go on air", "nobody else is started, hedged or probed"},
      {"the excluded are left alone", "no hedge and no probe before the penalty is over, unless commanded"},
      {"forced switches have evidence", "away from a source that is well only by command or failback"},
      {"a stop is no failure", "under `stopping` the buffer plays out and nothing falls back"},
      {"stops are obeyed", "a document that says stop stops, and nothing else does"},
      {"after stop nothing but a restart", "and that only of a playing primary, where the policy wants it"},
      {"paused means untouched", "no hedge, no commit, no restart of what a paused viewer sees"},
      {"returns are counted", "at most `voluntarySwitches` failbacks in ten minutes"},
      {"the card means nothing is shown", "the card is never put over a source"},
      {"probes are accounted for", "what is remembered as being probed is what was asked for"},
      {"probes end", "probes only with nothing on the air"},
      {"everybody is probed", "with nothing on the air every eligible member is probed or has its time"},
      {"every decision has a reason", "of the closed list"},
      {"deadlines lie ahead", "the next deadline is in the future, or there is none"},
      {"it comes to rest", "the same view at the same instant soon brings no more decisions"},
      {"the deadline is not late", "under an unchanged view nothing is decided before the deadline"},
      {"equal states are equal", "what is taken for one state goes on alike (a sample is compared)"},
      {"no dead end", "a benign environment leads from every state but `stopped` to `on_air`, soon, and keeps it there"},
  };
  return rules;
}

}  // namespace understudy::model
