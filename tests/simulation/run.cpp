#include "run.h"

#include <algorithm>
#include <list>

#include "faults.h"
#include "settings.h"
#include "witness.h"
#include "world_truth.h"

namespace understudy::simulation {

namespace {

class Play {
 public:
  Play(const Script& script, const Listeners& listeners)
      : script_(script), stage_(world_, script), truth_(stage_, script), checkers_(all_checkers(truth_)),
        witness_(world_, checkers_, listeners), begun_at_(world_.now()) {
    world_.watch(&witness_);
  }
  Outcome play();

 private:
  struct Running {
    Fault fault;
    Ending end;
    Instant until;
  };

  /// The script's time stands still while the machine sleeps.
  Instant at(std::int64_t ms) const { return begun_at_ + slept_ + from_ms(ms); }
  Instant heal_at() const { return at(run_value(script_, "heal")); }
  bool survives(const std::string& source) const { return (run_value(script_, "survivors") >> (source[0] - 'a') & 1) != 0; }
  bool pass_until(Instant then);
  void change(const std::string& story, std::function<void()> what);
  void begin(const Fault& fault);
  void end_due();
  void heal();
  void judge_liveness();
  void complain(const char* checker, std::string what) { own_.push_back({checker, world_.now(), std::move(what)}); }

  const Script& script_;
  world::World world_;
  Stage stage_;
  WorldTruth truth_;
  Checkers checkers_;
  Witness witness_;
  Instant begun_at_;
  Duration slept_{};
  Instant healed_at_{};
  std::list<Running> running_;
  std::vector<Violation> own_;
};

/// False where the engine keeps time from passing.
bool Play::pass_until(Instant then) {
  if (then > world_.now()) world_.run_for(then - world_.now());
  if (world_.now() >= then) return true;
  complain("time_passes", "the engine asks for ever more turns within one instant");
  return false;
}

void Play::change(const std::string& story, std::function<void()> what) {
  witness_.tell(story);
  world_.at_once(std::move(what));
}

void Play::begin(const Fault& drawn) {
  Fault fault = drawn;
  if (fault.on == "*") fault.on = world_.on_screen().empty() ? "a" : world_.on_screen();
  const Kind& kind = *find_kind(fault.kind);
  witness_.tell("fault " + fault.kind + " " + fault.on + " x=" + std::to_string(fault.x) + " y=" + std::to_string(fault.y));
  if (kind.begin == nullptr) {  // the one that the world has to do itself
    truth_.sleeps(from_ms(fault.x));
    world_.suspend(from_ms(fault.x));
    slept_ += from_ms(fault.x);
    return;
  }
  running_.push_back({fault, {}, fault.lasts > 0 ? world_.now() + from_ms(fault.lasts) : Instant::max()});
  Running& running = running_.back();
  world_.at_once([this, &running, begin = kind.begin] { running.end = begin(stage_, running.fault); });
}

void Play::end_due() {
  for (auto it = running_.begin(); it != running_.end();) {
    const auto current = it++;
    if (current->until > world_.now()) continue;
    if (current->end) change("end of " + current->fault.kind + " " + current->fault.on, current->end);
    running_.erase(current);
  }
}

/// Everything but what befell those that do not survive is put right.
void Play::heal() {
  witness_.tell("heal");
  for (Running& r : running_) {
    const Kind& kind = *find_kind(r.fault.kind);
    const bool of_the_lost = kind.of_source && r.fault.on != "a" && !survives(r.fault.on);
    const bool media_of_primary = r.fault.on == "a" && !survives("a") && kind.family != Family::operators;
    if (!of_the_lost && !media_of_primary) r.until = world_.now();
  }
  end_due();
  change("mended", [this] {
    const bool stopped = run_value(script_, "survivors") == 0;
    stage_.edit([&](status::StatusDocument& d) {
      d.status = stopped ? status::ChannelStatus::stopped : status::ChannelStatus::playing;
      d.stop_reason = stopped ? status::StopReason::operator_ : status::StopReason::none;
    });
  });
}

/// FAILOVER.md 12.4 and 12.1, once more at the end and on everything at once.
void Play::judge_liveness() {
  const Duration bound = liveness_bound(script_);
  if (world_.now() - healed_at_ < bound) return;
  const PlayerState state = world_.state();
  if (stage_.ended) {
    if (!world_.engine_is_idle()) complain("liveness", "the session was ended and the engine is not idle");
    return;
  }
  const bool asked = run_value(script_, "plain") != 2;
  if (run_value(script_, "survivors") == 0) {
    // A channel that stopped before anything of it was seen has merely not started yet (2.2).
    const bool never_began = state == PlayerState::pre_live && world_.session().media_bytes() == 0;
    if (asked && state != PlayerState::stopped && !never_began) complain("liveness", "the primary is stopped and the player is not");
    return;
  }
  const bool stays_stopped = state == PlayerState::stopped && !truth_.document().policy.auto_restart;
  if (stays_stopped || stage_.pauses > 0) return;
  const auto delivers = [&](const auto& source) { return survives(source.first) && stage_.delivers_for(source.first) >= bound; };
  if (std::none_of(script_.sources.begin(), script_.sources.end(), delivers)) return;
  if (world_.on_screen().empty() || !world_.picture_moves())
    complain("liveness", "a member delivers and nothing moves on the screen; shown: '" + world_.on_screen() + "'");
}

Outcome Play::play() {
  bool healed = false;
  std::size_t next_fault = 0;
  witness_.on_change();  // how it all begins
  bool passes = pass_until(begun_at_ + Duration(1));  // the session exists before anything is done to it
  while (passes && world_.now() < at(run_value(script_, "end"))) {
    const Instant end = at(run_value(script_, "end"));
    Instant next = healed ? end : std::min(heal_at(), end);
    if (!healed && next_fault < script_.faults.size()) next = std::min(next, at(script_.faults[next_fault].at));
    for (const Running& r : running_) next = std::min(next, r.until);
    if (!(passes = pass_until(next))) break;
    end_due();
    while (!healed && next_fault < script_.faults.size() && at(script_.faults[next_fault].at) <= world_.now())
      begin(script_.faults[next_fault++]);
    if (healed || world_.now() < heal_at()) continue;
    healed = true;
    healed_at_ = world_.now();
    // What the faults of this instant began, the world must have done before it can be undone.
    if (!(passes = pass_until(world_.now() + Duration(1)))) break;
    heal();
  }
  for (const auto& checker : checkers_) checker->at_end();
  if (passes) judge_liveness();
  Outcome outcome;
  outcome.violations = own_;
  for (const auto& checker : checkers_)
    outcome.violations.insert(outcome.violations.end(), checker->violations().begin(), checker->violations().end());
  outcome.viewer_time = world_.now() - begun_at_ - slept_;
  outcome.outages = run_value(script_, "outages");
  outcome.hash = witness_.hash();
  return outcome;
}

}  // namespace

Duration liveness_bound(const Script& script) {
  const Policy policy = policy_of(script.policy);
  std::int64_t segment = 0;
  for (const auto& [name, values] : script.sources) segment = std::max(segment, value_of(values, kSourceSettings, "segment"));
  // A slow poll, a probe that was just missed, a start with its quick retry, and what there is to load.
  const std::int64_t poll = std::min<std::int64_t>(30'000, 5 * policy.poll_ms) * 12 / 10;
  return from_ms(poll + policy.probe_max_ms + 2 * policy.startup_timeout_ms + 6 * segment + 20'000);
}

Outcome run(const Script& script, const Listeners& listeners) { return Play(script, listeners).play(); }

}  // namespace understudy::simulation
