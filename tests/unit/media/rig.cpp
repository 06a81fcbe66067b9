#include "rig.h"

#include "platform.h"

namespace understudy::test {

void RememberingVideo::present(const VideoFrame& frame, Instant /*due*/) {
  pictures.push_back({frame.source, picture_number(visible(frame)), frame.content_time, *now, frame.lost_before,
                      frame.repeated_before});
}

void RememberingAudio::on_played(std::span<const float> samples) {
  const auto channels = static_cast<std::size_t>(format().channels);
  for (std::size_t i = 0; i < samples.size(); i += channels) left.push_back(samples[i]);
}

media::PipelineLimits far_ahead() {
  media::PipelineLimits limits;
  limits.max_pictures = 0;
  return limits;
}

Rig::Rig(AudioFormat format, const media::PipelineLimits& limits) : audio(format), pipeline(video, audio, limits) {
  video.now = &now;
}

Rig::Alone::Alone() {
  if (rigs++ == 0) begin_platform();
}

void Rig::open(SourceId id, const EncodedStream& stream, Duration skew, std::uint32_t epoch) {
  expect(id, stream, skew, epoch);
  pipeline.open(id, Epoch{epoch}, false);
}

void Rig::expect(SourceId id, const EncodedStream& stream, Duration skew, std::uint32_t epoch) {
  opened_[id] = Opened{stream, skew, Epoch{epoch}, false};
}

void Rig::feed_bytes(SourceId id, std::size_t index, const std::vector<std::uint8_t>& bytes,
                     media::Pipeline::BodyEnd end) {
  const media::SegmentRef ref{id, opened_.at(id).epoch, media::Stream::main,
                              MediaSequenceNumber{static_cast<std::int64_t>(index)}, 0};
  pipeline.begin_segment(ref, false, {});
  // The awkward size makes packets and access units straddle the pieces.
  constexpr std::size_t kPiece = 1400;
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
    pipeline.append(ref, std::span(bytes).subspan(at, std::min(kPiece, bytes.size() - at)));
    take_facts();
  }
  pipeline.end_segment(ref, end);
  take_facts();
}

void Rig::feed(SourceId id, std::size_t index) {
  feed_bytes(id, index, opened_.at(id).stream.segments.at(index).bytes, media::Pipeline::BodyEnd::complete);
}

void Rig::feed_cut(SourceId id, std::size_t index, double share) {
  std::vector<std::uint8_t> bytes = opened_.at(id).stream.segments.at(index).bytes;
  bytes.resize(static_cast<std::size_t>(static_cast<double>(bytes.size()) * share));
  feed_bytes(id, index, bytes, media::Pipeline::BodyEnd::truncated);
}

void Rig::feed_all(SourceId id, std::size_t from) {
  for (std::size_t i = from; i < opened_.at(id).stream.segments.size(); ++i) feed(id, i);
}

void Rig::anchor_again(SourceId id, Duration by) {
  Opened& source = opened_.at(id);
  source.offset += by;
  pipeline.anchor(id, source.epoch, 0, source.offset);
}

void Rig::take_facts() {
  while (auto fact = pipeline.poll_fact()) {
    if (const auto* segment = std::get_if<media::SegmentOpened>(&*fact)) {
      Opened& source = opened_[segment->segment.source];
      if (!source.anchored && segment->segment.epoch == source.epoch) {
        const auto index = static_cast<std::size_t>(segment->segment.msn.value);
        const MediaTime date = source.stream.time_of(source.stream.segments.at(index).first_frame) + source.skew;
        source.offset = date - segment->first_pts;
        pipeline.anchor(segment->segment.source, source.epoch, 0, source.offset);
        source.anchored = true;
      }
    }
    facts.push_back(std::move(*fact));
  }
}

void Rig::iterate() {
  test::iterate(pipeline, now);
  take_facts();
}

void Rig::run_for(Duration d, Duration step) {
  const Instant end = now + d;
  while (now < end) {
    now += step;
    iterate();
  }
  audio.advance(now);
}

media::SourceBuffer Rig::buffer(SourceId id) const {
  for (const media::SourceBuffer& b : pipeline.snapshot().sources) {
    if (b.source == id) return b;
  }
  return {};
}

}  // namespace understudy::test
