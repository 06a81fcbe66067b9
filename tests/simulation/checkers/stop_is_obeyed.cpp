// FAILOVER.md 12.1: nothing of a source plays later than section 4's bound after the service says the primary is stopped: 1.2 × the
// poll interval + the document's cache age + one request, as long as the service is reachable.
//
// A poll that failed lets the next one wait for its back-off or for what Retry-After asks, both at most 30 s (2.1), Retry-After with
// a fifth of spread on top: from then on the bound counts; so it does from the end of a cache that handed out old documents, whatever
// had happened before. A poll that was sent before the service could be reached may fail by what it brings, however late. With
// keepFallbackOnTimeout a timeout ends only what is not a healthy fallback: for such a one the bound counts from when that is no longer
// so.
// And of section 3: under `stopping` the buffer plays out and nothing falls back.
#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"

namespace understudy::simulation {

namespace {

constexpr Duration kBackOff = kLongestRetryAfter + kLongestRetryAfter / 5;

class StopIsObeyed final : public Checker {
 public:
  using Checker::Checker;
  std::string_view name() const override { return "stop_is_obeyed"; }

  void on_output(const session::Output& output) override {
    if (const auto* fetch = std::get_if<loading::Fetch>(&output); fetch != nullptr && fetch->purpose == loading::Purpose::status) {
      poll_ = fetch->id;
      sent_at_ = truth.now();
    }
    const auto* event = std::get_if<Event>(&output);
    if (event == nullptr) return;
    if (event->type == EventType::started || event->type == EventType::switched) shows_ = true;
    if (event->type == EventType::pre_live || event->type == EventType::stopped) shows_ = false;
    const bool forced = event->reason != Reason::manual && event->reason != Reason::failback;
    if (event->type == EventType::hedge_started && forced && shows_ && stopping_since_ && *stopping_since_ < knows_of_)
      violated("a hedge (" + std::string(to_string(event->reason)) + ") while the channel is stopping");
  }

  void on_input(const session::Input& input) override {
    const auto* done = std::get_if<loading::FetchDone>(&input);
    if (done == nullptr || poll_ != done->id) return;
    note_cache();
    if (poll_ok(*done) && truth.service_reachable() && sent_at_ > cached_until_) knows_of_ = sent_at_;
    const bool ok = poll_ok(*done) && !done->retry_after && truth.service_reachable() && sent_at_ > unreachable_until_;
    // The interval by which the next poll comes is the one that this answer told; one of a cache's told an earlier one.
    told_interval_ = ok && sent_at_ > cached_until_ ? poll_interval(truth) : std::max(told_interval_, poll_interval(truth));
    backed_off_until_ = ok ? Instant{} : truth.now() + std::max(kBackOff, told_interval_);
  }

  void on_change() override {
    if (!has_service(truth)) return;
    note_stay();
    const bool stopping = truth.document().status == status::ChannelStatus::stopping;
    if (!stopping) stopping_since_.reset();
    else if (!stopping_since_) stopping_since_ = truth.now();
    const bool stop = says_stop(truth.document());
    if (stop && !stopped_at_) stopped_at_ = truth.now();
    if (!stop) stopped_at_.reset();
    if (!truth.service_reachable()) reachable_ = false;
    else if (!reachable_) {
      reachable_ = true;
      unreachable_until_ = truth.now();
      backed_off_until_ = std::max(backed_off_until_, truth.now() + std::max(kBackOff, told_interval_));
    }
    if (truth.awake_since() == truth.now()) backed_off_until_ = std::max(backed_off_until_, truth.now() + std::max(kBackOff, told_interval_));
  }

  void on_shown(const world::Shown& shown) override {
    note_cache();
    if (!stopped_at_ || !reachable_) return;
    const bool fallback = shown.source.value != 0;
    if (may_stay_ && fallback) return;
    const Duration interval = std::max(told_interval_, poll_interval(truth));
    const Instant since = fallback ? std::max(*stopped_at_, may_stay_until_) : *stopped_at_;
    const Instant until = std::max({since, backed_off_until_, cached_until_}) + interval + interval / 5 + kOneRequest;
    if (shown.at > until) violated("a picture " + ms_text(shown.at - *stopped_at_) + " after the stop, " + ms_text(shown.at - until) + " too late");
  }

 private:
  void note_cache() {
    if (truth.document_age() > Duration::zero()) cached_until_ = truth.now();
  }
  void note_stay() {
    if (may_stay_) may_stay_until_ = truth.now();
    may_stay_ = truth.document().stop_reason == status::StopReason::timeout && policy_of(truth).keep_fallback_on_timeout;
  }

  std::optional<RequestId> poll_;
  Duration told_interval_{};
  Instant backed_off_until_{};
  std::optional<Instant> stopped_at_;
  bool reachable_ = true;
  Instant unreachable_until_{-std::chrono::hours(1)};
  bool may_stay_ = false;
  Instant may_stay_until_{};
  Instant cached_until_{};  // what came before was no answer of the service's
  Instant sent_at_{};   // the last poll
  Instant knows_of_{};  // when the last good one was sent
  std::optional<Instant> stopping_since_;
  bool shows_ = false;
};

}  // namespace

CheckerPtr stop_is_obeyed(const Truth& truth) { return std::make_unique<StopIsObeyed>(truth); }

}  // namespace understudy::simulation
