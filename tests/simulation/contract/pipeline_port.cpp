#include "simulation/contract/pipeline_port.h"

#include <algorithm>

#include "encoded_stream.h"
#include "simulation/contract/told.h"

namespace understudy::contract {

namespace {
// A front end that wakes up this often.
constexpr Duration kStep = from_ms(5);
// At one time: decoding is bounded per call, the model's is not.
constexpr int kMaxCalls = 400;
}  // namespace

PipelinePort::PipelinePort() : pipeline_(screen_, speaker_) { pipeline_.iterate(now_); }

void PipelinePort::Screen::present(const VideoFrame& frame, Instant) {
  port_.pictures_.push_back({port_.now_, frame.source, test::picture_number(frame), frame.content_time});
}

media::SegmentRef PipelinePort::ref_of(const loading::SegmentTarget& target) const {
  return {target.source, target.epoch, media::Stream::main, target.msn, target.discontinuity_sequence};
}

void PipelinePort::do_open(SourceId id, Epoch epoch) {
  pipeline_.open(id, epoch, false);
  settle();
}
void PipelinePort::close(SourceId id) {
  pipeline_.close(id);
  settle();
}
void PipelinePort::do_feed(const loading::SegmentTarget& target, const Piece& piece, std::size_t from, std::size_t until) {
  const media::SegmentRef ref = ref_of(target);
  if (begun_.insert({target.source, target.epoch, target.msn}).second) pipeline_.begin_segment(ref, false, {});
  pipeline_.append(ref, std::span(piece.bytes).subspan(from, until - from));
  take();
  if (until == piece.bytes.size()) pipeline_.end_segment(ref, media::Pipeline::BodyEnd::complete);
  settle();
}
void PipelinePort::abandon(SourceId id, int segment) {
  pipeline_.end_segment(ref_of(target_of(id, segment)), media::Pipeline::BodyEnd::truncated);
  settle();
}
void PipelinePort::end_of_stream(SourceId id) {
  pipeline_.end_of_stream(id, opened(id).epoch);
  settle();
}
void PipelinePort::do_anchor(SourceId id, Epoch epoch, Duration offset) { pipeline_.anchor(id, epoch, 0, offset); }
void PipelinePort::start(SourceId id, MediaTime from) { pipeline_.start(id, from); }
void PipelinePort::prepare(SourceId id) { pipeline_.prepare(id); }
void PipelinePort::stand_by(SourceId id) { pipeline_.stand_by(id); }
void PipelinePort::cancel(SourceId id) { pipeline_.cancel(id); }
void PipelinePort::splice(SourceId id) { pipeline_.splice(id); }
void PipelinePort::stop() { pipeline_.stop(); }
void PipelinePort::pause(bool paused) { pipeline_.set_paused(paused, now_); }
void PipelinePort::rate(int ppm) { pipeline_.set_rate_ppm(ppm); }

/// Until nothing is left to decode at this time.
void PipelinePort::settle() {
  take();
  for (int i = 0; i < kMaxCalls; ++i) {
    pipeline_.iterate(now_);
    take();
    if (pipeline_.next_deadline() > now_) return;
  }
}

void PipelinePort::run_for(Duration d) {
  settle();
  const Instant end = now_ + d;
  while (now_ < end) {
    now_ = std::min(end, now_ + kStep);
    settle();
  }
  speaker_.advance(now_);
}

Buffered PipelinePort::buffered(SourceId id) {
  settle();
  for (const media::SourceBuffer& b : pipeline_.snapshot().sources)
    if (b.source == id) return {b.good_until, b.planned_splice, b.splice_ready};
  return {};
}

void PipelinePort::take() {
  while (auto fact = pipeline_.poll_fact()) {
    if (const auto* opened = std::get_if<media::SegmentOpened>(&*fact))
      on_opened(opened->segment.source, opened->segment.epoch, static_cast<int>(opened->segment.msn.value), opened->first_pts);
    else if (const auto* closed = std::get_if<media::SegmentClosed>(&*fact))
      tell(closed_text(closed->segment.source, closed->segment.msn, closed->good));
    else
      tell(std::visit(ToldText{}, *fact));
  }
}

}  // namespace understudy::contract
