// All that is measured about one source, and the one answer that the controller gets: the worst verdict with its reason.
// The monitors do not know each other; they meet here.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "core/failover/view.h"
#include "core/health/failed_requests.h"
#include "core/health/input_loss.h"
#include "core/health/playlist_stale.h"
#include "core/health/rule.h"
#include "core/health/segment_errors.h"
#include "core/loading/source_loader.h"

namespace understudy::session {

// A request is late when it brought no byte for longer than 95 % of its predecessors, by this much (FAILOVER.md 11); and before
// there are enough of those, after the prior.
inline constexpr Duration kSilenceMargin = from_ms(150);
inline constexpr Duration kSilencePrior = from_ms(650);

class SourceMonitor {
 public:
  explicit SourceMonitor(const Policy& policy);

  struct Context {
    Instant now{};
    const loading::SourceLoader& loader;
    std::optional<Duration> buffer;  // of the source on air
    std::optional<Duration> until_too_late;  // from which on another one can't be prepared before the buffer is empty
    std::optional<MediaTime> good_until;  // of its media in the pipeline
    bool on_air = false;             // lateness counts for the source on air, or the one that is starting
    bool status_answered = true;     // a status poll ended after the last evidence, or there is no service to ask
    bool says_playing = true;        // what the status calls it
    bool ends_are_losses = true;     // EXT-X-ENDLIST is one even where it was there from the start
  };

  void observe(const std::vector<loading::Observation>& observations);
  failover::Assessment assess(const Context& context);
  /// When assess() may change by itself.
  Instant next_deadline() const { return deadline_; }
  /// Loading begins anew, the clock jumped, or the viewer paused: lateness is counted from here.
  void reset(Instant now);
  /// Fresh and free of trouble since then.
  std::optional<Instant> healthy_since() const { return healthy_since_; }
  /// At least kPollsWell of the last kPolls playlist reloads that had something to say brought news (FAILOVER.md 4).
  bool polls_well() const;
  /// Its playlist stands still, as far as it is followed in its own rhythm.
  bool stale(Instant now) const { return playlist_stale_.verdict(now) == health::Verdict::failed; }
  /// By the rules; of the last assess().
  bool healthy() const { return healthy_; }

 private:
  failover::Assessment judge(const Context& c);
  std::optional<failover::Assessment> hard_evidence(const Context& c);
  failover::Assessment lateness(const Context& c);
  void follow_due(const Context& c);
  void apply_rules(const Context& c);
  void await_recovery(const Context& c, failover::Assessment& a) const;
  void wake_at(std::optional<Instant> at) {
    if (at) deadline_ = std::min(deadline_, *at);
  }

  Duration loss_threshold_;
  health::InputLoss input_loss_;
  health::PlaylistStale playlist_stale_;
  health::SegmentErrors segment_errors_;
  health::FailedRequests failed_requests_;
  health::RuleEngine rules_;
  bool healthy_ = true;
  bool turned_unhealthy_ = false;  // since the last reset
  Instant deadline_ = Instant::max();
  Instant since_{};
  bool was_ok_ = true;
  bool delivered_since_ = false;  // a whole segment, since the trouble began
  std::optional<Instant> doubted_since_;  // its status says it is not playing
  bool only_doubted_ = false;             // it is not ok for nothing else
  failover::Assessment last_;                          // while it is not ok
  std::optional<Instant> last_good_segment_;
  std::optional<MediaTime> good_at_loss_;  // where its good media ended when the trouble began
  std::optional<Instant> healthy_since_;
  static constexpr std::size_t kPolls = 5;
  static constexpr std::ptrdiff_t kPollsWell = 4;
  std::deque<bool> polls_;
};

}  // namespace understudy::session
