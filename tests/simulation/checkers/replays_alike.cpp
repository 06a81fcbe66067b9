// FAILOVER.md 12.10: the log replays to the same state; nothing asked for before a switch acts on the source after it.
//
// A second engine with the same config gets the same inputs and must give the same outputs, one by one. What is late it does not get: for
// an answer to a request that was cancelled, and for facts of an older epoch of a source, it is told that time passed, no more.
// So whatever a late input did to the first one shows as a difference.
#include "core/session/session.h"
#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"

namespace understudy::simulation {

namespace {

class ReplaysAlike final : public Checker {
 public:
  explicit ReplaysAlike(const Truth& what_is_so) : Checker(what_is_so) {}
  std::string_view name() const override { return "replays_alike"; }

  void on_input(const session::Input& input) override {
    if (!truth.replayed() || differs_) return;
    if (!twin_) twin_.emplace(truth.config());
    twin_->handle(is_late(input) ? session::Input(session::Tick{}) : input, truth.now(), truth.wall());
    note(input);
  }

  void on_output(const session::Output& output) override {
    if (!twin_ || differs_) return;
    note(output);
    if (twin_->poll_output() == output) return;
    differs_ = true;
    const auto* event = std::get_if<Event>(&output);
    violated("a second engine gives another output than number " + std::to_string(count_) + ", kind " + std::to_string(output.index()) +
             (event != nullptr ? " " + std::string(to_string(event->type)) : ""));
  }

 private:
  bool is_late(const session::Input& input) const {
    if (const auto* done = std::get_if<loading::FetchDone>(&input)) return requests_.find(done->id) == nullptr;
    if (const auto* progress = std::get_if<loading::FetchProgress>(&input)) return requests_.find(progress->id) == nullptr;
    if (const auto* opened = std::get_if<loading::SegmentOpened>(&input)) return is_late(opened->source, opened->epoch);
    if (const auto* closed = std::get_if<loading::SegmentClosed>(&input)) return is_late(closed->source, closed->epoch);
    return false;
  }
  bool is_late(SourceId source, Epoch epoch) const {
    const auto it = epochs_.find(source);
    return it == epochs_.end() || it->second != epoch;
  }
  void note(const session::Input& input) {
    if (const auto* done = std::get_if<loading::FetchDone>(&input)) requests_.cancel(done->id);
  }
  void note(const session::Output& output) {
    ++count_;
    if (const auto* fetch = std::get_if<loading::Fetch>(&output)) requests_.begin(*fetch, truth.now());
    if (const auto* cancel = std::get_if<loading::CancelFetch>(&output)) requests_.cancel(cancel->id);
    if (const auto* open = std::get_if<loading::OpenSource>(&output)) epochs_[open->source] = open->epoch;
    if (const auto* open = std::get_if<loading::OpenDirect>(&output)) epochs_[open->source] = open->epoch;
  }

  std::optional<session::Session> twin_;
  Requests requests_;
  std::map<SourceId, Epoch> epochs_;
  std::uint64_t count_ = 0;
  bool differs_ = false;
};

}  // namespace

CheckerPtr replays_alike(const Truth& truth) { return std::make_unique<ReplaysAlike>(truth); }

}  // namespace understudy::simulation
