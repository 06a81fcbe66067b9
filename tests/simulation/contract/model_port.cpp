#include "simulation/contract/model_port.h"

#include <algorithm>

#include "simulation/contract/told.h"

namespace understudy::contract {

ModelPort::ModelPort(bool sound, Duration step) : step_(step) {
  model_.has_sound = sound;
  model_.skip_to(now_);
}

void ModelPort::do_open(SourceId id, Epoch epoch) {
  model_.open(id, epoch);
  settle();
}
void ModelPort::close(SourceId id) {
  model_.close(id);
  settle();
}
void ModelPort::do_feed(const loading::SegmentTarget& target, const Piece& piece, std::size_t, std::size_t until) {
  model_.append(target, piece.content, static_cast<std::int64_t>(until), until == piece.bytes.size());
  settle();
}
void ModelPort::abandon(SourceId id, int segment) {
  model_.abandon(target_of(id, segment));
  settle();
}
void ModelPort::end_of_stream(SourceId id) {
  model_.end_of_stream(id, opened(id).epoch);
  settle();
}
void ModelPort::do_anchor(SourceId id, Epoch epoch, Duration offset) { model_.anchor(id, epoch, 0, offset); }
void ModelPort::start(SourceId id, MediaTime from) { model_.start(id, from); }
void ModelPort::prepare(SourceId id) { model_.prepare(id); }
void ModelPort::stand_by(SourceId id) { model_.stand_by(id); }
void ModelPort::cancel(SourceId id) { model_.cancel(id); }
void ModelPort::splice(SourceId id) { model_.splice(id); }
void ModelPort::stop() { model_.stop(); }
void ModelPort::pause(bool paused) { model_.set_paused(paused); }
void ModelPort::rate(int ppm) { model_.set_rate_ppm(ppm); }

/// What was told now acts now; facts may be answered, and that acts too.
void ModelPort::settle() {
  take();
  model_.iterate(now_);
  take();
}

void ModelPort::run_for(Duration d) {
  settle();
  const Instant end = now_ + d;
  while (now_ < end) {
    Instant next = std::min(end, model_.next_fact());
    if (step_ > Duration::zero()) next = std::min(next, now_ + step_);
    now_ = std::max(now_, next);
    settle();
  }
}

Buffered ModelPort::buffered(SourceId id) {
  settle();
  session::MediaState state;
  model_.describe(state);
  for (const session::SourceBuffer& b : state.sources)
    if (b.source == id) return {b.good_until, b.planned_splice, b.splice_ready};
  return {};
}

bool ModelPort::stalled() {
  session::MediaState state;
  model_.describe(state);
  return state.stalled;
}

void ModelPort::take() {
  std::vector<world::Fact> facts;
  model_.take_facts(facts);
  for (const world::Fact& fact : facts) {
    if (const auto* opened = std::get_if<loading::SegmentOpened>(&fact))
      on_opened(opened->source, opened->epoch, static_cast<int>(opened->msn.value), opened->first_pts);
    else if (const auto* closed = std::get_if<loading::SegmentClosed>(&fact))
      tell(closed_text(closed->source, closed->msn, closed->good));
    else
      tell(std::visit(ToldText{}, fact));
  }
  std::vector<world::Shown> shown;
  model_.take_shown(shown, Instant::max());
  for (const world::Shown& s : shown) pictures_.push_back({s.at, s.source, s.frame, s.content_time});
}

}  // namespace understudy::contract
