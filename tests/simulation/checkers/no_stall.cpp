// FAILOVER.md 12.3: if some member delivers media continuously and the buffer held at least that fault's detection bound plus
// preparation when the fault hit, the screen never stalls.
//
// The detection bounds are those of section 11, "declared at the latest", counted from when the fault hits: media is due within a
// segment of that. Preparation is section 3's term. Members that are tried in vain need their time too. Armed when the source on the
// screen stops delivering; disarmed by what is no failure of a source: a command, a pause, a suspend, the viewer's own network, a stop.
// Who was disabled is able again when the engine can know (section 4: settings count at the next decision; 1: a failed poll changes nothing).
#include <map>

#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"

namespace understudy::simulation {

namespace {

constexpr Duration kQuickRetry = from_ms(210);  // with its jitter (section 11: "one quick retry later")
// Another one that has delivered for so long is neither excluded (probeMaxMs at most) nor behind with its window.
constexpr Duration kSettled = std::chrono::seconds(30);
constexpr Duration kLook = from_ms(250);

class NoStall final : public Checker {
 public:
  using Checker::Checker;
  std::string_view name() const override { return "no_stall"; }

  void on_shown(const world::Shown& shown) override {
    if (screen_ && screen_.source() != shown.source) armed_ = false;
    screen_.shown(shown);
    if (!armed_ && delivering_ && !truth.delivers(screen_.name())) consider();
    delivering_ = truth.delivers(screen_.name());
  }

  void on_change() override {
    follow_settings();
    if (!screen_) return;
    const bool delivers = truth.delivers(screen_.name());
    if (disturbed()) armed_ = false;
    else if (delivering_ && !delivers) consider();
    else if (armed_ && delivers) armed_ = truth.delivers_for(screen_.name()) < kSettled;
    else if (armed_ && truth.troubles(screen_.name()) != troubles_) consider();  // another fault on top of the first
    if (armed_ && (!somebody_delivers() || buffer_ < needed())) armed_ = false;  // others were lost meanwhile
    delivering_ = delivers;
  }

  void on_input(const session::Input& input) override {
    if (truth.now() >= next_look_) follow_settings();
    if (std::holds_alternative<session::SwitchTo>(input) || std::holds_alternative<session::SetPaused>(input)) {
      disturbed_at_ = truth.now();
      armed_ = false;
    }
    if (const auto* done = std::get_if<loading::FetchDone>(&input); done != nullptr && (done->status == 401 || done->status == 403))
      denied_at_ = truth.now();
    if (std::holds_alternative<session::Stalled>(input) && armed_ && !disturbed())
      violated(screen_.name() + " stopped delivering " + ms_text(truth.now() - hit_at_) + " ago with " + ms_text(buffer_) +
               " of buffer, where " + ms_text(needed()) + " suffice, and the screen stalls");
  }

  void on_output(const session::Output& output) override {
    if (std::holds_alternative<session::StartPlayback>(output) || std::holds_alternative<session::StopMedia>(output)) {
      screen_.forget();
      armed_ = committing_ = delivering_ = false;
    }
    const auto* event = std::get_if<Event>(&output);
    if (event == nullptr) return;
    if (event->type == EventType::committed) {
      committing_ = true;
      armed_ = false;
    }
    if (event->type == EventType::switched) committing_ = false;
  }

 private:
  bool disturbed() const {
    const auto& d = truth.document();
    const bool ending = has_service(truth) && (says_stop(d) || d.status == status::ChannelStatus::stopping);
    const Instant now = truth.now();
    return truth.paused() || truth.network_up_for() < kSettled || now - truth.awake_since() < kSettled || now - disturbed_at_ < kSettled ||
           ending;
  }

  void follow_settings() {
    const Instant now = truth.now();
    next_look_ = now + kLook;
    const bool hidden = has_service(truth) && (!truth.service_reachable() || truth.document_age() > Duration::zero());
    const Duration to_know = poll_interval(truth) * 12 / 10 + truth.document_age() + kOneRequest;
    std::map<std::string, Instant> able_since;
    for_each_member(truth, [&](const std::string& name, bool able) {
      if (!able) return;
      const auto known = able_since_.find(name);
      Instant since = known != able_since_.end() ? known->second : (begins_ ? now - std::chrono::hours(24) : now);
      if (hidden && now - since < to_know) since = now;
      able_since[name] = since;
    });
    able_since_ = std::move(able_since);
    begins_ = false;
  }

  /// For how long it delivers and the engine can know that it is able.
  Duration usable_for(const std::string& name) const {
    const auto known = able_since_.find(name);
    return known == able_since_.end() ? Duration::zero() : std::min(truth.delivers_for(name), truth.now() - known->second);
  }

  /// Another able member that delivers, and has for so long that the engine may know it.
  bool somebody_delivers() const {
    bool some = false;
    for_each_member(truth, [&](const std::string& name, bool able) {
      some = some || (able && name != screen_.name() && usable_for(name) >= kSettled + probe_max(truth));
    });
    return some;
  }

  Duration detection() const {
    const Duration segment = truth.segment(screen_.name());
    const Duration declared = from_ms(policy_of(truth).loss_threshold_ms);
    switch (truth.trouble(screen_.name())) {
      case Trouble::none:
      case Trouble::refused: return segment + kQuickRetry;
      case Trouble::silent: return segment + declared;
      case Trouble::trickle: return segment + std::max<Duration>(declared, std::chrono::seconds(1));
      case Trouble::stale: return 3 * segment;                          // 2 S after the last new segment, seen by a reload
      case Trouble::bad_media: return 2 * segment + 3 * kQuickRetry;    // when the bytes are in
      case Trouble::restarted: return 2 * segment + kOneRequest + (truth.service_reachable() ? Duration::zero() : from_ms(5000));
    }
    return segment;
  }

  void consider() {
    armed_ = false;
    // Section 7 corrects a constant skew. Of dates that have jumped by half a minute no comparison tells whether the member lags.
    if (truth.dates_jumped()) return;
    if (disturbed() || committing_ || truth.now() - denied_at_ < from_ms(policy_of(truth).penalty_ms)) return;
    detection_ = detection();
    buffer_ = truth.buffer();
    if (buffer_ < needed() || !somebody_delivers()) return;
    armed_ = true;
    hit_at_ = truth.now();
    troubles_ = truth.troubles(screen_.name());
  }

  /// What is published after the fault, by whom, and who is lost as well, counts as it is now: each of the others may be tried.
  Duration needed() const {
    Duration slowest{};
    Duration lag{};
    int in_vain = 0;
    for_each_member(truth, [&](const std::string& name, bool able) {
      if (!able || name == screen_.name()) return;
      slowest = std::max(slowest, truth.segment(name));
      lag = std::max(lag, truth.lag(name) - truth.lag(screen_.name()));
      in_vain += truth.delivers_for(name) < kSettled ? 1 : 0;
    });
    // What covers the splice is published up to a segment later. Of a lag that was not known, and for which the live offset was not
    // raised, section 7 promises no more than a held picture.
    return detection_ + kPreparation * (1 + in_vain) + slowest + lag;
  }

  OnScreen screen_{truth};
  std::map<std::string, Instant> able_since_;  // who is able, as far as the engine can know
  bool begins_ = true;
  Instant next_look_{};
  bool delivering_ = false;
  bool committing_ = false;
  bool armed_ = false;
  int troubles_ = 0;  // of the source on the screen, when armed
  Instant hit_at_{};
  Instant disturbed_at_{};
  Instant denied_at_{};
  Duration detection_{};
  Duration buffer_{};
};

}  // namespace

CheckerPtr no_stall(const Truth& truth) { return std::make_unique<NoStall>(truth); }

}  // namespace understudy::simulation
