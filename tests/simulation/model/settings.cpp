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
  p.voluntary_switches = 2;
  return p;
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

  add("default", base(), 1, 8);
  add("default", base(), 2, 6);
  add("failback", failback, 2, 6);
  add("hot", hot, 2, 6);
  add("starts on fallback", odd, 2, 6);
  add("default", base(), 3, 4);
  add("flat and warm", warm_flat, 3, 4);
  return all;
}

}  // namespace

const std::vector<Setting>& all_settings() {
  static const std::vector<Setting> all = make_settings();
  return all;
}

}  // namespace understudy::model
