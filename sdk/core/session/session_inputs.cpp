// What each input means to Session, before the turn that follows it.
#include "core/session/session.h"

namespace understudy::session {

void Session::on(const loading::FetchDone& done) {
  const auto note_answer = [&] {
    if (done.status != 0 && done.error.code == ErrorCode::none) last_answer_ = now_;  // a body that ran into its time-out is none
  };
  if (poll_request_ == done.id) {
    note_answer();
    return on_status(done);
  }
  if (poster_request_ == done.id) {
    note_answer();
    poster_request_.reset();
    if (done.ok()) {
      outputs_.push_back(PosterLoaded{done.body});
    } else {
      Event e = event(EventType::error, Reason::none);
      e.error = done.failure();
      e.error->detail = "poster: " + e.error->detail;
      emit(std::move(e));
    }
    return;
  }
  const loading::Surroundings s = surroundings();
  for (Member& m : group_.members()) {
    if (!m.loader) continue;
    const std::uint64_t media = m.loader->media_bytes();
    const std::uint64_t other = m.loader->other_bytes();
    if (!m.loader->on_done(done, s)) continue;
    note_answer();
    return count_bytes(m, m.loader->media_bytes() - media, m.loader->other_bytes() - other);
  }
}

void Session::on(const loading::FetchProgress& progress) {
  const loading::Surroundings s = surroundings();
  for (Member& m : group_.members()) {
    if (!m.loader) continue;
    const std::uint64_t media = m.loader->media_bytes();
    if (!m.loader->on_progress(progress, s)) continue;
    last_answer_ = now_;
    return count_bytes(m, m.loader->media_bytes() - media, 0);
  }
}

/// Inputs may come from a damaged trace: what names no source of ours is ignored.
bool Session::knows(SourceId source) const {
  return source.value < group_.members().size() && group_[source].loader != nullptr;
}

void Session::on(const loading::SegmentOpened& opened) {
  if (!knows(opened.source)) return;
  group_[opened.source].loader->on_opened(opened, surroundings());
  if (controller_.active() == opened.source) played_out_ = false;
}

void Session::on(const loading::SegmentClosed& closed) {
  if (!knows(closed.source)) return;
  group_[closed.source].loader->on_closed(closed, surroundings());
}

void Session::on(const MediaState& state) {
  media_ = state;
  for (const SourceBuffer& buffer : media_.sources) {
    if (!knows(buffer.source) || !buffer.decode_permille) continue;
    Member& m = group_[buffer.source];
    if (m.decode_permille == buffer.decode_permille) continue;
    m.decode_permille = buffer.decode_permille;
    m.loader->pace().observe_decoding(*buffer.decode_permille);
  }
}

void Session::on(const MediaDamaged& damaged) {
  if (!knows(damaged.source)) return;
  Member& m = group_[damaged.source];
  m.loader->on_damaged(damaged.error, damaged.content_time, surroundings());
  Event e = event(EventType::error, Reason::decode_error);
  e.source = m.id;
  e.error = damaged.error;
  emit(std::move(e));
}

void Session::on(const FirstFrame& frame) {
  if (controller_.active() != frame.source || controller_.state() != failover::State::starting) return;
  group_[frame.source].loader->begins_at(frame.content_time);
  controller_.on_first_frame(frame.source);
  offset_goal_.reset();
  Event ready = event(EventType::source_ready, on_air_reason_);
  ready.source = frame.source;
  emit(std::move(ready));
  Event started = event(EventType::started, on_air_reason_);
  started.source = frame.source;
  emit(std::move(started));
}

void Session::on(const Switched& switched) {
  if (!knows(switched.from) || !knows(switched.to)) return;
  if (controller_.active() != switched.to || untold_switch_ != switched.from) return;  // nobody ordered it
  untold_switch_.reset();
  played_out_ = false;
  controller_.on_switched(switched.to);
  Event ready = event(EventType::source_ready, commit_reason_);
  ready.source = switched.to;
  emit(std::move(ready));
  Event e = event(EventType::switched, commit_reason_);
  e.source = switched.to;
  e.from = switched.from;
  SwitchFacts facts;
  facts.content_time = switched.content_time;
  const auto& t = commit_times_;
  facts.detect_ms = std::max<std::int64_t>(0, to_ms(t.since - t.due));
  facts.prepare_ms = t.ready ? to_ms(*t.ready - t.hedged) : to_ms(now_ - t.hedged);
  facts.gap_ms = to_ms(switched.gap);
  facts.frames_lost = switched.frames_lost;
  facts.frames_repeated = switched.frames_repeated;
  facts.commit_ms = to_ms(committed_at_ - t.since);
  facts.buffer_ms = to_ms(commit_buffer_);
  facts.alignment = commit_alignment_;
  facts.error_bound_ms = to_ms(commit_bound_);
  e.switch_facts = facts;
  emit(std::move(e));
  close_left();
}

void Session::on(const Stalled&) {
  Event e = event(EventType::stalled, Reason::input_loss);
  e.source = controller_.active();
  emit(std::move(e));
}

void Session::on(const Resumed& resumed) {
  Event e = event(EventType::resumed, Reason::none);
  e.source = controller_.active();
  e.detail = std::to_string(to_ms(resumed.gap)) + " ms";
  emit(std::move(e));
}

/// The end of a recording. A live list that ended is a loss, and the controller's business.
void Session::on(const PlayedOut& played) {
  if (controller_.active() != played.source) return;
  played_out_ = true;
  const Member& m = group_[played.source];
  const loading::SourceLoader& loader = *m.loader;
  const bool recording = loader.ended() && !loader.ended_while_live() && !ends_are_losses(m);
  if (recording || !loader.settings().hls) end(Reason::end_of_stream);
}

void Session::on(const SetPaused& command) {
  if (command.paused == paused_) return;
  paused_ = command.paused;
  outputs_.push_back(PauseMedia{paused_});
  forget_lateness();
  offset_goal_.reset();  // how far behind live one is after a pause is the viewer's choice
  // Resuming outside the live window: what was buffered plays first, then there is a hole; jump to the live edge instead.
  // Of a source that is starting nothing was shown yet that could lie outside; nor of one that is committed to, but what follows on what
  // it had by then may be gone.
  const auto active = controller_.active();
  if (!paused_ && shows() && active && group_[*active].loader) {
    const loading::SourceLoader& loader = *group_[*active].loader;
    const bool switching = controller_.state() == failover::State::switching;
    const MediaTime left_off = switching ? loader.complete_until().value_or(media_.playhead) : media_.playhead;
    if (!loader.ended() && !loader.window().empty() && left_off < loader.window().begin) controller_.rejoin();
  }
}

void Session::on(const SwitchTo& command) {
  if (command.to && command.to->value >= group_.members().size()) return;
  controller_.request_switch(command.to);
}

void Session::on(const EndSession&) { end(Reason::app); }

/// After this no request, timer or callback remains.
void Session::end(Reason reason) {
  carry_out(failover::StopPlaying{reason});
  if (poll_request_) outputs_.push_back(loading::CancelFetch{*poll_request_});
  if (poster_request_) outputs_.push_back(loading::CancelFetch{*poster_request_});
  poller_.stop();
  flush_commands();
  ended_ = true;
}

}  // namespace understudy::session
