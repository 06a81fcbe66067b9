// Media was due and did not come.
//
// Intuition. A source that publishes a segment every six seconds is silent for six seconds in health, so silence says
// nothing; being later than usual does. Loss therefore counts from the moment the next segment or part was due.
//
// Model. The loader says when the next media is due and when it came. The differences of the last 64 arrivals are the
// source's own rhythm: encoder jitter, publishing delay, our reload interval, all in one. Later than their 95th
// percentile plus 150 ms is suspect; later than the loss threshold is failed.
//
// Constants. 64 arrivals are two to six minutes: long enough for a stable 95th percentile (61 of 64, so that three
// outliers do not move it), short enough to follow a changed encoder. 150 ms is the spread of one request on a mobile
// network. With fewer than 20 arrivals a percentile is noise: the prior of 1 s is half the reload interval of a
// two-second segment, the most that reloading alone adds. An arrival counts as no later than the loss threshold, so
// that one long loss does not make the monitor deaf.
//
// Rejected. Time since the last segment (blind for a whole segment, or wrong for long ones); mean and deviation
// (lateness is one-sided and heavy-tailed, the deviation of one outlier hides the next); an exponential average (never
// forgets an outage exactly, and its floating point differs between platforms).
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/quantile.h"
#include "core/health/verdict.h"
#include "understudy/time.h"

namespace understudy::health {

struct InputLossConfig {
  Duration loss_threshold = from_ms(3'000);  // Policy::loss_threshold_ms
  Duration margin = from_ms(150);
  Duration prior = from_ms(1'000);
};

class InputLoss {
 public:
  explicit InputLoss(InputLossConfig config = {}) : config_(config) {}

  /// The next segment or part is due at `at`. While something is due already, it only moves earlier: a playlist that is
  /// reloaded and still lacks the segment does not postpone it.
  struct MediaDue {
    Instant at{};
  };
  /// What was due is here.
  struct MediaArrived {};
  /// Nothing is expected any more: paused, ended, stopped.
  struct NothingDue {};

  void observe(MediaDue datum, Instant now);
  void observe(MediaArrived datum, Instant now);
  void observe(NothingDue datum, Instant now);

  Verdict verdict(Instant now) const;
  /// Milliseconds since the media was due; 0 where none is.
  std::int64_t value(Instant now) const;
  /// When the media was due that is missing; nothing where none is missing.
  std::optional<Instant> due() const { return due_; }
  /// The first moment after `now` at which the verdict worsens unless media comes.
  std::optional<Instant> next_deadline(Instant now) const;
  /// What is due counts from now on; the rhythm stays.
  void reset(Instant now);

 private:
  static constexpr std::size_t kWindow = 64;
  static constexpr std::size_t kEnough = 20;

  Instant suspect_at() const;
  Instant failed_at() const { return *due_ + config_.loss_threshold; }

  InputLossConfig config_;
  WindowQuantile<Duration, kWindow> lateness_;
  std::optional<Instant> due_;
  Instant now_{};
};

}  // namespace understudy::health
