#include "core/health/rule.h"

#include <algorithm>
#include <string>

namespace understudy::health {

namespace {

constexpr std::int64_t kMaxRuleDurationMs = 3'600'000;

std::int64_t largest(Unit unit) {
  switch (unit) {
    case Unit::milliseconds: return 86'400'000;
    case Unit::percent: return 100;
    case Unit::count:
    case Unit::per_minute: return 1'000'000;
  }
  return 0;
}

Result<void> in_range(const Rule& rule, std::string_view field, std::int64_t value, std::int64_t most) {
  if (value >= 0 && value <= most) return {};
  return fail(ErrorCode::invalid_config, "rule " + std::string(to_string(rule.metric)) + ": " + std::string(field) +
                                             " is " + std::to_string(value) + ", not within 0 to " +
                                             std::to_string(most));
}

std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

std::string_view to_string(Severity severity) { return severity == Severity::critical ? "critical" : "warning"; }

Result<void> validate(const Rule& rule) {
  const std::int64_t most = largest(unit_of(rule.metric));
  if (auto ok = in_range(rule, "threshold", rule.threshold, most); !ok) return ok;
  if (auto ok = in_range(rule, "durationMs", rule.duration_ms, kMaxRuleDurationMs); !ok) return ok;
  if (auto ok = in_range(rule, "clearThreshold", rule.clear_threshold, rule.threshold); !ok) return ok;
  return in_range(rule, "clearDurationMs", rule.clear_duration_ms, kMaxRuleDurationMs);
}

std::vector<Rule> default_rules() {
  return {
      // The loss threshold of FAILOVER.md 3; the metric counts from when the media was due, so no further duration.
      {Metric::input_loss, 3'000, 0, 1'000, 2'000, Severity::critical},
      // A segment of six seconds past its time: 2 S for the longest segments in common use.
      {Metric::playlist_stale, 6'000, 0, 0, 2'000, Severity::critical},
      // Three of the last ten (segment_errors.h) are more than a cache that missed once.
      {Metric::segment_errors, 2, 0, 0, 10'000, Severity::critical},
      // Retried requests still deliver: a remark, not a reason to leave.
      {Metric::failed_requests, 50, 10'000, 20, 10'000, Severity::warning},
  };
}

// The time from the reading until a growing value is beyond the threshold; negative where it was before.
Duration RuleState::beyond_from() const { return from_ms(rule_.threshold + 1 - reading_->value); }

void RuleState::advance(Instant now) {
  now_ = std::max(now_, now);
  if (!reading_) return;
  const bool growing = reading_->growing;
  const Instant crossing = growing ? read_at_ + beyond_from() : read_at_;
  const bool beyond = growing ? crossing <= now_ : reading_->value > rule_.threshold;
  const bool within = !growing ? reading_->value <= rule_.clear_threshold
                               : reading_->value + to_ms(now_ - read_at_) <= rule_.clear_threshold;
  if (beyond && !beyond_since_) beyond_since_ = crossing;
  if (!beyond) beyond_since_.reset();
  if (within && !within_since_) within_since_ = read_at_;
  if (!within) within_since_.reset();
  if (beyond_since_ && now_ - *beyond_since_ >= from_ms(rule_.duration_ms)) unhealthy_ = news_ = true;
  if (unhealthy_ && within_since_ && now_ - *within_since_ >= from_ms(rule_.clear_duration_ms)) unhealthy_ = news_ = false;
}

void RuleState::observe(Reading reading, Instant now) {
  advance(now);  // what the last reading led to until now
  reading_ = reading;
  read_at_ = now_;
  advance(now_);
}

bool RuleState::unhealthy(Instant now) {
  advance(now);
  return unhealthy_;
}

std::optional<Instant> RuleState::next_deadline(Instant now) {
  advance(now);
  if (!unhealthy_) return trips_at();
  return news_ ? clears_at() : earlier(trips_at(), clears_at());
}

std::optional<Instant> RuleState::trips_at() const {
  if (beyond_since_) return *beyond_since_ + from_ms(rule_.duration_ms);
  if (reading_ && reading_->growing) return read_at_ + beyond_from() + from_ms(rule_.duration_ms);
  return std::nullopt;
}

std::optional<Instant> RuleState::clears_at() const {
  if (!within_since_) return std::nullopt;
  const Instant clears = *within_since_ + from_ms(rule_.clear_duration_ms);
  // A growing value may leave the clear threshold before that.
  const bool stays = !reading_->growing || reading_->value + to_ms(clears - read_at_) <= rule_.clear_threshold;
  return stays ? std::optional(clears) : std::nullopt;
}

void RuleState::reset(Instant now) {
  now_ = std::max(now_, now);
  reading_.reset();
  beyond_since_.reset();
  within_since_.reset();
  news_ = false;
}

Result<RuleEngine> RuleEngine::make(const std::vector<Rule>& rules) {
  if (rules.size() > kMaxRules) return fail(ErrorCode::limit_exceeded, "more than 64 health rules");
  RuleEngine engine;
  for (const Rule& rule : rules) {
    if (auto ok = validate(rule); !ok) return Unexpected{ok.error()};
    engine.states_.emplace_back(rule);
  }
  return engine;
}

void RuleEngine::observe(Metric metric, Reading reading, Instant now) {
  for (RuleState& state : states_) {
    if (state.rule().metric == metric) state.observe(reading, now);
  }
}

RuleEngine::Health RuleEngine::health(Instant now) {
  Health result;
  for (RuleState& state : states_) {
    if (!state.unhealthy(now)) continue;
    result.tripped.push_back(state.rule());
    if (state.rule().severity != Severity::critical) continue;
    result.healthy = false;
    result.news = result.news || state.news();
  }
  return result;
}

std::optional<Instant> RuleEngine::next_deadline(Instant now) {
  std::optional<Instant> next;
  for (RuleState& state : states_) next = earlier(next, state.next_deadline(now));
  return next;
}

void RuleEngine::reset(Instant now) {
  for (RuleState& state : states_) state.reset(now);
}

}  // namespace understudy::health
