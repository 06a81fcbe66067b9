#include "container/packed_audio/packed_audio_demuxer.h"

#include <algorithm>

#include "container/id3/id3.h"
#include "container/packed_audio/audio_stream.h"

namespace understudy::container {
namespace {

Codec codec_of(std::span<const std::uint8_t> bytes) {
  if (parse_adts(bytes)) return Codec::aac;
  if (const auto header = parse_ac3(bytes)) return header->codec;
  if (parse_mpeg_audio(bytes)) return Codec::mp3;
  return Codec::unknown;
}

}  // namespace

PackedAudioDemuxer::PackedAudioDemuxer(const Limits& limits)
    : context_{&pool_, &log_, limits}, tags_(TrackInfo{.id = kTagTrack, .codec = Codec::id3}, log_) {}

void PackedAudioDemuxer::begin_segment(const SegmentStart& start) {
  segment_ = start;
  log_ = {};
  state_ = State::start;
  head_.clear();
  stamp_.reset();
  tags_.begin_segment(start);
  if (start.discontinuity) {
    clock_.reset();
    audio_.reset();
  }
  if (audio_) audio_->begin_segment(start);
}

void PackedAudioDemuxer::push(std::span<const std::uint8_t> bytes, Sink& sink) {
  while (!bytes.empty()) {
    if (state_ == State::audio) {
      audio_->push(bytes, sink);
      return;
    }
    if (state_ == State::tag) {
      const std::size_t count = std::min(bytes.size(), tag_left_);
      if (head_.size() + count <= kMaxTag)
        head_.insert(head_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
      tag_left_ -= count;
      bytes = bytes.subspan(count);
      if (tag_left_ == 0) finish_tag(sink);
      continue;
    }
    head_.push_back(bytes[0]);
    bytes = bytes.subspan(1);
    look_at_start(sink);
  }
}

void PackedAudioDemuxer::look_at_start(Sink& sink) {
  if (head_.size() < id3::kHeaderSize) return;
  if (const auto size = id3::tag_size(head_)) {
    tag_left_ = *size - id3::kHeaderSize;
    state_ = State::tag;
    if (tag_left_ == 0) finish_tag(sink);
    return;
  }
  const Codec codec = codec_of(head_);
  if (audio_ != nullptr || codec != Codec::unknown) {
    begin_audio(codec, sink);
    return;
  }
  head_.erase(head_.begin());
  if (++log_.skipped_bytes > kMaxSearch) log_.fail(ErrorCode::bad_media, "no audio frame where packed audio should be");
}

void PackedAudioDemuxer::finish_tag(Sink& sink) {
  const id3::Contents contents = id3::read(head_);
  if (contents.transport_stream_timestamp) {
    const MediaTime at = clock_.unwrap(*contents.transport_stream_timestamp);
    stamp_ = Stamp{at, at};
  }
  if (contents.other_frames && stamp_) {
    AccessUnit unit;
    unit.pts = unit.dts = stamp_->pts;
    unit.key = true;
    unit.data = Buffer::copy_of(head_);
    tags_.emit(std::move(unit), sink);
  }
  head_.clear();
  state_ = State::start;
}

void PackedAudioDemuxer::begin_audio(Codec codec, Sink& sink) {
  state_ = State::audio;
  if (!audio_) {
    audio_ = std::make_unique<AudioStream>(kAudioTrack, codec, context_);
    audio_->begin_segment(segment_);
    if (!stamp_) stamp_ = Stamp{};
  }
  audio_->begin_packet(stamp_, sink);
  audio_->push(head_, sink);
  head_.clear();
}

SegmentReport PackedAudioDemuxer::end_segment(BodyEnd end, Sink& sink) {
  if (!head_.empty() || state_ == State::tag) {
    log_.skipped_bytes += static_cast<std::uint32_t>(head_.size());
    if (end == BodyEnd::complete) log_.fail(ErrorCode::bad_media, "the body ends inside an ID3 tag or before a frame");
  }
  SegmentReport report;
  if (audio_) {
    audio_->end_segment(end, sink);
    if (audio_->output().to_be_reported()) report.tracks.push_back(audio_->output().report());
  }
  if (tags_.announced()) report.tracks.push_back(tags_.report());
  report.damaged_units = log_.damaged_units;
  report.skipped_bytes = log_.skipped_bytes;
  report.error = log_.error;
  return report;
}

}  // namespace understudy::container
