#include "settings.h"

namespace understudy::model {

namespace {

/// Times of a few ticks, so that counting them out takes few states; their proportions are the default policy's.
Policy base() {
  Policy p;
  p.startup_hedge_ms = 1000;
  p.startup_timeout_ms = 3000;
  p.loss_threshold_ms = 2000;
  p.penalty_ms = 10'000;
  p.max_hold_ms = 1000;
  p.probe_min_ms = 1000;
  p.probe_max_ms = 3000;
  p.clear_ms = 1000;
  p.max_clear_ms = 2000;
  p.failback_spread_ms = 1000;
  p.voluntary_switches = 1;
  return p;
}

Event see(Look a, Look b, std::uint8_t later = 0) { return {.later = later, .looks = {a, b, Look::able}}; }
Event told(Event::Kind kind, std::uint8_t member = 0) { return {.kind = kind, .member = member}; }

/// To B by command, back by policy, to B by command: on B, with one return behind.
std::vector<Event> after_one_return() {
  constexpr std::uint8_t kLater = 2;
  const Event to_b = told(Event::Kind::switch_to, 1);
  const Event shown = told(Event::Kind::switched);
  return {see(Look::able, Look::able), told(Event::Kind::first_frame),
          to_b, see(Look::well, Look::able), see(Look::well, Look::ready), shown,
          see(Look::healthy, Look::well), see(Look::healthy, Look::well, kLater), see(Look::ready, Look::well), shown,
          to_b, see(Look::well, Look::able, kLater), see(Look::well, Look::ready), shown};
}

std::vector<Setting> make_settings() {
  std::vector<Setting> all;
  const auto add = [&](const char* name, const Policy& policy, std::size_t members, int depth) {
    all.push_back({name, policy, members, depth});
  };
  Policy failback = base();
  failback.recovery = Recovery::primary_preferred;
  Policy hot = base();
  hot.standby = Standby::hot;
  Policy warm_flat = base();
  warm_flat.standby = Standby::warm;
  warm_flat.mode = GroupMode::flat;
  Policy odd = base();
  odd.start_on_fallback = true;
  odd.keep_fallback_on_timeout = true;
  odd.auto_restart = false;

  add("default", base(), 1, 30);  // all there are
  add("default", base(), 2, 6);
  add("failback", failback, 2, 5);
  add("hot", hot, 2, 5);
  add("starts-on-fallback", odd, 2, 5);
  all.push_back({"after-one-return", failback, 2, 3, after_one_return()});
  add("default", base(), 3, 4);
  add("flat-and-warm", warm_flat, 3, 4);
  return all;
}

}  // namespace

const std::vector<Setting>& all_settings() {
  static const std::vector<Setting> all = make_settings();
  return all;
}

}  // namespace understudy::model
