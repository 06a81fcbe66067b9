// FAILOVER.md 12.2: a disabled, inactive, removed, penalised or never-delivered member is never switched to (unless all are
// penalised).
//
// Not able any more counts once the engine could know: a poll that was sent after the edit came back. Delivered means that the media
// pipeline's last report before the commit held the candidate's media for the splice (`splice_ready`, section 3). Penalised is who
// answered a hedge with 401 or 403: for penaltyMs from the first such answer no other hedge goes there, unless the app asks for one
// by name (section 4).
#include <vector>

#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"

namespace understudy::simulation {

namespace {

class OnlyAbleMembers final : public Checker {
 public:
  using Checker::Checker;
  std::string_view name() const override { return "only_able_members"; }

  void on_change() override {
    std::map<std::string, bool> able;
    for_each_member(truth, [&](const std::string& name, bool is) { able[name] = is; });
    for (auto& [name, unable_since] : unable_since_)
      if (able.count(name) == 0 && !unable_since) unable_since = truth.now();  // removed
    for (const auto& [name, is] : able) {
      auto& unable_since = unable_since_[name];
      if (is) unable_since.reset();
      else if (!unable_since) unable_since = truth.now();
    }
  }

  void on_input(const session::Input& input) override {
    if (const auto* state = std::get_if<session::MediaState>(&input)) {
      ready_.clear();
      for (const session::SourceBuffer& b : state->sources)
        if (b.splice_ready) ready_.push_back(b.source);
      return;
    }
    const auto* done = std::get_if<loading::FetchDone>(&input);
    if (done == nullptr) return;
    const auto open = requests_.finish(done->id);
    if (!open) return;
    note_cache();
    if (open->purpose == loading::Purpose::status && poll_ok(*done) && truth.service_reachable() && open->sent > cached_until_)
      knows_of_ = open->sent;
    const bool denied = done->error.code == ErrorCode::none && (done->status == 401 || done->status == 403);
    if (denied && open->source && candidate_ == open->source && !denied_at_) denied_at_ = truth.now();
  }

  void on_output(const session::Output& output) override {
    note_cache();
    if (const auto* fetch = std::get_if<loading::Fetch>(&output)) requests_.begin(*fetch, truth.now());
    if (const auto* cancel = std::get_if<loading::CancelFetch>(&output)) requests_.cancel(cancel->id);
    if (const auto* event = std::get_if<Event>(&output)) on_event(*event);
  }

 private:
  void note_cache() {
    if (truth.document_age() > Duration::zero()) cached_until_ = truth.now();
  }

  void on_event(const Event& event) {
    switch (event.type) {
      case EventType::hedge_started:
        candidate_ = event.source;
        denied_at_.reset();
        if (event.reason != Reason::manual) check_penalty(event);
        break;
      case EventType::hedge_cancelled:
        if (denied_at_ && candidate_ == event.source)
          penalised_until_[*candidate_] = *denied_at_ + from_ms(policy_of(truth).penalty_ms);
        candidate_.reset();
        break;
      case EventType::committed:
        candidate_.reset();
        check_commit(event);
        break;
      case EventType::pre_live:
      case EventType::started: candidate_.reset(); break;
      case EventType::stopped:
        candidate_.reset();
        penalised_until_.clear();  // all is forgotten; a later start is a new viewing
        break;
      default: break;
    }
  }

  void check_penalty(const Event& event) {
    const auto it = penalised_until_.find(*event.source);
    if (it != penalised_until_.end() && truth.now() < it->second)
      violated("a hedge to " + truth.name_of(*event.source) + ", which is penalised for another " + ms_text(it->second - truth.now()));
  }

  void check_commit(const Event& event) {
    const std::string to = truth.name_of(*event.source);
    if (std::find(ready_.begin(), ready_.end(), *event.source) == ready_.end())
      violated("a commit to " + to + ", which has not delivered what covers the splice");
    if (!has_service(truth)) return;
    const auto it = unable_since_.find(to);
    const bool known = it != unable_since_.end() && it->second && *it->second < knows_of_;
    if (known) violated("a commit to " + to + ", which is disabled, inactive, stopped or removed");
  }

  Requests requests_;
  std::vector<SourceId> ready_;                                 // at most the members
  std::map<std::string, std::optional<Instant>> unable_since_;  // by member
  Instant cached_until_{};                                      // what was asked for before told of an earlier time
  Instant knows_of_{};                                          // when the last good poll was sent
  std::optional<SourceId> candidate_;
  std::optional<Instant> denied_at_;
  std::map<SourceId, Instant> penalised_until_;
};

}  // namespace

CheckerPtr only_able_members(const Truth& truth) { return std::make_unique<OnlyAbleMembers>(truth); }

}  // namespace understudy::simulation
