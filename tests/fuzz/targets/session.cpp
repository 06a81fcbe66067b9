// Any sequence of inputs to a session (support/session_script.h says how bytes become inputs). Whatever it is told:
//  - what it puts out ends, soon, with a Deadline that lies ahead;
//  - it never has more requests open than its members can use, uses no request id twice and cancels only what is open;
//  - it splices only to what it had prepared;
//  - left alone by everybody it does not spin: only so many turns and requests a second;
//  - ended, nothing of it remains;
//  - its trace replays to the same outputs.
// With UNDERSTUDY_FUZZ_TRACE set it prints the trace as it goes.
#include <algorithm>
#include <set>

#include "core/trace/recorder.h"
#include "core/trace/replay.h"
#include "support/session_script.h"

using namespace understudy;

namespace {

constexpr std::size_t kMaxInputs = 200;
constexpr int kMaxOutputs = 400;           // of one input
constexpr std::size_t kMaxOpen = 17 * 6 + 2;  // members; the status and the poster
constexpr int kAloneSeconds = 20;
constexpr int kMaxTurnsASecond = 50;
constexpr int kMaxRequestsASecond = 17 * 4;

class Checked {
 public:
  explicit Checked(fuzz::SessionScript& script)
      : script_(script), config_(script.config()), session_(config_),
        recorder_(session_, config_, [this](std::string_view line) { note(line); }) {}

  void handle(const session::Input& input) {
    latest_ = std::max(latest_, script_.now());
    recorder_.handle(input, script_.now(), script_.wall());
    drain();
  }
  const session::Deadline& deadline() const { return deadline_; }
  bool ended() const { return ended_; }
  int requests() const { return requests_; }

  void check_replay() const {
    const auto replayed = trace::replay(trace_);
    PROMISE(replayed.has_value());
    PROMISE(!replayed->difference);
  }

 private:
  void note(std::string_view line) {
    static const bool print = std::getenv("UNDERSTUDY_FUZZ_TRACE") != nullptr;
    if (print) std::fprintf(stderr, "%.*s\n", static_cast<int>(std::min<std::size_t>(line.size(), 300)), line.data());
    (trace_ += line) += '\n';
  }
  void drain() {
    for (int count = 0;; ++count) {
      PROMISE(count < kMaxOutputs);
      const session::Output output = recorder_.poll_output();
      std::visit([this](const auto& o) { check(o); }, output);
      script_.note(output);
      PROMISE(script_.open().size() <= kMaxOpen);
      if (const auto* deadline = std::get_if<session::Deadline>(&output)) {
        deadline_ = *deadline;
        break;
      }
    }
    PROMISE(deadline_.at > latest_);
    if (!ended_) return;
    PROMISE(script_.open().empty());
    PROMISE(session_.state() == PlayerState::stopped && deadline_.at == Instant::max());
  }

  void check(const loading::Fetch& fetch) {
    PROMISE(!ended_);
    PROMISE(fetch.id.value > last_request_);
    last_request_ = fetch.id.value;
    PROMISE(fetch.max_body_bytes > 0 && !fetch.url.empty());
    PROMISE((fetch.purpose == loading::Purpose::segment) == fetch.segment.has_value());
    if (fetch.segment) PROMISE(opened_.count(fetch.segment->source) == 1);
    ++requests_;
  }
  void check(const loading::CancelFetch& cancel) { PROMISE(script_.open().count(cancel.id) == 1); }
  void check(const loading::OpenSource& open) { opened_.insert(open.source); }
  void check(const loading::OpenDirect& open) { opened_.insert(open.source); }
  void check(const loading::CloseSource& close) {
    opened_.erase(close.source);
    prepared_.erase(close.source);
  }
  void check(const session::Prepare& prepare) { prepared_.insert(prepare.source); }
  void check(const session::StandBy& stand) { prepared_.insert(stand.source); }
  void check(const session::CancelPrepare& cancel) { prepared_.erase(cancel.source); }
  void check(const session::Splice& splice) { PROMISE(prepared_.count(splice.to) == 1); }
  void check(const session::StopMedia&) { prepared_.clear(); }
  void check(const session::SetRate& rate) { PROMISE(rate.ppm >= -5000 && rate.ppm <= 5000); }
  void check(const Event& event) {
    PROMISE(event.sequence == ++events_);
    PROMISE(event.sources.size() <= 18 * 4);
    PROMISE(event.at == latest_);
    // Told to by the app, or a recording's end: nothing remains and nothing comes any more.
    if (event.type == EventType::stopped) ended_ = event.reason == Reason::app || event.reason == Reason::end_of_stream;
  }
  template <class T>
  void check(const T&) {}

  fuzz::SessionScript& script_;
  SessionConfig config_;
  session::Session session_;
  std::string trace_;
  trace::Recorder recorder_;
  session::Deadline deadline_;
  Instant latest_ = Instant::min();
  std::uint64_t last_request_ = 0;
  std::uint64_t events_ = 0;
  int requests_ = 0;
  bool ended_ = false;
  std::set<SourceId> opened_;
  std::set<SourceId> prepared_;
};

/// Nobody answers, only time passes.
void leave_alone(fuzz::SessionScript& script, Checked& session) {
  const Instant end = script.now() + std::chrono::seconds(kAloneSeconds);
  const int requests_before = session.requests();
  int turns = 0;
  while (session.deadline().at < end) {
    script.pass_until(session.deadline().at);
    session.handle(session::Tick{});
    PROMISE(++turns < kAloneSeconds * kMaxTurnsASecond);
  }
  PROMISE(session.requests() - requests_before < kAloneSeconds * kMaxRequestsASecond);
}

}  // namespace

UNDERSTUDY_FUZZ_TARGET(session) {
  fuzz::SessionScript script(input);
  Checked session(script);
  session.handle(session::Tick{});
  for (std::size_t count = 0; count < kMaxInputs && !script.over(); ++count) session.handle(script.next());
  leave_alone(script, session);
  session.handle(session::EndSession{});
  PROMISE(session.ended());
  session.handle(session::Tick{});
  PROMISE(session.ended());
  session.check_replay();
}
