#include "liveness.h"

#include <algorithm>

#include "insight.h"

namespace understudy::model {

namespace {

using namespace failover;
using health::Verdict;
using namespace std::chrono_literals;

constexpr Duration kBuffer = 5s;
// A session turns at least this often while something is on.
constexpr Duration kHeartbeat = 1s;
// For so long it must stay.
constexpr Duration kLasting = 20s;

class Environment {
 public:
  Environment(const Controller& c, std::size_t members, std::size_t member, Others others)
      : member_(member), others_(others), loaded_(members, false) {
    const Insight in = look_into(c, members);
    for (std::size_t i = 0; i < members; ++i) loaded_[i] = in.probing[i] || in.standby[i] == Standby::hot;
    for (const auto id : {c.active(), c.candidate()})
      if (id) loaded_[id->value] = true;
  }

  /// Who is loaded is what was asked for, not what the controller remembers.
  void carry_out(const std::vector<Decision>& decisions) {
    const auto only = [&](std::optional<SourceId> id) {
      loaded_.assign(loaded_.size(), false);
      if (id) loaded_[id->value] = true;
    };
    for (const Decision& d : decisions) {
      if (const auto* go = std::get_if<GoOnAir>(&d)) only(go->source);
      if (std::holds_alternative<ShowPrelive>(d) || std::holds_alternative<StopPlaying>(d)) only(std::nullopt);
      if (const auto* hedge = std::get_if<Hedge>(&d)) loaded_[hedge->source.value] = true;
      if (const auto* cancel = std::get_if<CancelHedge>(&d)) loaded_[cancel->source.value] = false;
      if (const auto* commit = std::get_if<Commit>(&d)) loaded_[commit->from.value] = false;
      if (const auto* probe = std::get_if<Probe>(&d)) loaded_[probe->source.value] = true;
      if (const auto* end = std::get_if<EndProbe>(&d)) loaded_[end->source.value] = false;
      if (const auto* stand = std::get_if<Stand>(&d)) loaded_[stand->source.value] = stand->level == Standby::hot;
    }
  }

  /// What a session would show in this state of the controller. A buffer that is not filled has run dry.
  View view(const Controller& c, Instant now) const {
    View v;
    v.now = now;
    v.has_status = v.primary_playing = true;
    for (std::size_t i = 0; i < loaded_.size(); ++i) {
      MemberView& m = v.members.emplace_back();
      m.id = SourceId{static_cast<std::uint32_t>(i)};
      m.eligible = m.says_playing = true;
      m.priority = static_cast<int>(i);
      const bool active = c.active() == m.id;
      if (!loaded_[i]) continue;
      m.loading = true;
      if (delivers(i)) {
        m.delivering = m.whole_segment = m.splice_ready = true;
        m.buffer = kBuffer;
        if (!active) m.splice_in = kBuffer;
        m.healthy_since = now - 1h;
        continue;
      }
      if (others_ == Others::refuse) m.assessment = {Verdict::failed, Reason::connect_failed, std::nullopt, true, now, now};
      if (!active || c.state() == State::starting) continue;
      m.buffer = 0s;
      if (others_ == Others::fall_silent) m.assessment = {Verdict::failed, Reason::input_loss, std::nullopt, false, now, now};
      v.stalled = true;
    }
    return v;
  }
  bool delivers(std::size_t i) const { return i == member_ || others_ == Others::deliver; }
  bool shown_well(const Controller& c) const { return c.state() == State::on_air && c.active() && delivers(c.active()->value); }

 private:
  std::size_t member_;
  Others others_;
  std::vector<bool> loaded_;
};

std::string place(const Controller& c) {
  std::string text(to_string(c.state()));
  if (c.active()) text += std::string(" with ") + static_cast<char>('A' + c.active()->value);
  return text;
}

}  // namespace

Duration rescue_bound(const Policy& p, std::size_t members) {
  // The worst way: a start that times out, each member tried in turn, the picture held, and who delivers excluded for its longest.
  return from_ms(p.startup_timeout_ms + p.max_hold_ms + p.probe_max_ms + p.penalty_ms) +
         static_cast<int>(members + 1) * kCandidatePatience;
}

Rescue rescue(Controller c, const Policy& policy, std::size_t members, std::size_t member, Others others) {
  Rescue result{member, others, {}, std::nullopt};
  Environment environment(c, members, member, others);
  const Duration bound = rescue_bound(policy, members);
  Instant now = kNow;
  std::optional<Instant> arrived;
  for (;;) {
    environment.carry_out(c.evaluate(environment.view(c, now)));
    // What delivers is shown in the next turn.
    if (c.active() && environment.delivers(c.active()->value)) {
      c.on_first_frame(*c.active());
      c.on_switched(*c.active());
    }
    if (environment.shown_well(c)) {
      if (!arrived) arrived = now;
    } else if (arrived && c.state() != State::switching) {
      result.failed = "it was left again: " + place(c) + ", " + std::to_string(to_ms(now - *arrived)) + " ms after it was reached";
      return result;
    }
    if (arrived && now - *arrived >= kLasting) break;
    if (!arrived && now - kNow > bound) {
      result.failed = "still " + place(c) + " after " + std::to_string(to_ms(bound)) + " ms";
      return result;
    }
    now = std::max(std::min(c.next_deadline(), now + kHeartbeat), now + 1ms);
  }
  result.took = *arrived - kNow;
  return result;
}

}  // namespace understudy::model
