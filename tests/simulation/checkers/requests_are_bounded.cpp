// FAILOVER.md 12.9: requests per second to any host are bounded, whatever fails; Retry-After lengthens waits, never shortens them; a
// segment marked as a gap is never requested.
//
// The bound per host is the scenarios' own: twelve within any second, which leaves room for two streams with their playlists, init
// sections, segments and retries. Who asked to be left alone for a time (at most 30 s count, section 2) gets no request of that kind before.
#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"

namespace understudy::simulation {

namespace {

constexpr std::size_t kMostPerSecond = 12;

class RequestsAreBounded final : public Checker {
 public:
  using Checker::Checker;
  std::string_view name() const override { return "requests_are_bounded"; }

  void on_request(const world::RequestRecord& request) override {
    auto& recent = hosts_[request.host];
    const auto oldest = recent.oldest();
    if (oldest && request.at - *oldest < std::chrono::seconds(1))
      violated("more than " + std::to_string(kMostPerSecond) + " requests within a second to " + request.host);
    recent.add(request.at);
    if (request.purpose == loading::Purpose::segment && truth.is_gap(request.url)) violated("a gap was asked for: " + request.url);
  }

  void on_input(const session::Input& input) override {
    const auto* done = std::get_if<loading::FetchDone>(&input);
    if (done == nullptr) return;
    const auto open = requests_.finish(done->id);
    if (!open || !done->retry_after) return;
    not_before_[key(open->source, open->purpose)] = truth.now() + std::clamp(*done->retry_after, Duration::zero(), kLongestRetryAfter);
  }

  void on_output(const session::Output& output) override {
    if (const auto* cancel = std::get_if<loading::CancelFetch>(&output)) requests_.cancel(cancel->id);
    const auto* fetch = std::get_if<loading::Fetch>(&output);
    if (fetch == nullptr) return;
    requests_.begin(*fetch, truth.now());
    const auto it = not_before_.find(key(fetch->source, fetch->purpose));
    if (it != not_before_.end() && truth.now() < it->second)
      violated(fetch->url + " is asked for " + ms_text(it->second - truth.now()) + " before the time that Retry-After named");
  }

 private:
  using Key = std::pair<std::int64_t, loading::Purpose>;  // bounded: members × purposes
  static Key key(std::optional<SourceId> source, loading::Purpose purpose) {
    return {source ? static_cast<std::int64_t>(source->value) : -1, purpose};
  }

  std::map<std::string, Recent<kMostPerSecond>> hosts_;
  Requests requests_;
  std::map<Key, Instant> not_before_;
};

}  // namespace

CheckerPtr requests_are_bounded(const Truth& truth) { return std::make_unique<RequestsAreBounded>(truth); }

}  // namespace understudy::simulation
