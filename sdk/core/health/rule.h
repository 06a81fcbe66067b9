// The one shape of all health rules (FAILOVER.md 5).
//
// A rule trips when its metric was beyond `threshold` for `duration_ms`, and clears when the metric was within
// `clear_threshold` for `clear_duration_ms`. Between the two thresholds nothing changes: that is the hysteresis. Beyond
// means greater, within means not greater, for every metric: all of them are worse the larger they are.
//
// A reading holds until the next one. One that is `growing` (the milliseconds since something) grows by itself
// meanwhile, so a rule trips at its exact moment even where nothing is observed any more, which is what a loss looks
// like.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/health/metric.h"
#include "understudy/result.h"
#include "understudy/time.h"

namespace understudy::health {

enum class Severity { warning, critical };
std::string_view to_string(Severity severity);

struct Rule {
  Metric metric = Metric::input_loss;
  std::int64_t threshold = 0;          // in the metric's unit
  std::int64_t duration_ms = 0;        // 0–3600000; 0: at once
  std::int64_t clear_threshold = 0;    // at most threshold
  std::int64_t clear_duration_ms = 0;  // 0–3600000
  Severity severity = Severity::critical;
  friend bool operator==(const Rule&, const Rule&) = default;
};

/// Error: invalid_config, naming the metric, the field and its range.
Result<void> validate(const Rule& rule);

/// What applies where nothing is configured: the delivery metrics. Content metrics are off unless set.
std::vector<Rule> default_rules();

struct Reading {
  std::int64_t value = 0;
  bool growing = false;  // by one per millisecond; only for metrics in milliseconds
};

/// One rule and where it stands.
class RuleState {
 public:
  explicit RuleState(const Rule& rule) : rule_(rule) {}

  void observe(Reading reading, Instant now);
  /// Whether the rule has tripped. Time passing counts.
  bool unhealthy(Instant now);
  /// The first moment after `now` at which unhealthy() or news() changes without a further reading.
  std::optional<Instant> next_deadline(Instant now);
  /// Of the last unhealthy(): it tripped, or would have, since the last reset. What it had tripped on before is no news.
  bool news() const { return news_; }
  /// Forgets the reading and how long it lasted, keeps whether the rule has tripped.
  void reset(Instant now);
  const Rule& rule() const { return rule_; }

 private:
  void advance(Instant now);
  Duration beyond_from() const;
  std::optional<Instant> trips_at() const;
  std::optional<Instant> clears_at() const;

  Rule rule_;
  bool unhealthy_ = false;
  bool news_ = false;
  std::optional<Reading> reading_;
  Instant read_at_{};
  Instant now_{};
  std::optional<Instant> beyond_since_;
  std::optional<Instant> within_since_;
};

/// The rules of one source.
class RuleEngine {
 public:
  static constexpr std::size_t kMaxRules = 64;

  /// Error: invalid_config for a bad rule, limit_exceeded for more than kMaxRules.
  static Result<RuleEngine> make(const std::vector<Rule>& rules);

  void observe(Metric metric, Reading reading, Instant now);
  struct Health {
    bool healthy = true;        // no critical rule has tripped
    bool news = false;          // one has since the last reset
    std::vector<Rule> tripped;  // of either severity, in the order of the rules
  };
  Health health(Instant now);
  std::optional<Instant> next_deadline(Instant now);
  void reset(Instant now);

 private:
  std::vector<RuleState> states_;
};

}  // namespace understudy::health
