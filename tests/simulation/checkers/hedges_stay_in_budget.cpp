// FAILOVER.md 12.8: extra bytes fetched from candidates stay within the standby mode's budget (section 6, and the hedge budget of 3).
//
// cold: nothing is fetched from a member that waits, but for a hedge and for the minute after a suspicion that raises it to warm.
// warm: playlists only, at most 2 % of the media bytes. hot: media is fetched in step; not counted. A hedge on mere suspicion that was given up
// again costs at most hedgeBudget % of ten minutes of media; one after hard evidence, after lossThresholdMs, of a playlist that stands still
// for 2 S or of a body that trickles in too late, which declare a loss too (11), costs what it costs. Hard is also what only a list tells: that it
// went back, was emptied, ended or has a gap; and what failed of a source while it was prepared or switched to. What a command asked for (4) is no
// standby's cost. Settings hold from the next decision (4): while a switch is under way there is none.
// A hedge is weighed before its bytes are known, and the members that are tried in turn count as one decision: so much more is allowed.
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"

namespace understudy::simulation {

namespace {

constexpr std::size_t kSlots = 20;
constexpr Duration kSlot = kTenMinutes / kSlots;
constexpr Duration kRaised = std::chrono::seconds(70);  // section 6: suspicion raises a candidate, for a minute
// What a candidate loads beyond the splice, and the sound that is compared before it; both in whole segments, and without dates it may
// have to look back by one more (section 7).
constexpr Duration kAroundSplice = std::chrono::seconds(4);
// Commands are done one by one, of a storm the last after two seconds, and a suspend of up to two more is not noticed (section 3).
constexpr Duration kCommandsRest = std::chrono::seconds(4);

class HedgesStayInBudget final : public Checker {
 public:
  using Checker::Checker;
  std::string_view name() const override { return "hedges_stay_in_budget"; }

  void on_change() override {
    const Policy& policy = policy_of(truth);
    percent_ = std::max(percent_, policy.hedge_budget_percent);
    // What was so up to now counts until a document that says otherwise has come.
    if (standby_ != Standby::cold) allowed_warm_at_ = truth.now();
    if (standby_ == Standby::hot) allowed_hot_at_ = truth.now();
    if (watches_) allowed_watch_at_ = truth.now();
    standby_ = policy.standby;
    watches_ = policy.recovery == Recovery::primary_preferred;
  }

  void on_shown(const world::Shown& shown) override {
    screen_.shown(shown);
    if (truth.document_age() > Duration::zero()) cached_until_ = truth.now();
    if (committed_ == shown.source && !switching_) committed_.reset();
  }

  void on_input(const session::Input& input) override {
    stop_counting_a_loss();
    if (std::holds_alternative<session::SwitchTo>(input)) {  // a candidate that is there already may serve it
      asked_for_ = commanded_ = true;
      counts_ = false;
      commanded_until_ = Instant::max();
    }
    if (const auto* progress = std::get_if<loading::FetchProgress>(&input)) {
      const auto* open = requests_.find(progress->id);
      if (open != nullptr && screen_ && open->source == screen_.source()) body_ = *progress;
      if (open != nullptr && open->source == candidate_ && candidate_) under_way_[progress->id] = progress->bytes;
    }
    if (const auto* closed = std::get_if<loading::SegmentClosed>(&input); closed != nullptr) {
      if (!closed->good) note_hard(closed->source);
      note_arriving(*closed);
    }
    const auto* done = std::get_if<loading::FetchDone>(&input);
    if (done == nullptr) return;
    const auto open = requests_.finish(done->id);
    under_way_.erase(done->id);
    if (!open) return;
    if (open->purpose == loading::Purpose::status && poll_ok(*done) && tells_the_latest(open->sent)) knows_of_ = open->sent;
    if (!open->source) return;
    if (!done->ok()) note_hard(*open->source);
    if (is_coming(*open->source)) note_arriving(open->url, *done);
    if (done->ok() && done->body.find("#EXT-X-TARGETDURATION") != std::string::npos) look_at(listed_[*open->source], done->body);
    if (candidate_ == open->source) hedge_bytes_ += done->body_bytes;
    if (open->purpose == loading::Purpose::media_playlist) count_waiting(*open->source, done->body_bytes);
  }

  void on_output(const session::Output& output) override {
    if (const auto* fetch = std::get_if<loading::Fetch>(&output)) on_fetch(*fetch);
    if (const auto* cancel = std::get_if<loading::CancelFetch>(&output)) {
      requests_.cancel(cancel->id);
      if (const auto it = under_way_.find(cancel->id); it != under_way_.end()) {
        hedge_bytes_ += it->second;
        under_way_.erase(it);
      }
    }
    if (std::holds_alternative<session::StartPlayback>(output) || std::holds_alternative<session::StopMedia>(output)) {
      screen_.forget();
      switching_ = false;
    }
    if (const auto* start = std::get_if<session::StartPlayback>(&output)) in_step_.erase(start->source);
    if (const auto* stands = std::get_if<session::StandBy>(&output)) in_step_.insert(stands->source);
    if (const auto* closed = std::get_if<loading::CloseSource>(&output)) in_step_.erase(closed->source);
    if (const auto* opened = std::get_if<loading::OpenSource>(&output)) {
      listed_[opened->source].opened = truth.now();
      in_step_.erase(opened->source);  // loaded anew
    }
    if (std::holds_alternative<session::Deadline>(output)) judge_requests();
    if (const auto* event = std::get_if<Event>(&output)) on_event(*event);
  }

 private:
  /// What a source listed, and when.
  struct Listed {
    std::string list;
    std::map<std::string, Instant> since;  // of each segment that it lists now
    Instant changed{};                     // a reload that brings the same list brings nothing new (section 11)
    Instant asked{};                       // `changed`, when a segment was last asked for
    Instant due{};                         // of that segment, where it was wanted by then
    Instant opened{};
  };

  void look_at(Listed& source, const std::string& list) const {
    if (list == source.list) return;
    std::map<std::string, Instant> since;
    std::istringstream lines(list);
    for (std::string line; std::getline(lines, line);) {
      if (line.empty() || line.front() == '#') continue;
      const auto known = source.since.find(line);
      since[line] = known == source.since.end() ? truth.now() : known->second;
    }
    source.list = list;
    source.since = std::move(since);
    source.changed = truth.now();
  }

  void ask(Listed& source, const std::string& url) const {
    source.asked = source.changed;
    source.due = truth.now();
    for (const auto& [line, since] : source.since)
      if (url.size() > line.size() && url.compare(url.size() - line.size(), line.size(), line) == 0)
        source.due = std::max(since, source.opened);
  }

  void note_hard(SourceId source) {
    if (!screen_ || screen_.source() != source) return;
    hard_ = true;
    hard_at_ = truth.now();
  }

  /// Section 3: hard after one quick retry in the same place, where there is one, until it comes.
  void note_arriving(const std::string& url, const loading::FetchDone& done) {
    const bool no_retry = done.status == 401 || done.status == 403 || done.retry_after;
    if (done.ok())
      failed_.erase(url);
    else
      failed_[url] += no_retry ? 2 : 1;
  }

  /// It is being prepared, or switched to.
  bool is_coming(SourceId source) const { return source == committed_ || source == candidate_; }

  /// What was cut off is known as a failed request; what came in whole and is damaged is hard evidence by itself.
  void note_arriving(const loading::SegmentClosed& closed) {
    if (!is_coming(closed.source) || closed.good) return;
    if (closed.error && closed.error->code == ErrorCode::body_truncated) return;
    failed_["segment " + std::to_string(closed.msn.value)] = 2;
  }

  bool arrived_broken(SourceId source) const {
    const auto stands = [](const auto& each) { return each.second >= 2; };
    return committed_ == source && std::any_of(failed_.begin(), failed_.end(), stands);
  }

  void on_event(const Event& event) {
    switch (event.type) {
      case EventType::intent_to_fallback:
        hard_ = hard_at_ == truth.now() || arrived_broken(*event.source);  // its quick retry failed too, or it has none
        losing_since_ = truth.now();
        suspected_at_ = truth.now();
        break;
      case EventType::recovered:  // and what was hedged for it ends
        losing_since_.reset();
        suspected_at_ = truth.now();
        if (candidate_) hedged_.insert(*candidate_);
        if (!asked_for_) candidate_.reset();
        break;
      case EventType::hedge_started:
        candidate_ = event.source;
        hedged_.insert(*event.source);
        failed_.clear();
        hedge_bytes_ = 0;
        suspected_bytes_.reset();
        asked_for_ = event.reason == Reason::manual || event.reason == Reason::failback;
        counts_ = !asked_for_ && is_suspicion(event.reason) && !all_are_hot() && !is_hot(*event.source);
        // A command may wait, as until something plays; whoever is prepared by then serves it.
        if (event.reason == Reason::manual || truth.now() > commanded_until_) commanded_ = false;
        asked_for_ = asked_for_ || commanded_;
        break;
      case EventType::hedge_cancelled:
        if (counts_ && !hard_) spend(suspected_bytes_.value_or(hedge_bytes_));
        if (event.source) hedged_.insert(*event.source);
        candidate_.reset();
        counts_ = false;
        break;
      case EventType::committed:
        losing_since_.reset();
        suspected_at_ = truth.now();
        if (event.source != candidate_) failed_.clear();
        committed_ = event.source;
        in_step_.erase(*event.source);
        switching_ = true;
        knew_of_ = knows_of_;
        counts_ = false;
        break;
      case EventType::switched:  // the picture is seen a moment later
        candidate_.reset();
        switching_ = false;
        [[fallthrough]];
      case EventType::started:  // what was asked for meanwhile is done now
        commanded_until_ = truth.now() + kCommandsRest;
        break;
      case EventType::stopped: commanded_ = false; break;
      default: break;
    }
  }

  /// Section 3: from lossThresholdMs of loss on, the budget no longer applies. Loss counts from when media was due, which may be up to half a
  /// segment before it is suspected (section 11); a segment that was asked for was due when it was listed, whatever its source's 95th
  /// percentile, and however late those before it came.
  bool is_suspicion(Reason reason) const {
    if (!screen_ || !losing_since_) return false;
    if (reason == Reason::sequence_restart || reason == Reason::window_emptied || reason == Reason::end_of_list) return false;
    if (reason == Reason::missing_segment) return false;  // listed as a gap, too
    const Duration segment = truth.segment(screen_.name());
    if (comes_too_late()) return false;
    const auto known = listed_.find(screen_.source());
    if (known == listed_.end() || truth.now() - known->second.asked >= 2 * segment) return false;
    return !is_long();
  }

  /// Section 6: hot members are loaded in step, hedge or not.
  bool all_are_hot() const {
    std::int64_t others = -1;
    for_each_member(truth, [&](const std::string&, bool) { ++others; });
    return standby_ == Standby::hot && policy_of(truth).hot_members >= others;
  }

  /// Nor does a hedge fetch anything of one that is loaded in step already, as long as there are no more of them than there may be.
  bool is_hot(SourceId source) const {
    return may_be_hot() && in_step_.count(source) != 0 && static_cast<std::int64_t>(in_step_.size()) <= policy_of(truth).hot_members;
  }

  bool may_be_hot() const { return standby_ == Standby::hot || allowed_hot_at_ >= knows_of_; }

  /// For how long; unset: nothing is being lost.
  std::optional<Duration> lost() const {
    if (!screen_ || !losing_since_) return std::nullopt;
    Duration longest = truth.now() - *losing_since_ + truth.segment(screen_.name()) / 2 + from_ms(500);
    const auto known = listed_.find(screen_.source());
    if (known == listed_.end()) return longest;
    for (const auto& [id, open] : requests_)
      if (open.source == screen_.source() && open.purpose == loading::Purpose::segment)
        longest = std::max(longest, truth.now() - std::min(open.sent, known->second.due));
    return longest;
  }

  bool is_long() const { return *lost() >= from_ms(policy_of(truth).loss_threshold_ms); }

  /// What was hedged on suspicion and lasts counts up to lossThresholdMs of loss.
  void stop_counting_a_loss() {
    if (!counts_ || suspected_bytes_ || !lost() || !is_long()) return;
    suspected_bytes_ = hedge_bytes_;
    for (const auto& [id, arrived] : under_way_) *suspected_bytes_ += arrived;
  }

  /// Section 11, trickle: the projected arrival of a body that is under way misses the latest time to prepare.
  bool comes_too_late() const {
    const auto* open = requests_.find(body_.id);
    if (open == nullptr || open->source != screen_.source() || !body_.content_length || body_.bytes == 0) return false;
    const std::uint64_t left = *body_.content_length - std::min(body_.bytes, *body_.content_length);
    const auto took = static_cast<std::uint64_t>(to_ms(truth.now() - open->sent));
    return from_ms(static_cast<std::int64_t>(took * left / body_.bytes)) > truth.buffer() - kPreparation;
  }

  /// An answer that no cache on the way gave in the service's place.
  bool tells_the_latest(Instant sent) const {
    return truth.service_reachable() && truth.document_age() == Duration::zero() && sent > cached_until_;
  }

  void spend(std::uint64_t bytes) {
    const std::int64_t slot = truth.now().time_since_epoch() / kSlot;
    Slot& s = slots_[static_cast<std::size_t>(slot) % kSlots];
    if (s.number != slot) s = {slot, 0};
    s.bytes += bytes;
    std::uint64_t sum = 0;
    for (const Slot& each : slots_)
      if (slot - each.number < static_cast<std::int64_t>(kSlots)) sum += each.bytes;
    std::int64_t once = 0;
    for_each_member(truth, [&](const std::string& name, bool) {
      once += truth.byte_rate(name) * to_ms(3 * truth.segment(name) + kAroundSplice) / 1000;
    });
    const std::int64_t rate = screen_ ? truth.byte_rate(screen_.name()) : 0;
    const std::int64_t allowed = rate * to_ms(kTenMinutes) / 1000 * percent_ / 100;
    if (static_cast<std::int64_t>(sum) > allowed + (percent_ > 0 ? once : 0))
      violated(std::to_string(sum) + " bytes in ten minutes for hedges on suspicion; the budget is " + std::to_string(allowed));
  }

  void on_fetch(const loading::Fetch& fetch) {
    requests_.begin(fetch, truth.now());
    if (!fetch.source) return;
    const bool media = fetch.purpose == loading::Purpose::segment || fetch.purpose == loading::Purpose::init_section;
    if (fetch.purpose == loading::Purpose::segment) ask(listed_[*fetch.source], fetch.url);
    bool& asked_for_media = asked_[*fetch.source];
    asked_for_media = asked_for_media || media;
  }

  /// Who it is that was asked is known when the outputs of the turn are complete: a hedge is told after its first requests.
  void judge_requests() {
    if (screen_)
      for (const auto& [source, media] : asked_)
        if (source != screen_.source() && source != candidate_ && source != committed_ && hedged_.count(source) == 0)
          judge_request(source, media);
    asked_.clear();
    hedged_.clear();
  }

  void judge_request(SourceId source, bool media) {
    const auto allowed = [&](bool now, Instant last) { return now || last >= (switching_ ? knew_of_ : knows_of_); };
    if (allowed(standby_ == Standby::hot, allowed_hot_at_)) return;
    const std::string who = truth.name_of(source);
    if (media) return violated("media of " + who + ", which only waits");
    if (source.value == 0 && allowed(watches_, allowed_watch_at_)) return;
    const bool raised = losing_since_ || truth.now() - suspected_at_ < kRaised;
    if (!raised && !allowed(standby_ == Standby::warm, allowed_warm_at_)) violated("a request to " + who + ", which waits cold");
  }

  /// Section 6: at most 2 % of the media bytes, in any minute, and some when it is looked up anew.
  void count_waiting(SourceId source, std::uint64_t bytes) {
    if (!screen_ || source == screen_.source() || source == candidate_ || source == committed_) return;
    if (may_be_hot() || watches_ || allowed_watch_at_ >= knows_of_) return;
    Waiting& w = waiting_[source];
    if (truth.now() - w.since >= std::chrono::minutes(1)) w = {truth.now(), 0};
    w.bytes += bytes;
    const auto media = static_cast<std::uint64_t>(truth.byte_rate(screen_.name())) * 60;
    if (w.bytes > media * 2 / 100 + kLookUps * bytes)
      violated(std::to_string(w.bytes) + " bytes within a minute of " + truth.name_of(source) + ", which waits");
  }

  struct Slot {
    std::int64_t number = -1000;
    std::uint64_t bytes = 0;
  };
  static constexpr std::uint64_t kLookUps = 20;

  OnScreen screen_{truth};
  Requests requests_;
  std::optional<SourceId> candidate_;
  std::optional<SourceId> committed_;  // until it is seen
  std::map<std::string, int> failed_;  // of its requests, by address and how often; bounded: those of one switch
  bool switching_ = false;
  std::map<RequestId, std::uint64_t> under_way_;  // of the candidate
  loading::FetchProgress body_;  // the last one of the source on the screen
  std::uint64_t hedge_bytes_ = 0;
  std::optional<std::uint64_t> suspected_bytes_;  // of them, where the loss lasts
  bool counts_ = false;
  bool hard_ = false;
  bool asked_for_ = false;  // by the app, or a failback
  bool commanded_ = false;  // the app asked for something that was not done yet
  Instant commanded_until_{};
  Instant hard_at_{-std::chrono::hours(1)};
  std::map<SourceId, Listed> listed_;
  std::optional<Instant> losing_since_;
  Instant suspected_at_{-std::chrono::hours(1)};
  std::array<Slot, kSlots> slots_{};
  std::map<SourceId, bool> asked_;  // in this turn; whether for media
  std::set<SourceId> hedged_;       // in this turn, or until now
  std::set<SourceId> in_step_;      // loaded, and told to stand by
  struct Waiting {
    Instant since{};
    std::uint64_t bytes = 0;
  };
  std::map<SourceId, Waiting> waiting_;
  std::int64_t percent_ = 0;
  Standby standby_ = Standby::cold;
  bool watches_ = false;
  Instant knows_of_{};
  Instant knew_of_{};  // when it committed
  Instant cached_until_{};
  Instant allowed_warm_at_{-std::chrono::hours(1)};
  Instant allowed_hot_at_{-std::chrono::hours(1)};
  Instant allowed_watch_at_{-std::chrono::hours(1)};
};

}  // namespace

CheckerPtr hedges_stay_in_budget(const Truth& truth) { return std::make_unique<HedgesStayInBudget>(truth); }

}  // namespace understudy::simulation
