// FAILOVER.md 10, for 12.9: polls carry ±20 % jitter and honour the document's ttlMs; a status outage never adds load.
//
// Two polls are at least 0.8 × the interval apart, unless evidence of a loss asks for one at once (section 3): then 250 ms suffice. The waits of
// polls that succeed are spread over the jitter's range, and those of polls that fail grow. Chances of a good engine to look bad here are
// below one in 10⁹ for each window.
//
// The interval is the one that the engine was told: a failed poll changes nothing (section 1), so a document that it has not got yet, or
// that a cache kept from it, does not lengthen it.
#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"

namespace understudy::simulation {

namespace {

constexpr Duration kAtOnce = from_ms(250);
constexpr int kWindow = 24;
constexpr Duration kBackOffShows = std::chrono::seconds(8);  // intervals close to the cap of 30 s leave no room to grow

class PollsAreSpread final : public Checker {
 public:
  using Checker::Checker;
  std::string_view name() const override { return "polls_are_spread"; }

  void on_input(const session::Input& input) override {
    const auto* done = std::get_if<loading::FetchDone>(&input);
    if (done == nullptr || poll_ != done->id) return;
    poll_.reset();
    const bool ok = poll_ok(*done);
    note_service();
    if (ok && sent_at_ > troubled_until_) told_ = since_sent_;
    const Duration interval = told_;
    // What a service in trouble answers may be a document, an old one, or none.
    const bool unclear = done->retry_after || (ok && !truth.service_reachable());
    if (ok != ok_ || interval != interval_ || unclear) forget();
    ok_ = ok;
    interval_ = interval;
    done_at_ = truth.now();
    hastened_ = false;
  }

  void on_change() override {
    note_service();
    since_sent_ = std::min(since_sent_, poll_interval(truth));
    told_ = std::min(told_, poll_interval(truth));
  }

  void on_output(const session::Output& output) override {
    if (const auto* event = std::get_if<Event>(&output)) {
      if (event->type == EventType::intent_to_fallback) hastened_ = true;
      if (event->type == EventType::stopped || event->type == EventType::error) forget();  // another rhythm
    }
    const auto* fetch = std::get_if<loading::Fetch>(&output);
    if (fetch == nullptr || fetch->purpose != loading::Purpose::status) return;
    const Instant now = truth.now();
    if (poll_) violated("a poll while another one is under way");
    if (done_at_) {
      const bool at_once = hastened_ && now - sent_at_ >= kAtOnce;
      if (!at_once && now - *done_at_ < interval_ * 8 / 10) violated("a poll " + ms_text(now - *done_at_) + " after the last answer");
      if (hastened_ || now - truth.awake_since() < interval_ * 2) forget();
      else note(now - *done_at_);
    }
    sent_at_ = now;
    poll_ = fetch->id;
    since_sent_ = poll_interval(truth);
    note_service();
  }

 private:
  void note_service() {
    if (troubled_) troubled_until_ = truth.now();
    troubled_ = !truth.service_reachable() || truth.document_age() > Duration::zero();
    if (troubled_) troubled_until_ = truth.now();
  }

  void forget() {
    waits_ = 0;
    sum_ = least_wait_ = longest_wait_ = Duration::zero();
  }

  void note(Duration wait) {
    least_wait_ = waits_ == 0 ? wait : std::min(least_wait_, wait);
    longest_wait_ = std::max(longest_wait_, wait);
    sum_ += wait;
    if (++waits_ < kWindow) return;
    if (ok_ && longest_wait_ - least_wait_ < interval_ / 10) violated("polls come in step: " + ms_text(least_wait_) + " to " + ms_text(longest_wait_));
    if (!ok_ && interval_ <= kBackOffShows && sum_ < interval_ * kWindow * 13 / 10)
      violated("failed polls do not back off: " + ms_text(sum_ / kWindow) + " between them");
    forget();
  }

  std::optional<RequestId> poll_;
  Instant sent_at_{};
  std::optional<Instant> done_at_;
  bool ok_ = false;
  bool hastened_ = false;
  Duration interval_{};
  Duration since_sent_ = Duration::max();  // the least of the documents since the last poll was sent
  // The least of those that the last document that came may have said, and of all later ones. Before the first one, that of no document.
  Duration told_ = from_ms(truth.config().policy_override.value_or(Policy{}).poll_ms);
  bool troubled_ = false;
  Instant troubled_until_{-std::chrono::hours(1)};
  int waits_ = 0;
  Duration sum_{};
  Duration least_wait_{};
  Duration longest_wait_{};
};

}  // namespace

CheckerPtr polls_are_spread(const Truth& truth) { return std::make_unique<PollsAreSpread>(truth); }

}  // namespace understudy::simulation
