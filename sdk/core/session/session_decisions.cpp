// Carrying out what the controller decided: orders to the loaders and to the media pipeline, and the events of it.
#include <algorithm>

#include "core/session/session.h"

namespace understudy::session {

namespace {
// A source is shown from its first random access point: dates are rounded, so a start point asks for a little before itself.
constexpr Duration kStartSlack = std::chrono::seconds(1);
// A direct source is shown from whatever comes first: anchored at the live edge of that moment, it is later than this.
constexpr Duration kDirectSlack = std::chrono::hours(1);
// A candidate loads from the segment that covers the splice point; 10 ms before it, FAILOVER.md 7.
constexpr Duration kSpliceSlack = from_ms(10);
}  // namespace

void Session::carry_out(const failover::GoOnAir& d) {
  Member& m = group_[d.source];
  for (Member& other : group_.members())
    if (other.id != d.source) close(other);
  if (!d.keep_loading || m.loader->level() != loading::SourceLoader::Level::media) {
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

/// StartPlayback waits until it is known which segment comes first.
void Session::start_when_placed() {
  if (!starting_) return;
  const Member& m = group_[*starting_];
  if (!m.loader->settings().hls) {
    flush_commands();
    outputs_.push_back(StartPlayback{m.id, live_edge_hint() - kDirectSlack});
    starting_.reset();
  } else if (const auto point = m.loader->start_point()) {
    flush_commands();  // OpenSource comes first
    outputs_.push_back(StartPlayback{m.id, *point - kStartSlack});
    starting_.reset();
  }
}

void Session::carry_out(const failover::Hedge& d) {
  Member& m = group_[d.source];
  candidate_ = d.source;
  forget_buffer(d.source);
  m.monitor->reset(now_);
  std::optional<MediaTime> from;
  const SourceBuffer* active = controller_.active() ? buffer_of(*controller_.active()) : nullptr;
  if (active != nullptr && active->good_until && shows()) from = *active->good_until - kSpliceSlack;
  m.loader->run_media(from, surroundings());
  flush_commands();
  if (from) outputs_.push_back(Prepare{d.source});
  Event e = event(EventType::hedge_started, d.reason);
  e.source = d.source;
  e.from = controller_.active();
  emit(std::move(e));
}

void Session::carry_out(const failover::CancelHedge& d) {
  if (candidate_ == d.source) candidate_.reset();
  outputs_.push_back(CancelPrepare{d.source});
  close(group_[d.source]);
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
  commit_dated_ = to.loader->dated() && group_[d.from].loader->dated();  // the old playlist is gone when the switch is shown
  to.loader->limit_media(std::nullopt);
  to.monitor->reset(now_);
  group_[d.from].loader->stop();  // its buffered media plays up to the splice; the pipeline closes it after
  flush_commands();
  outputs_.push_back(Splice{d.to});
  Event e = event(EventType::committed, d.reason);
  e.source = d.to;
  e.from = d.from;
  emit(std::move(e));
}

void Session::carry_out(const failover::ShowPrelive& d) {
  if (media_.playing || media_.stalled) shown_until_ = media_.playhead;
  close_all();
  outputs_.push_back(StopMedia{});
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

void Session::carry_out(const failover::Watch& d) {
  Member& m = group_[d.source];
  if (!m.loader) return;
  if (d.on) {
    m.monitor->reset(now_);
    m.loader->run_playlist(surroundings());
  } else if (m.loader->level() == loading::SourceLoader::Level::playlist) {
    m.loader->stop();
  }
}

void Session::carry_out(const failover::StopPlaying& d) {
  close_all();
  outputs_.push_back(StopMedia{});
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
  if (!m.loader || m.loader->level() == loading::SourceLoader::Level::off) return;
  const bool media = m.loader->level() == loading::SourceLoader::Level::media;
  m.loader->stop();
  flush_commands();
  forget_buffer(m.id);
  if (media) outputs_.push_back(loading::CloseSource{m.id});
}

void Session::close_all() {
  for (Member& m : group_.members()) close(m);
  candidate_.reset();
  starting_.reset();
  played_out_ = false;
  offset_goal_.reset();
  evidence_at_ = Instant{};
}

}  // namespace understudy::session
