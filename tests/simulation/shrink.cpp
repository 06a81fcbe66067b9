#include "shrink.h"

#include <algorithm>
#include <set>

#include "settings.h"

namespace understudy::simulation {

namespace {

class Shrinking {
 public:
  Shrinking(Script script, const StillFails& still_fails, int budget)
      : script_(std::move(script)), still_fails_(still_fails), budget_(budget) {}

  Script shrink() {
    while (budget_ > 0) {
      const Script last = script_;
      drop_faults();
      drop_sources();
      drop_settings();
      simplify_faults();
      end_earlier();
      if (script_ == last) break;
    }
    return script_;
  }

 private:
  bool accept(const Script& candidate) {
    if (budget_ <= 0 || candidate == script_) return false;
    --budget_;
    if (!still_fails_(candidate)) return false;
    script_ = candidate;
    return true;
  }

  /// Whole blocks first, halves of them when no block can go.
  void drop_faults() {
    for (std::size_t block = std::max<std::size_t>(1, script_.faults.size() / 2); block >= 1; block /= 2) {
      for (std::size_t i = 0; i < script_.faults.size() && budget_ > 0;) {
        Script candidate = script_;
        const auto first = candidate.faults.begin() + static_cast<std::ptrdiff_t>(i);
        const std::size_t count = std::min(block, candidate.faults.size() - i);
        candidate.faults.erase(first, first + static_cast<std::ptrdiff_t>(count));
        if (!accept(candidate)) i += block;
      }
    }
  }

  void drop_sources() {
    while (script_.sources.size() > 1) {
      Script candidate = script_;
      const std::string gone = candidate.sources.rbegin()->first;
      candidate.sources.erase(gone);
      candidate.faults.erase(std::remove_if(candidate.faults.begin(), candidate.faults.end(), [&](const Fault& f) { return f.on == gone; }),
                             candidate.faults.end());
      if (!accept(candidate)) return;
    }
  }

  void drop_from(Values Script::* values, const std::set<std::string>& keep) {
    for (const auto& [name, value] : Values(script_.*values)) {
      if (keep.count(name) != 0) continue;
      Script candidate = script_;
      (candidate.*values).erase(name);
      accept(candidate);
    }
  }

  void drop_settings() {
    drop_from(&Script::policy, {});
    drop_from(&Script::run, {"seed", "end", "heal", "outages"});
    const auto sources = script_.sources;
    for (const auto& [source, values] : sources) {
      for (const auto& [name, value] : values) {
        Script candidate = script_;
        if (candidate.sources.count(source) == 0) break;
        candidate.sources[source].erase(name);
        accept(candidate);
      }
    }
  }

  /// Times and durations in whole seconds, "until the end" instead of a duration.
  void simplify_faults() {
    for (std::size_t i = 0; i < script_.faults.size() && budget_ > 0; ++i) {
      const auto with = [&](auto change) {
        Script candidate = script_;
        change(candidate.faults[i]);
        accept(candidate);
      };
      with([](Fault& f) { f.lasts = 0; });
      const std::int64_t before = i == 0 ? 0 : script_.faults[i - 1].at;  // they stay in order, as one that was read again is
      with([before](Fault& f) { f.at = std::max(f.at / 1000 * 1000, before); });
      with([](Fault& f) { f.lasts = f.lasts / 1000 * 1000; });
    }
  }

  void end_earlier() {
    for (int i = 0; i < 12 && budget_ > 0; ++i) {
      Script candidate = script_;
      const std::int64_t end = run_value(script_, "end");
      const std::int64_t heal = run_value(script_, "heal");
      candidate.run["end"] = end - (end - heal) / 2;
      if (accept(candidate)) continue;
      candidate = script_;
      const std::int64_t last = script_.faults.empty() ? 0 : script_.faults.back().at;
      if (heal - last < 2000) return;
      candidate.run["heal"] = heal - (heal - last) / 2;
      candidate.run["end"] = end - (heal - last) / 2;
      if (!accept(candidate)) return;
    }
  }

  Script script_;
  const StillFails& still_fails_;
  int budget_;
};

}  // namespace

Script shrink(Script script, const StillFails& still_fails, int budget) {
  return Shrinking(std::move(script), still_fails, budget).shrink();
}

}  // namespace understudy::simulation
