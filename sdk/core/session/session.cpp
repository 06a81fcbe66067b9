#include "core/session/session.h"

#include <algorithm>
#include <utility>

#include "core/base/reach.h"
#include "core/session/reach.h"

namespace understudy::session {

namespace {
// The engine looks around at least this often while it plays, so that a suspended machine shows as a jump of the clock.
constexpr Duration kHeartbeat = std::chrono::seconds(1);
// A status poll that is under way for longer is no sign of life.
constexpr Duration kPollPatience = std::chrono::seconds(1);
constexpr Duration kClockJump = std::chrono::seconds(2);
// Steering the live offset: corrected when off by more than kOffsetTolerance, until within this; at most ±0.5 % (FAILOVER.md 2.4).
constexpr Duration kOffsetSettled = from_ms(50);
constexpr int kMaxRatePpm = 5000;

/// Until where a playlist lists what it may not list any more at the next reload but one: what is not asked for by then is lost.
MediaTime soon_out_of_window(const loading::SourceLoader& loader) { return loader.window().begin + 2 * loader.target_duration(); }
}  // namespace

Session::Session(const SessionConfig& config)
    : config_(config),
      random_(config.seed),
      poller_(random_.fork(1)),
      policy_(config.policy_override.value_or(Policy{})),
      group_(outbox_, random_.fork(2)),
      controller_(policy_, random_.fork(3)) {}

void Session::handle(const Input& input, Instant now, WallTime wall) {
  if (ended_) return;
  bring_into_reach(now);
  bring_into_reach(wall);
  const std::optional<Input> adjusted = brought_into_reach(input);
  const bool jumped = begun_ && now - now_ > kClockJump;
  if (begun_ && now > now_) count_time(now - now_);
  if (now >= now_) {  // an older `now` is ignored, never fatal
    now_ = now;
    wall_ = wall;
  }
  if (!begun_) begin();
  if (jumped) forget_lateness();
  std::visit([this](const auto& in) { on(in); }, adjusted ? *adjusted : input);
  if (!ended_) turn();
}

/// The clock jumped, or the viewer paused: nobody is late for what nobody waited for.
void Session::forget_lateness() {
  for (Member& m : group_.members()) {
    if (!m.loader) continue;
    m.monitor->reset(now_);
    m.loader->forget_lateness(now_);
  }
  controller_.forget_lateness(now_);
}

Output Session::poll_output() {
  if (outputs_.empty()) return deadline();
  Output output = std::move(outputs_.front());
  outputs_.pop_front();
  return output;
}

/// Everything that follows from an input: loaders go on, the monitors judge, the controller decides, until nothing changes.
void Session::turn() {
  if (const auto at = poller_.next_poll(); at && *at <= now_ && !poll_request_) poll_status();
  follow_moves();
  tick_loaders();
  start_when_placed();
  // A decision can enable the next (a failed candidate makes room for another). Bounded: more than a few rounds within one
  // instant would be a loop of ours, and the next input continues anyway.
  for (int round = 0; round < 4 && !group_.empty(); ++round) {
    const auto decisions = controller_.evaluate(view());
    for (const failover::Decision& decision : decisions)
      std::visit([this](const auto& d) { carry_out(d); }, decision);
    if (decisions.empty()) break;
    tick_loaders();
  }
  start_when_placed();
  steer_rate();
  flush_commands();
}

/// A source that got another URL begins anew there: at once where it only stands by, and when its loader has come to rest where it is
/// on the air, a candidate or being probed. All of these end when the old place delivers nothing.
void Session::follow_moves() {
  using Level = loading::SourceLoader::Level;
  for (Member& m : group_.members()) {
    if (!m.moved_to) continue;
    const bool at_rest = m.loader->level() == Level::off;
    const bool stands_by = shows() && controller_.active() != m.id && candidate_ != m.id;
    if (!at_rest && !stands_by) continue;
    const Standby standby = m.standby;
    const bool watched = m.watched;
    close(m);
    group_.equip(m, *std::exchange(m.moved_to, std::nullopt), policy_, config_);
    if (at_rest || !m.loader) continue;
    m.standby = standby;
    m.watched = watched;
    apply_standing(m);
  }
}

void Session::tick_loaders() {
  const loading::Surroundings s = surroundings();
  for (Member& m : group_.members()) {
    if (!m.loader) continue;
    const bool waits = m.standby == Standby::hot && controller_.active() != m.id;
    if (candidate_ == m.id || waits) {
      const auto end = shown_end();
      const bool declared = controller_.active() && group_[*controller_.active()].assessment.verdict == health::Verdict::failed;
      if (end && !(declared && candidate_ == m.id))
        m.loader->limit_media(std::max(*end + kCandidateAhead, soon_out_of_window(*m.loader)));
      else
        m.loader->limit_media(std::nullopt);
    }
    if (controller_.active() != m.id) tend_waiting(m);
    m.loader->tick(s);
    // Before the splice a short one is as bad: what is contiguous ends there, so nothing would be won by going over.
    const SourceBuffer* buffer = buffer_of(m.id);
    const auto end = shown_end();
    const bool waiting = controller_.active() != m.id && !m.placed_again;
    const bool ends_early = waiting && end && buffer != nullptr && buffer->good_until && *buffer->good_until < *end;
    if (m.loader->hole() > (ends_early ? Duration::zero() : from_ms(policy_.max_hold_ms))) leave_out_hole(m);
    const bool on_air = controller_.active() == m.id && controller_.state() == failover::State::on_air;
    if (on_air && stands_before_hole(m)) controller_.rejoin();
    if (controller_.active() != m.id && waits_before_hole(m)) leave_out_hole(m);
    m.monitor->observe(m.loader->take_observations());
  }
}

/// All that it had is shown, and what came behind the hole would be waited for with a picture that stands still for longer than
/// maxHoldMs (FAILOVER.md 4). Whoever has what lies between would be on the screen by now. The gap of a recording is part of it: it is
/// played through, and counted.
bool Session::stands_before_hole(const Member& m) const {
  if (m.loader->ended() && !m.loader->ended_while_live()) return false;
  const auto behind = m.loader->loaded_from();
  const auto whole = m.loader->complete_until();
  if (!behind || !whole || *whole <= *behind || *behind - media_.playhead <= from_ms(policy_.max_hold_ms)) return false;
  const SourceBuffer* buffer = buffer_of(m.id);
  return buffer != nullptr && buffer->good_until && *buffer->good_until <= media_.playhead;
}

/// As long as what it has before the hole covered all that is shown there was no harm in it. That there is one the loader knows: what is
/// buffered is told in time, and may still lie where it lay before its dates were corrected.
bool Session::waits_before_hole(const Member& m) const {
  if (m.loader->level() != loading::SourceLoader::Level::media) return false;
  const SourceBuffer* buffer = buffer_of(m.id);
  const auto begin = m.loader->start_point();
  const auto behind = m.loader->loaded_from();
  const auto end = shown_end();
  if (buffer == nullptr || !buffer->good_until || !begin || !behind || !end) return false;
  const Duration half = m.loader->target_duration() / 2;
  return *behind > *begin + half && *buffer->good_until < *end && *behind > *buffer->good_until + half;
}

/// A hole in what is on the screen: a short one is held, over a long one the viewer would wait for nothing. One in a member that
/// waits would be there when it takes over: what it has does not reach the media behind it, so it is loaded anew. Where nothing is on
/// the screen yet, it begins behind the hole by itself.
void Session::leave_out_hole(Member& m) {
  if (!shows()) return;
  if (controller_.active() == m.id) {
    controller_.rejoin();
  } else if (m.loader->level() == loading::SourceLoader::Level::media) {
    place(m);
    m.placed_again = true;  // there is nothing older to load it from
  }
}

void Session::flush_commands() {
  for (loading::Command& command : outbox_.take())
    std::visit([this](auto& c) { outputs_.push_back(Output(std::move(c))); }, command);
}

loading::Surroundings Session::surroundings() const {
  loading::Surroundings s;
  s.now = now_;
  s.live_edge_hint = live_edge_hint();
  if (shows()) s.playhead = media_.playhead;
  s.paused = paused_;
  return s;
}

/// What is being published now, in content time: what a dated playlist of the group says, else the wall clock.
MediaTime Session::live_edge_hint() const {
  if (const auto active = controller_.active(); active && group_[*active].loader) {
    const loading::SourceLoader& loader = *group_[*active].loader;
    if (loader.has_playlist() && !loader.window().empty()) return loader.window().end;
  }
  return timeline::content_time(wall_);
}

failover::View Session::view() {
  failover::View v;
  v.now = now_;
  v.has_status = document_.has_value() || !group_.empty();
  v.status_reachable = config_.status_url.empty() || status_reachable_;
  v.primary_playing = group_.members().front().playing && group_.members().front().active;
  v.stopping = document_ && document_->status == status::ChannelStatus::stopping;
  v.stop = stop_reason_;
  v.stop_by_timeout = document_ && document_->stop_reason == status::StopReason::timeout;
  v.stalled = media_.stalled || played_out_;
  v.paused = paused_;
  v.output_latency = media_.output_latency;
  for (Member& m : group_.members()) v.members.push_back(view_of(m));
  v.network_down = network_is_down();
  budget_.set_percent(policy_.hedge_budget_percent);
  v.hedge_affordable = budget_.affords(hedge_cost());
  return v;
}

failover::MemberView Session::view_of(Member& m) {
  failover::MemberView v;
  v.id = m.id;
  v.eligible = m.eligible();
  v.says_playing = m.playing;
  v.priority = m.priority;
  if (!m.loader) return v;
  if (m.loader->has_playlist() && !m.loader->ended()) m.seen_live = true;
  const bool is_active = controller_.active() == m.id;
  v.loading = m.loader->level() == loading::SourceLoader::Level::media;
  const SourceBuffer* buffer = buffer_of(m.id);
  if (buffer != nullptr) {
    v.delivering = v.loading && buffer->good_until.has_value() && has_something_new(m);
    if (buffer->good_until) v.buffer = *buffer->good_until - media_.playhead;
    if (!is_active && buffer->planned_splice) v.splice_in = *buffer->planned_splice - media_.playhead;
    v.splice_ready = buffer->splice_ready;
  }
  v.slow = m.loader->slow();
  v.crawls = m.loader->crawls(now_);
  v.whole_segment = m.loader->complete_until().has_value();
  v.comes_in_until = comes_in_until(m);
  v.aligned = m.alignment != Member::Alignment::unknown || known(m);
  v.to_prepare = to_prepare(m);
  if (!is_active) v.expected_by = expected_by(m, v.to_prepare);
  v.out_of_reach = out_of_reach(m);
  v.keeps_up = keeps_up(m);
  // What is on the screen may have been stopped in good order: the status is asked, and has its say even by not answering well.
  const bool shown = is_active && controller_.state() != failover::State::starting;
  const bool asked = evidence_at_ != Instant{};
  const bool answered = !shown || config_.status_url.empty() || (asked && (last_poll_done_ > evidence_at_ || !status_reachable_));
  if (m.loader->level() == loading::SourceLoader::Level::off) return v;  // what was last known of it stands, for reports
  const bool was_healthy = m.monitor->healthy();
  m.assessment = m.monitor->assess({now_, *m.loader, is_active ? v.buffer : std::nullopt,
                                    is_active ? until_too_late(m) : std::nullopt,
                                    buffer != nullptr ? buffer->good_until : std::nullopt, is_active, answered,
                                    !shown || m.playing, ends_are_losses(m)});
  if (m.monitor->healthy() != was_healthy) {
    Event e = event(EventType::health_changed, Reason::health_metric);
    e.source = m.id;
    e.detail = was_healthy ? "unhealthy" : "healthy";
    emit(std::move(e));
  }
  v.assessment = m.assessment;
  v.healthy_since = m.monitor->healthy_since();
  v.polls_well = m.monitor->polls_well();
  v.stale = v.loading && m.monitor->stale(now_);
  return v;
}

/// With a status service only its document ends a live channel; without one a list that was complete from the start is a recording,
/// but not where the same source was live before, nor where it stands in for a primary that was.
bool Session::ends_are_losses(const Member& m) const {
  return !config_.status_url.empty() || m.seen_live || group_.members().front().seen_live;
}

/// An encoder that died leaves its last segments on the server. When nothing was left to show, a probe that finds only those has
/// not found a source that delivers: they were shown already.
bool Session::has_something_new(const Member& m) const {
  if (controller_.state() != failover::State::exhausted || !m.loader->settings().hls) return true;
  const bool beyond = m.loader->dated() && shown_until_ && m.loader->window().end > *shown_until_ + m.loader->target_duration();
  return beyond || m.loader->moved() || (m.loader->ended() && !m.seen_live);
}

/// The viewer's own network: a status poll failed, or waits for its answer, and since it was sent nobody has answered anything.
bool Session::network_is_down() const {
  if (config_.status_url.empty() || last_answer_ > poll_sent_) return false;
  return !status_reachable_ || (poll_request_ && now_ - poll_sent_ > kPollPatience);
}

/// A picture is on the screen, moving or not.
bool Session::shows() const {
  switch (controller_.state()) {
    case failover::State::on_air:
    case failover::State::switching:
    case failover::State::offline: return true;
    default: return false;
  }
}

const SourceBuffer* Session::buffer_of(SourceId source) const {
  const auto it = std::find_if(media_.sources.begin(), media_.sources.end(),
                               [&](const SourceBuffer& b) { return b.source == source; });
  return it == media_.sources.end() ? nullptr : &*it;
}

void Session::forget_buffer(SourceId source) {
  media_.sources.erase(std::remove_if(media_.sources.begin(), media_.sources.end(),
                                      [&](const SourceBuffer& b) { return b.source == source; }),
                       media_.sources.end());
}

/// Where the live offset is to be for this source's own sake (FAILOVER.md 2.4). A list that has just begun holds less than that, and
/// who stayed where it began would stall at every reload that comes a little late.
Duration Session::offset_for_list(const loading::SourceLoader& loader) const {
  const auto edge = loader.edge_distance();
  if (!edge) return {};
  return wall_.time_since_epoch() - now_.time_since_epoch() + *edge + loader.live_offset();
}

/// Follows the encoder's clock and wins back what stalls cost: the live offset of the first frame is the goal, where it was enough.
/// What an undated source shows has the dates of those that it was compared with: for them its offset is raised, and no more.
void Session::steer_rate() {
  const auto active = controller_.active();
  if (!media_.playing || !active || controller_.state() != failover::State::on_air) return;
  const Duration offset = wall_.time_since_epoch() - media_.playhead.time_since_epoch();
  const bool dated = group_[*active].loader->dated();
  if (dated && !offset_goal_) offset_goal_ = std::max(offset, offset_for_list(*group_[*active].loader));
  const Duration off = dated ? offset - std::max(*offset_goal_, offset_for_lags()) : std::min(offset - offset_for_lags(), Duration::zero());
  int ppm = rate_ppm_;
  if (rate_ppm_ == 0 && (off > kOffsetTolerance || off < -kOffsetTolerance)) ppm = off > Duration::zero() ? kMaxRatePpm : -kMaxRatePpm;
  if (rate_ppm_ > 0 && off < kOffsetSettled) ppm = 0;
  if (rate_ppm_ < 0 && off > -kOffsetSettled) ppm = 0;
  const SourceBuffer* buffer = buffer_of(*active);
  const bool thin = buffer == nullptr || !buffer->good_until || *buffer->good_until - media_.playhead < kCandidateAhead;
  if (ppm > 0 && thin) ppm = 0;  // never spend a thin buffer on catching up
  // While it is being lost its time line is about to be left; a few milliseconds win nothing.
  if (group_[*active].assessment.verdict != health::Verdict::ok) ppm = 0;
  if (ppm == rate_ppm_) return;
  rate_ppm_ = ppm;
  outputs_.push_back(SetRate{ppm});
}

Deadline Session::deadline() const {
  if (ended_) return {};
  Deadline d;
  const auto consider = [&](Instant at, DeadlineReason reason) {
    if (at < d.at) d = Deadline{at, reason};
  };
  if (!begun_) return Deadline{now_, DeadlineReason::idle};
  if (const auto at = poller_.next_poll(); at && !poll_request_) consider(*at, DeadlineReason::status_poll);
  for (const Member& m : group_.members()) {
    if (!m.loader) continue;
    consider(m.loader->next_deadline(), DeadlineReason::loading);
    if (m.loader->level() != loading::SourceLoader::Level::off) consider(m.monitor->next_deadline(), DeadlineReason::monitor);
  }
  consider(controller_.next_deadline(), DeadlineReason::controller);
  if (controller_.active()) consider(now_ + kHeartbeat, DeadlineReason::idle);
  d.at = std::max(d.at, now_ + from_ms(1));  // what was due has been done in this turn
  return d;
}

// ---- what a front end shows -----------------------------------------------------------------------------------------------------

PlayerState Session::state() const {
  if (ended_) return PlayerState::stopped;
  switch (controller_.state()) {
    case failover::State::joining:
    case failover::State::starting: return PlayerState::joining;
    case failover::State::pre_live:
    case failover::State::exhausted: return PlayerState::pre_live;
    case failover::State::stopped: return PlayerState::stopped;
    case failover::State::offline: return PlayerState::offline;
    case failover::State::on_air:
    case failover::State::switching: break;
  }
  if (paused_) return PlayerState::paused;
  return media_.stalled ? PlayerState::holding : PlayerState::playing;
}

Card::Kind Session::card() const {
  switch (state()) {
    case PlayerState::joining: return refused_ ? Card::Kind::error : Card::Kind::joining;
    case PlayerState::pre_live: return Card::Kind::pre_live;
    case PlayerState::stopped: return Card::Kind::stopped;
    case PlayerState::failed: return Card::Kind::error;
    default: return Card::Kind::none;
  }
}

std::string Session::announcement() const {
  if (document_ && !document_->prelive.announcement.empty()) return document_->prelive.announcement;
  return config_.default_announcement;
}

SourceState Session::state_of(const Member& m) const {
  if (!m.eligible()) return SourceState::disabled;
  if (controller_.active() == m.id) return SourceState::active;
  if (m.assessment.hard || controller_.penalised(m.id, now_)) return SourceState::unhealthy;
  if (!m.loader) return SourceState::cold;
  switch (m.loader->level()) {
    case loading::SourceLoader::Level::media: return SourceState::hot;
    case loading::SourceLoader::Level::held:
    case loading::SourceLoader::Level::playlist: return SourceState::warm;
    case loading::SourceLoader::Level::off: break;
  }
  return SourceState::cold;
}

std::vector<SourceInfo> Session::sources() const {
  std::vector<SourceInfo> all;
  for (const Member& m : group_.members()) {
    if (!m.present && controller_.active() != m.id) continue;
    SourceInfo info{m.id, m.name, state_of(m), std::nullopt, std::nullopt};
    if (const auto lag = lag_of(m)) info.lag_ms = to_ms(*lag);
    if (m.loader && m.loader->dated() && m.skew_known && controller_.active() != m.id) info.skew_ms = to_ms(m.loader->skew());
    all.push_back(std::move(info));
  }
  return all;
}

Event Session::event(EventType type, Reason reason) const {
  Event e;
  e.type = type;
  e.reason = reason;
  return e;
}

void Session::emit(Event e) {
  e.sequence = ++sequence_;
  e.at = now_;
  e.wall = wall_;
  e.sources = sources();
  outputs_.push_back(std::move(e));
}

}  // namespace understudy::session
