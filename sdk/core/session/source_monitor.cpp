#include "core/session/source_monitor.h"

#include <algorithm>

namespace understudy::session {

using failover::Assessment;
using health::Verdict;
using Kind = loading::Observation::Kind;

SourceMonitor::SourceMonitor(const Policy& policy)
    : loss_threshold_(from_ms(policy.loss_threshold_ms)),
      input_loss_({.loss_threshold = loss_threshold_}),
      rules_(*health::RuleEngine::make(health::default_rules())) {}

void SourceMonitor::observe(const std::vector<loading::Observation>& observations) {
  for (const loading::Observation& o : observations) {
    switch (o.kind) {
      case Kind::playlist_updated:
        polls_.push_back(true);
        playlist_stale_.observe(health::PlaylistStale::Updated{o.segment_duration}, o.at);
        break;
      case Kind::playlist_stuck:
      case Kind::playlist_reset: break;
      case Kind::request_ok: failed_requests_.observe({.failed = false}, o.at); break;
      case Kind::request_failed:
        polls_.push_back(false);
        failed_requests_.observe({.failed = true}, o.at);
        break;
      case Kind::segment_arrived: input_loss_.observe(health::InputLoss::MediaArrived{}, o.at); break;
      case Kind::segment_good:
        segment_errors_.observe({.good = true}, o.at);
        last_good_segment_ = o.at;
        delivered_since_ = true;
        break;
      case Kind::segment_bad: segment_errors_.observe({.good = false}, o.at); break;
    }
  }
  while (polls_.size() > kPolls) polls_.pop_front();
}

bool SourceMonitor::polls_well() const { return std::count(polls_.begin(), polls_.end(), true) >= kPollsWell; }

void SourceMonitor::reset(Instant now) {
  input_loss_.reset(now);
  input_loss_.observe(health::InputLoss::NothingDue{}, now);
  playlist_stale_.reset(now);
  segment_errors_.reset(now);
  failed_requests_.reset(now);
  rules_.reset(now);
  was_ok_ = true;
  healthy_since_.reset();
  polls_.clear();
}

Assessment SourceMonitor::assess(const Context& c) {
  deadline_ = Instant::max();
  follow_due(c);
  apply_rules(c);
  Assessment a = judge(c);
  only_doubted_ = a.verdict == Verdict::ok ? only_doubted_ : a.reason == Reason::status_not_playing && (was_ok_ || only_doubted_);
  await_recovery(c, a);
  if (a.verdict == Verdict::ok) {
    was_ok_ = true;
  } else if (was_ok_) {
    was_ok_ = false;
    since_ = c.now;
    delivered_since_ = false;
    good_at_loss_ = c.good_until;
  }
  a.since = since_;
  a.media_due = std::min(c.loader.media_due().value_or(since_), since_);
  last_ = a;
  const bool fresh = c.loader.has_playlist() && playlist_stale_.verdict(c.now) == Verdict::ok && !c.loader.trouble() &&
                     !c.loader.ended() && healthy_;
  if (!fresh)
    healthy_since_.reset();
  else if (!healthy_since_)
    healthy_since_ = c.now;
  return a;
}

// FAILOVER.md 3: a loss is cancelled by the *whole next* segment: not by the first sign of life, nor by the segment that ended the loss
// before, in the same instant, nor by one behind a hole, as an encoder that began anew leaves it. Of a status that is taken back nothing is left to recover from.
void SourceMonitor::await_recovery(const Context& c, Assessment& a) const {
  const bool grown = !good_at_loss_ || (c.good_until && *c.good_until > *good_at_loss_);
  if (a.verdict != Verdict::ok || was_ok_ || (delivered_since_ && grown) || !c.on_air) return;
  if (only_doubted_ && c.says_playing) return;
  a = last_;
  a.verdict = Verdict::suspect;
}

// What is not listed yet is the playlist's lateness, which has a monitor of its own; a body that comes in faster than it plays
// is not late, however long the segment.
void SourceMonitor::follow_due(const Context& c) {
  const auto due = c.on_air ? c.loader.listed_since() : std::nullopt;
  if (due)
    input_loss_.observe(health::InputLoss::MediaDue{*due}, c.now);
  else
    input_loss_.observe(health::InputLoss::NothingDue{}, c.now);
  playlist_stale_.observe(health::PlaylistStale::LookedAt{c.loader.longest_reload_interval()}, c.now);
  if (c.loader.ended()) playlist_stale_.observe(health::PlaylistStale::NotExpected{}, c.now);
  if (due) wake_at(input_loss_.next_deadline(c.now));
  if (c.loader.has_playlist()) wake_at(playlist_stale_.next_deadline(c.now));
}

void SourceMonitor::apply_rules(const Context& c) {
  using health::Metric;
  const Instant now = c.now;
  const std::int64_t missing = c.loader.flows() ? 0 : input_loss_.value(now);
  rules_.observe(Metric::input_loss, {missing, missing > 0}, now);
  rules_.observe(Metric::playlist_stale, {playlist_stale_.value(now), playlist_stale_.value(now) > 0}, now);
  rules_.observe(Metric::segment_errors, {segment_errors_.value(now), false}, now);
  rules_.observe(Metric::failed_requests, {failed_requests_.value(now), false}, now);
  const auto health = rules_.health(now);
  healthy_ = health.healthy;
  turned_unhealthy_ = health.news;
  wake_at(rules_.next_deadline(now));
}

Assessment SourceMonitor::judge(const Context& c) {
  if (auto hard = hard_evidence(c)) return *hard;
  Assessment late = c.on_air ? lateness(c) : Assessment{};
  if (late.verdict != Verdict::ok) return late;
  // FAILOVER.md 1: a source that delivers is not left because of its status; that starts a hedge, no more. So it is doubted until
  // its next whole segment, once.
  if (c.says_playing || !c.on_air) doubted_since_.reset();
  else if (!doubted_since_) doubted_since_ = c.now;
  if (doubted_since_ && (!last_good_segment_ || *last_good_segment_ <= *doubted_since_))
    return Assessment{Verdict::suspect, Reason::status_not_playing, std::nullopt, false, {}, {}};
  // What the metrics held against it before it came on the air is no evidence for leaving it (FAILOVER.md 4, 12.6), only for not
  // going there.
  if (c.on_air ? turned_unhealthy_ : !healthy_)
    return Assessment{Verdict::suspect, Reason::health_metric, std::nullopt, false, {}, {}};
  return late;
}

std::optional<Assessment> SourceMonitor::hard_evidence(const Context& c) {
  if (const auto trouble = c.loader.trouble())
    return Assessment{Verdict::failed, trouble->reason, trouble->error, true, {}, {}};
  // A list that ends may be an ordinary stop: declared once the status had its say (FAILOVER.md 11).
  if (c.loader.ended_while_live() || (c.loader.ended() && c.ends_are_losses))
    return Assessment{c.status_answered ? Verdict::failed : Verdict::suspect, Reason::end_of_list, std::nullopt, true, {}, {}};
  return std::nullopt;
}

Assessment SourceMonitor::lateness(const Context& c) {
  Assessment worst;
  const auto consider = [&](Verdict verdict, Reason reason) {
    if (static_cast<int>(verdict) > static_cast<int>(worst.verdict)) worst = Assessment{verdict, reason, std::nullopt, false, {}, {}};
  };
  if (const auto silent = c.loader.silent_since()) {
    const auto usual = c.loader.pace().first_byte(95);
    const Instant failed_at = *silent + loss_threshold_;
    Instant suspect_at = std::min(*silent + (usual ? *usual + kSilenceMargin : kSilencePrior), failed_at);
    // As slow as ever is too slow where the buffer does not bear it: a preparation begins in time (FAILOVER.md 3).
    if (c.until_too_late) suspect_at = std::min(suspect_at, std::max(*silent + kSilencePrior, c.now + *c.until_too_late));
    if (c.now >= failed_at)
      consider(Verdict::failed, Reason::first_byte_timeout);
    else if (c.now >= suspect_at)
      consider(Verdict::suspect, Reason::first_byte_timeout);
    for (const Instant at : {suspect_at, failed_at})
      if (at > c.now) wake_at(at);
  }
  if (const auto until = c.loader.trickles_until()) {
    const bool too_late = c.buffer && *until > c.now + *c.buffer;
    consider(too_late ? Verdict::failed : Verdict::suspect, Reason::trickle);
  }
  // Just being asked for: its answer tells. One that does not come is silence.
  const Verdict stale = playlist_stale_.verdict(c.now);
  if (stale == Verdict::failed || !c.loader.reloading()) consider(stale, Reason::playlist_stale);
  if (!c.loader.flows()) consider(input_loss_.verdict(c.now), Reason::input_loss);
  return worst;
}

}  // namespace understudy::session
