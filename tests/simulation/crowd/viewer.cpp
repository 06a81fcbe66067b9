#include "simulation/crowd/viewer.h"

#include <algorithm>
#include <optional>

#include "core/session/session.h"
#include "support/world/media_model.h"

namespace understudy::crowd {

namespace {

constexpr SourceId kPrimary{0};
constexpr SourceId kFallback{1};
constexpr int kMaxRounds = 8;  // as Player::iterate()

class Viewer {
 public:
  Viewer(const Act& act, const Hosts& hosts, const Person& person, Tally& tally)
      : act_(&act), tally_(&tally), link_(hosts, person.access, Random(person.network_seed), tally), session_(config(hosts, person)) {
    now_ = kBegin + person.joins;
    link_.advance(now_);
    media_.skip_to(now_);
  }

  void watch() {
    const Instant end = kBegin + act_->end;
    iterate();
    while (now_ < end) {
      const Instant next = std::min({deadline_, link_.next_event(), media_.next_fact(), end});
      now_ = std::max(now_, next);
      media_.iterate(now_);
      link_.advance(now_);
      iterate();
    }
    report();
  }

 private:
  static SessionConfig config(const Hosts& hosts, const Person& person) {
    SessionConfig config;
    config.status_url = hosts.status_url();
    config.seed = person.seed;
    return config;
  }

  /// As World::iterate() does it.
  void iterate() {
    if (!deliver_facts()) feed_state();
    for (int round = 0; round < kMaxRounds; ++round) {
      const bool moved = deliver();
      media_.iterate(now_);
      if (!deliver_facts() && !moved) break;
    }
    if (acted_) feed_state();
  }

  void feed_state() {
    media_.describe(std::get<session::MediaState>(state_));
    acted_ = false;
    feed(state_);
  }

  bool deliver_facts() {
    media_.take_facts(facts_);
    for (const world::Fact& fact : facts_)
      std::visit([this](const auto& f) { note(f); feed(f); }, fact);
    media_.take_shown(shown_, now_ + Duration(1));  // of no interest, but kept otherwise
    return !facts_.empty();
  }

  bool deliver() {
    const auto events = link_.take_events();
    for (const world::NetworkEvent& event : events) {
      if (const auto* bytes = std::get_if<world::SegmentBytes>(&event))
        media_.append(bytes->target, bytes->content, bytes->received, bytes->complete);
      else if (const auto* progress = std::get_if<loading::FetchProgress>(&event))
        feed(*progress);
      else
        feed(std::get<loading::FetchDone>(event));
    }
    return !events.empty();
  }

  void feed(const session::Input& input) {
    session_.handle(input, now_, wall_at(now_));
    for (;;) {
      session::Output output = session_.poll_output();
      if (const auto* deadline = std::get_if<session::Deadline>(&output)) {
        deadline_ = deadline->at;
        acted_ = acted_ || &input != &state_;
        return;
      }
      acted_ = true;
      std::visit([this](auto& o) { carry_out(o); }, output);
    }
  }

  void carry_out(loading::Fetch& o) { link_.start(std::move(o), now_); }
  void carry_out(const loading::CancelFetch& o) { link_.cancel(o.id); }
  void carry_out(const loading::OpenSource& o) { media_.open(o.source, o.epoch); }
  void carry_out(const loading::CloseSource& o) { media_.close(o.source); }
  void carry_out(const loading::OpenDirect&) {}
  void carry_out(const loading::Anchor& o) { media_.anchor(o.source, o.epoch, o.discontinuity_sequence, o.offset); }
  void carry_out(const loading::AbandonSegment& o) { media_.abandon(o.segment); }
  void carry_out(const loading::EndOfStream& o) { media_.end_of_stream(o.source, o.epoch); }
  void carry_out(const session::StartPlayback& o) { media_.start(o.source, o.from); }
  void carry_out(const session::Prepare& o) { media_.prepare(o.source); }
  void carry_out(const session::StandBy& o) { media_.stand_by(o.source); }
  void carry_out(const session::CancelPrepare& o) { media_.cancel(o.source); }
  void carry_out(const session::Splice& o) { media_.splice(o.to); }
  void carry_out(const session::StopMedia&) {
    media_.stop();
    end_stall();
    if (act_->goal == Goal::stopped) arrive();
  }
  void carry_out(const session::PauseMedia& o) { media_.set_paused(o.paused); }
  void carry_out(const session::SetRate& o) { media_.set_rate_ppm(o.ppm); }
  void carry_out(const session::PosterLoaded&) {}
  void carry_out(const Event& o) {
    if (o.type == EventType::hedge_started && !after_mark() && !lost_before_mark()) ++tally_->idle_hedges;
  }
  void carry_out(const session::Deadline&) {}

  template <class Other>
  void note(const Other&) {}
  void note(const session::FirstFrame& f) { on_screen(f.source); }
  void note(const session::Switched& s) {
    if (after_mark()) {
      ++tally_->switches;
      tally_->frames_lost += s.frames_lost;
      tally_->frames_repeated += s.frames_repeated;
    }
    on_screen(s.to);
  }
  void note(const session::Stalled&) {
    stalled_since_ = now_;
    if (!after_mark()) {
      ++tally_->early_stalls;
      return;
    }
    ++tally_->stalls;
    if (!std::exchange(stalled_, true)) ++tally_->stalled_viewers;
  }
  void note(const session::Resumed&) { end_stall(); }

  void end_stall() {
    if (stalled_since_ && after_mark()) tally_->stalled_ms += to_ms(now_ - std::max(*stalled_since_, kBegin + act_->mark));
    stalled_since_.reset();
  }

  void on_screen(SourceId source) {
    if (act_->goal == Goal::on_fallback && source == kFallback) arrive();
    if (act_->goal == Goal::on_primary && source == kPrimary) arrive();
    if (act_->goal == Goal::picture) arrive();
  }

  void arrive() {
    if (!after_mark() || std::exchange(arrived_, true)) return;
    tally_->arrived(now_ - kBegin - act_->mark);
    ++tally_->reached;
  }

  void report() {
    end_stall();
    ++tally_->viewers;
  }

  bool after_mark() const { return now_ >= kBegin + act_->mark; }
  bool lost_before_mark() const {
    return std::any_of(act_->outages.begin(), act_->outages.end(), [this](const Outage& o) { return kBegin + o.from <= now_; });
  }

  const Act* act_;
  Tally* tally_;
  Link link_;
  world::MediaModel media_;
  session::Session session_;
  session::Input state_ = session::MediaState{};  // its memory is used again
  std::vector<world::Fact> facts_;
  std::vector<world::Shown> shown_;
  Instant now_ = kBegin;
  Instant deadline_ = kBegin;
  bool acted_ = false;
  bool arrived_ = false;
  bool stalled_ = false;
  std::optional<Instant> stalled_since_;
};

// Quantiles of home and mobile access as content delivery networks report them, in even steps of the population.
constexpr int kRoundTripMs[] = {6, 10, 14, 18, 23, 30, 38, 50, 70, 110, 220};
constexpr std::int64_t kMegabits[] = {5, 9, 14, 20, 30, 45, 60, 90, 150, 300, 900};

template <class T, std::size_t N>
std::int64_t drawn_from(const T (&quantiles)[N], Random& random) {
  const std::size_t step = random.below(N - 1);
  const auto low = static_cast<std::int64_t>(quantiles[step]);
  const auto high = static_cast<std::int64_t>(quantiles[step + 1]);
  return low * 1000 + (high - low) * static_cast<std::int64_t>(random.below(1000));
}

}  // namespace

Person draw_person(std::uint64_t crowd_seed, std::uint64_t number) {
  Random random = Random(crowd_seed).fork(number);
  Person person;
  person.joins = random.between(Duration::zero(), kJoining);
  person.access.round_trip = std::chrono::microseconds(drawn_from(kRoundTripMs, random));
  person.access.bytes_per_second = drawn_from(kMegabits, random) * 125;
  person.access.edge = static_cast<int>(random.below(kEdges));
  person.seed = random.next();
  person.network_seed = random.next();
  return person;
}

std::uint64_t seed_of_nobody_in_particular() {
  // The controller's dice, as Session hands them out; a hedge waits for so many thousandths of its slack.
  constexpr std::uint64_t kOfController = 3;
  for (std::uint64_t seed = 1;; ++seed)
    if (Random(seed).fork(kOfController).below(1001) <= 10) return seed;
}

void watch(const Act& act, const Hosts& hosts, const Person& person, Tally& tally) {
  Viewer(act, hosts, person, tally).watch();
}

}  // namespace understudy::crowd
