#include "draw.h"

#include <algorithm>
#include <vector>

#include "core/base/policy_fields.h"
#include "faults.h"
#include "run.h"
#include "settings.h"

namespace understudy::simulation {

namespace {

constexpr std::int64_t kPerOutage = 120'000;  // ms of viewer time that an outage has at least
constexpr const char* kActive = "*";          // whoever is on the screen when the fault begins

class Drawing {
 public:
  Drawing(std::uint64_t seed, const DrawOptions& options) : dice_(seed), options_(options) {}

  Script draw() {
    draw_sources();
    draw_viewer();
    draw_policy();
    draw_kinds();
    draw_troubles();
    return std::move(script_);
  }

 private:
  void draw_sources();
  void draw_source(Values& values, std::int64_t segment);
  void draw_viewer();
  void draw_policy();
  void draw_kinds();
  void draw_troubles();
  void draw_trouble(std::int64_t begin);
  void draw_clogging(std::int64_t begin);
  void add(const Kind& kind, std::int64_t at, const std::string& on);
  std::string someone();
  bool allowed(const Kind& kind) const {
    return (options_.only.empty() || options_.only.count(kind.name) != 0) && options_.without.count(kind.name) == 0;
  }

  Dice dice_;
  const DrawOptions& options_;
  Script script_;
  std::vector<std::string> names_;
  std::vector<const Kind*> noticeable_;
  std::vector<const Kind*> others_;
  int crowding_ = 0;   // percent: further faults beside the first
  int aim_ = 0;        // percent: at whoever is on the screen
  std::int64_t heal_ = 0;
};

void Drawing::draw_sources() {
  const std::int64_t count = dice_.chance(60) ? 2 : dice_.between(1, kMaxSources);
  const std::int64_t segment = dice_.one_of<std::int64_t>({1000, 2000, 2000, 2000, 4000, 6000, 6000, 1920, 3840, 10'000});
  const bool alike = dice_.chance(70);
  Values common;
  draw_source(common, segment);
  for (std::int64_t i = 0; i < count; ++i) {
    names_.push_back(std::string(1, static_cast<char>('a' + i)));
    Values& values = script_.sources[names_.back()];
    values = common;
    if (!alike) draw_source(values, dice_.one_of<std::int64_t>({1000, 2000, 4000, 6000, segment}));
    if (dice_.chance(40)) values["phase"] = 40 * dice_.between(1, value_of(values, kSourceSettings, "segment") / 40 - 1);
    if (dice_.chance(30)) values["first_msn"] = dice_.magnitude(1, 1'000'000'000);
    if (dice_.chance(6)) values["skew"] = dice_.between(-8000, 8000);
    if (dice_.chance(6)) values["drift"] = dice_.between(-300, 300);
    if (dice_.chance(6)) values["delay"] = dice_.magnitude(200, 15'000);
  }
}

void Drawing::draw_source(Values& values, std::int64_t segment) {
  values.clear();
  if (segment != 2000) values["segment"] = segment;
  if (dice_.chance(8)) values["dated"] = 0;
  if (dice_.chance(30)) values["multivariant"] = 0;
  if (dice_.chance(30)) values["fmp4"] = 0;
  if (dice_.chance(30)) values["window"] = dice_.between(4, 20);
  if (dice_.chance(30)) values["delay"] = dice_.between(0, 500);
  if (dice_.chance(40)) values["jitter"] = dice_.between(1, segment / 4);
  if (dice_.chance(40)) {
    const std::int64_t frames = segment / 40;
    std::vector<std::int64_t> gops;
    for (const std::int64_t part : {1, 2, 4, 8})
      if (frames % part == 0) gops.push_back(frames / part);
    values["gop"] = dice_.one_of(gops);
  }
  if (dice_.chance(30)) values["bitrate"] = dice_.magnitude(300'000, 4'000'000);
}

void Drawing::draw_viewer() {
  Values& run = script_.run;
  run["seed"] = dice_.between(1, 1'000'000);
  if (dice_.chance(30)) run["latency"] = dice_.between(2, 150);
  if (dice_.chance(30)) run["bandwidth"] = dice_.magnitude(2'000'000, 20'000'000);
  if (dice_.chance(20)) run["late_answers"] = 1;
  if (dice_.chance(10)) run["plain"] = dice_.between(1, 2);
  if (dice_.chance(20)) run["ttl"] = dice_.between(500, 8000);
  if (dice_.chance(10)) run["status"] = dice_.one_of<std::int64_t>({0, 1, 2, 3, 4, 6, 9});
}

void Drawing::draw_policy() {
  struct Usual {
    const char* name;
    std::int64_t min, max;
  };
  // Within these the liveness phase stays short; the whole ranges are for the changes of an operator.
  static constexpr Usual kUsual[] = {
      {"pollMs", 500, 10'000},       {"startupTimeoutMs", 2000, 15'000}, {"startupHedgeMs", 300, 5000},
      {"targetLiveOffsetMs", 3000, 30'000}, {"maxLiveOffsetMs", 6000, 60'000}, {"lossThresholdMs", 1000, 60'000},
      {"hedgeBudgetPercent", 0, 100}, {"penaltyMs", 1000, 120'000},      {"maxHoldMs", 0, 10'000},
      {"probeMinMs", 200, 2000},     {"probeMaxMs", 2000, 20'000},       {"clearMs", 1000, 60'000},
      {"maxClearMs", 30'000, 300'000}, {"voluntarySwitches", 0, 6},      {"failbackSpreadMs", 0, 30'000},
      {"hotMembers", 0, 4}};
  Values& policy = script_.policy;
  if (dice_.chance(50))
    for (const Usual& u : kUsual)
      if (dice_.chance(20)) policy[u.name] = dice_.between(u.min, u.max);
  if (dice_.chance(40)) policy["recovery"] = 1;
  if (dice_.chance(60)) policy["standby"] = dice_.between(0, 2);
  if (dice_.chance(20)) policy["mode"] = 1;
  if (dice_.chance(20)) policy["startOnFallback"] = 1;
  if (dice_.chance(10)) policy["autoRestart"] = 0;
  if (dice_.chance(20)) policy["keepFallbackOnTimeout"] = 1;
}

void Drawing::draw_kinds() {
  const int how_many = static_cast<int>(dice_.one_of<std::int64_t>({8, 20, 40, 80}));
  std::vector<const Kind*> all;
  std::set<Family> families;
  for (const Family f : {Family::origin, Family::publisher, Family::network, Family::service, Family::operators, Family::viewer})
    if (dice_.chance(60)) families.insert(f);
  for (const Kind& kind : all_kinds()) {
    const bool drawn = families.count(kind.family) != 0 && dice_.chance(how_many);
    if (!allowed(kind) || !drawn) continue;
    (kind.noticeable ? noticeable_ : others_).push_back(&kind);
  }
  // Each outage needs something that takes something away.
  std::vector<const Kind*> possible;
  for (const Kind& kind : all_kinds())
    if (kind.noticeable && allowed(kind)) possible.push_back(&kind);
  if (noticeable_.empty() && !possible.empty()) noticeable_.push_back(dice_.one_of(possible));
  crowding_ = static_cast<int>(dice_.one_of<std::int64_t>({0, 20, 50, 75}));
  aim_ = static_cast<int>(dice_.one_of<std::int64_t>({0, 40, 80}));
}

void Drawing::draw_troubles() {
  const std::int64_t calm = to_ms(liveness_bound(script_)) + 10'000;
  const std::int64_t most = std::max<std::int64_t>(1, (options_.minutes * 60'000 - calm) / kPerOutage);
  const std::int64_t outages = noticeable_.empty() ? 0 : dice_.between(1, most);
  heal_ = std::max(kPerOutage * outages - calm, kPerOutage * outages / 2);
  script_.run["heal"] = heal_;
  script_.run["end"] = std::max(heal_ + calm, kPerOutage * outages);
  script_.run["outages"] = outages;
  const std::int64_t everyone = (std::int64_t{1} << names_.size()) - 1;
  if (script_.run.count("status") != 0 && heal_ > 1) add(*find_kind("start"), dice_.magnitude(1, heal_ - 1), "");
  script_.run["survivors"] = dice_.chance(6) ? 0 : dice_.between(1, everyone);
  for (std::int64_t i = 0; i < outages; ++i) {
    const std::int64_t begin = heal_ * i / outages + dice_.between(i == 0 && dice_.chance(20) ? 1 : 2000, heal_ / outages - 6000);
    if (names_.size() > 1 && dice_.chance(10))
      draw_clogging(begin);
    else
      draw_trouble(begin);
  }
  if (!others_.empty() && dice_.chance(60))
    for (std::int64_t n = dice_.between(1, outages * 3 + 1); n > 0; --n)
      add(*dice_.one_of(others_), dice_.between(1, heal_ - 1), someone());
  std::stable_sort(script_.faults.begin(), script_.faults.end(), [](const Fault& l, const Fault& r) { return l.at < r.at; });
}

/// One fault that is noticed, others beside it.
void Drawing::draw_trouble(std::int64_t begin) {
  add(*dice_.one_of(noticeable_), begin, someone());
  for (int n = 0; n < 8 && dice_.chance(crowding_); ++n) {
    const auto& from = !others_.empty() && dice_.chance(40) ? others_ : noticeable_;
    const std::int64_t later = dice_.chance(30) ? 0 : dice_.magnitude(1, 20'000);
    add(*dice_.one_of(from), begin + later, someone());
  }
}

/// "Swizzle-clogging": a random subset fails one by one and mends in another order.
void Drawing::draw_clogging(std::int64_t begin) {
  std::vector<const Kind*> of_sources;
  for (const Kind* kind : noticeable_)
    if (kind->of_source && kind->lasts.max > 0) of_sources.push_back(kind);
  if (of_sources.empty()) return draw_trouble(begin);
  const Kind* kind = dice_.one_of(of_sources);
  for (const std::string& name : names_) {
    if (dice_.chance(25)) continue;
    if (dice_.chance(30)) kind = dice_.one_of(of_sources);
    begin += dice_.magnitude(1, 10'000);
    add(*kind, begin, name);
  }
}

std::string Drawing::someone() {
  if (dice_.chance(aim_)) return kActive;
  return dice_.chance(40) ? names_.front() : dice_.one_of(names_);
}

void Drawing::add(const Kind& kind, std::int64_t at, const std::string& on) {
  if (std::string_view(kind.name) == "end_session" && !dice_.chance(10)) return;
  if (at >= heal_ || script_.faults.size() >= kMaxFaults) return;
  Fault fault;
  fault.at = at;
  fault.kind = kind.name;
  if (kind.of_source) fault.on = on;
  if (kind.draw != nullptr) kind.draw(dice_, fault);
  if (kind.lasts.max > 0) fault.lasts = dice_.magnitude(std::max<std::int64_t>(1, kind.lasts.min), kind.lasts.max);
  script_.faults.push_back(std::move(fault));
}

}  // namespace

Script draw(std::uint64_t seed, const DrawOptions& options) { return Drawing(seed, options).draw(); }

}  // namespace understudy::simulation
