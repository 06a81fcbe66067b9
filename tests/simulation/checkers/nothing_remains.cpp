// FAILOVER.md 12.11: after stop, no request, timer or callback remains; memory, sockets and logs are bounded at all times.
//
// The session's end leaves nothing at all. A stop by the document leaves the slow poll (section 4) and a poster, until a document says
// something else. At all times: so many requests and open sources per member, and so many outputs and turns at once.
#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"

namespace understudy::simulation {

namespace {

constexpr std::size_t kPerSource = 6;       // two streams: a playlist, a segment, an init section each
constexpr std::size_t kOfTheSession = 2;    // a poll and a poster
constexpr int kMostOutputs = 400;           // of one input
constexpr int kMostTurns = 400;             // within one instant
constexpr Duration kUnderWay = std::chrono::seconds(10);

class NothingRemains final : public Checker {
 public:
  using Checker::Checker;
  std::string_view name() const override { return "nothing_remains"; }

  void on_change() override {
    if (!has_service(truth)) return;
    const bool stop = says_stop(truth.document());
    if (stop && !said_since_) said_since_ = truth.now();
    if (!stop) said_since_.reset();
  }

  void on_input(const session::Input& input) override {
    outputs_ = 0;
    turns_ = truth.now() == turn_at_ ? turns_ + 1 : 0;
    turn_at_ = truth.now();
    if (turns_ == kMostTurns) violated("it asks for ever more turns within one instant");
    if (std::holds_alternative<session::EndSession>(input)) ended_ = true;
    if (const auto* done = std::get_if<loading::FetchDone>(&input)) requests_.cancel(done->id);
  }

  void on_output(const session::Output& output) override {
    if (++outputs_ == kMostOutputs) violated("ever more outputs of one input");
    if (over_ && !std::holds_alternative<session::Deadline>(output)) violated("an output after the end, kind " + std::to_string(output.index()));
    if (const auto* fetch = std::get_if<loading::Fetch>(&output)) on_fetch(*fetch);
    if (const auto* cancel = std::get_if<loading::CancelFetch>(&output)) requests_.cancel(cancel->id);
    if (const auto* open = std::get_if<loading::OpenSource>(&output)) on_open(open->source);
    if (const auto* open = std::get_if<loading::OpenDirect>(&output)) on_open(open->source);
    if (const auto* close = std::get_if<loading::CloseSource>(&output)) open_.erase(close->source);
    if (std::holds_alternative<session::StartPlayback>(output)) stopped_ = false;
    if (const auto* event = std::get_if<Event>(&output)) on_event(*event);
    if (const auto* deadline = std::get_if<session::Deadline>(&output)) on_deadline(*deadline);
  }

  void at_end() override {
    if (over_ && truth.requests_under_way() != 0) violated("requests are under way after the end");
  }

 private:
  void on_event(const Event& event) {
    if (event.type == EventType::stopped) {
      stopped_ = true;
      if (event.reason == Reason::end_of_stream) ended_ = true;
    }
    if (event.type == EventType::status_changed || event.type == EventType::started) stopped_ = false;
  }

  void on_fetch(const loading::Fetch& fetch) {
    requests_.begin(fetch, truth.now());
    if (!fetch.source) return;
    std::size_t same = 0;
    for (const auto& [id, open] : requests_) same += open.source == fetch.source ? 1 : 0;
    if (same > kPerSource) violated(std::to_string(same) + " requests under way to one source");
    if (requests_.size() - same > kOfTheSession + kPerSource * names()) violated("too many requests under way");
    if (stopped_ && said_since_ && truth.now() - *said_since_ > kUnderWay) violated("a request for media after the stop: " + fetch.url);
  }

  void on_open(SourceId source) {
    open_[source] = true;
    if (open_.size() > 1 + status::kMaxMembers) violated("too many open sources");
  }

  /// The outputs of one input are complete.
  void on_deadline(const session::Deadline& deadline) {
    if (!stopped_ && !ended_) return;
    for (const auto& [id, open] : requests_)
      if (open.source || ended_) {
        violated("a request goes on after the stop");
        break;
      }
    if (!open_.empty()) violated("a source stays open after the stop");
    if (ended_ && deadline.at != Instant::max()) violated("a timer goes on after the end");
    const bool only_polls = deadline.at == Instant::max() || deadline.reason == session::DeadlineReason::status_poll;
    if (!ended_ && !only_polls) violated("a timer goes on after the stop that is no poll's");
    over_ = over_ || ended_;
  }

  std::size_t names() const {
    std::size_t n = 0;
    for_each_member(truth, [&](const std::string&, bool) { ++n; });
    return n;
  }

  Requests requests_;
  std::map<SourceId, bool> open_;
  std::optional<Instant> said_since_;
  int outputs_ = 0;
  int turns_ = 0;
  Instant turn_at_{};
  bool stopped_ = false;
  bool ended_ = false;  // the session was ended
  bool over_ = false;   // and its last outputs were given
};

}  // namespace

CheckerPtr nothing_remains(const Truth& truth) { return std::make_unique<NothingRemains>(truth); }

}  // namespace understudy::simulation
