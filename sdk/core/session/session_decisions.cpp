// Carrying out what the controller decided: orders to the loaders and to the media pipeline, and the events of it.
#include <algorithm>

#include "core/session/session.h"

namespace understudy::session {

namespace {
// A source is shown from its first random access point: dates are rounded, so a start point asks for a little before itself.
constexpr Duration kStartSlack = std::chrono::seconds(1);
// A direct source is shown from whatever comes first: anchored at the live edge of that moment, it is later than this.
constexpr Duration kDirectSlack = std::chrono::hours(1);
// Dates that were never compared: RFC 8216 asks for a millisecond, packagers' clocks are off by much more.
constexpr Duration kUncomparedDates = std::chrono::seconds(1);
}  // namespace

void Session::carry_out(const failover::GoOnAir& d) {
  Member& m = group_[d.source];
  for (Member& other : group_.members())
    if (other.id != d.source) close(other);
  close_left();
  const bool is_loading = m.loader->level() == loading::SourceLoader::Level::media;
  const bool loads = d.keep_loading && is_loading;
  // What was loaded while nobody published began where the list ended then: playback resumes at the live edge (FAILOVER.md 4). Where
  // that has come already it is shown from there; else it is loaded from there, unless it is the very next segment.
  const auto live = m.loader->live_point();
  const auto begin = m.loader->start_point();
  const SourceBuffer* buffer = buffer_of(m.id);
  const bool has_live = loads && live && buffer != nullptr && buffer->good_until && *buffer->good_until > *live;
  const bool behind = live && begin && *live > *begin + m.loader->target_duration() * 3 / 2;
  start_at_ = has_live ? live : std::nullopt;
  if (is_loading && !d.keep_loading && stands_before_hole(m)) {  // what is behind is here already, and nothing else will come
    start_at_ = m.loader->loaded_from();
    m.loader->begins_at(*start_at_);
    forget_buffer(d.source);
    m.monitor->reset(now_);
  } else if (!loads || (behind && !has_live)) {
    forget_buffer(d.source);
    m.monitor->reset(now_);
    m.loader->run_media(std::nullopt, surroundings());
  }
  m.loader->limit_media(std::nullopt);
  candidate_.reset();
  starting_ = d.source;
  on_air_reason_ = d.reason;
  played_out_ = false;
  evidence_at_ = Instant{};
}

/// StartPlayback waits until it is known which segment comes first. A list that begins anew before anything of it was shown tells that
/// anew: all that it has may be older than what was to come first.
void Session::start_when_placed() {
  if (!starting_ && controller_.state() == failover::State::starting) {
    const Member& m = group_[*controller_.active()];
    if (!m.loader->settings().hls || m.loader->epoch() == started_in_) return;
    starting_ = m.id;
    start_at_.reset();
  }
  if (!starting_) return;
  const Member& m = group_[*starting_];
  started_in_ = m.loader->epoch();
  if (!m.loader->settings().hls) {
    flush_commands();
    outputs_.push_back(StartPlayback{m.id, live_edge_hint() - kDirectSlack});
    starting_.reset();
  } else if (const auto point = m.loader->start_point()) {
    flush_commands();  // OpenSource comes first
    outputs_.push_back(StartPlayback{m.id, std::max(*point, start_at_.value_or(*point)) - kStartSlack});
    starting_.reset();
  }
  if (!starting_) untold_switch_.reset();
}

void Session::carry_out(const failover::Hedge& d) {
  Member& m = group_[d.source];
  candidate_ = d.source;
  if (m.loader->level() == loading::SourceLoader::Level::media && m.standby == Standby::hot)
    outputs_.push_back(Prepare{m.id});
  else
    resume_or_place(m);
  Event e = event(EventType::hedge_started, d.reason);
  e.source = d.source;
  e.from = controller_.active();
  emit(std::move(e));
}

/// What it brought is kept for as long as it may be of use: the source on the air may be lost after all.
void Session::carry_out(const failover::CancelHedge& d) {
  if (candidate_ == d.source) candidate_.reset();
  Member& m = group_[d.source];
  m.placing = false;
  outputs_.push_back(CancelPrepare{d.source});
  const SourceBuffer* buffer = buffer_of(d.source);
  const bool useful = shows() && buffer != nullptr && buffer->good_until && !m.assessment.hard;
  if (useful && m.standby != Standby::hot) {
    m.loader->hold();
    flush_commands();
  } else if (!useful) {
    close_media(m);
    m.loader->stop();
  }
  apply_standing(m);
  Event e = event(EventType::hedge_cancelled, Reason::none);
  e.source = d.source;
  e.from = controller_.active();
  emit(std::move(e));
}

void Session::carry_out(const failover::Commit& d) {
  commit_reason_ = d.reason;
  commit_times_ = controller_.loss_times();
  evidence_at_ = Instant{};
  candidate_.reset();
  starting_.reset();
  Member& to = group_[d.to];
  Member& from = group_[d.from];
  note_alignment(from, to);
  committed_at_ = now_;
  const SourceBuffer* left = buffer_of(d.from);
  commit_buffer_ = left != nullptr && left->good_until ? *left->good_until - media_.playhead : Duration::zero();
  from.standby = to.standby = Standby::cold;
  from.watched = to.watched = from.placing = to.placing = false;
  to.loader->limit_media(std::nullopt);
  to.loader->hasten(surroundings());
  to.monitor->reset(now_);
  // Its buffered media plays up to the splice; it is closed after that. Of a body that is under way nothing more will come: as long as
  // the pipeline waits for the rest of it, a few access units of a new epoch are no beginning, and nothing would move on.
  from.loader->hold();
  from.loader->stop();
  leaving_ = untold_switch_ = from.id;
  flush_commands();
  outputs_.push_back(Splice{d.to});
  Event e = event(EventType::committed, d.reason);
  e.source = d.to;
  e.from = d.from;
  emit(std::move(e));
}

/// What the switch is known to be good for. The old playlist is gone when the switch is shown.
void Session::note_alignment(Member& from, const Member& to) {
  const bool dated = to.loader->dated() && from.loader->dated();
  const bool measured = known(to);
  commit_alignment_ = dated ? Alignment::program_date_time : (measured ? Alignment::audio : Alignment::live_edge);
  if (measured)
    commit_bound_ = std::max<Duration>(to.alignment_bound, from_ms(1));
  else
    commit_bound_ = dated ? kUncomparedDates : to.loader->target_duration();
  // What was shown is what the others are compared with, as long as the comparison with its successor holds.
  from.skew_known = measured && from.loader->dated();
}

void Session::carry_out(const failover::ShowPrelive& d) {
  if (media_.playing || media_.stalled) shown_until_ = media_.playhead;
  close_all();
  outputs_.push_back(StopMedia{});
  untold_switch_.reset();
  Event e = event(EventType::pre_live, d.reason);
  e.detail = announcement();
  emit(std::move(e));
}

void Session::carry_out(const failover::Probe& d) {
  forget_buffer(d.source);
  group_[d.source].monitor->reset(now_);
  group_[d.source].loader->run_media(std::nullopt, surroundings());
}

void Session::carry_out(const failover::EndProbe& d) { close(group_[d.source]); }

void Session::carry_out(const failover::StopPlaying& d) {
  close_all();
  outputs_.push_back(StopMedia{});
  untold_switch_.reset();
  Event e = event(EventType::stopped, d.reason);
  e.detail = announcement();
  emit(std::move(e));
}

void Session::carry_out(const failover::AskStatus&) {
  poller_.hasten(now_);
  evidence_at_ = now_;
  if (const auto at = poller_.next_poll(); at && *at <= now_ && !poll_request_) poll_status();
}

void Session::carry_out(const failover::Tell& d) {
  if (d.type == EventType::recovered) evidence_at_ = Instant{};
  Event e = event(d.type, d.reason);
  e.source = d.source;
  e.from = d.from;
  e.error = d.error;
  emit(std::move(e));
}

void Session::close(Member& m) {
  m.standby = Standby::cold;
  m.watched = m.placing = false;
  if (!m.loader || m.loader->level() == loading::SourceLoader::Level::off) return;
  close_media(m);
  m.loader->stop();
  flush_commands();
}

/// Takes its media out of the pipeline.
void Session::close_media(Member& m) {
  using Level = loading::SourceLoader::Level;
  if (m.loader->level() != Level::media && m.loader->level() != Level::held) return;
  m.loader->hold();
  flush_commands();
  forget_buffer(m.id);
  m.alignment = Member::Alignment::unknown;
  outputs_.push_back(loading::CloseSource{m.id});
}

/// Of a switch that is not shown any more.
void Session::close_left() {
  if (!leaving_) return;
  outputs_.push_back(loading::CloseSource{*leaving_});
  forget_buffer(*leaving_);
  leaving_.reset();
}

void Session::close_all() {
  for (Member& m : group_.members()) close(m);
  close_left();
  candidate_.reset();
  starting_.reset();
  played_out_ = false;
  offset_goal_.reset();
  evidence_at_ = Instant{};
}

}  // namespace understudy::session
