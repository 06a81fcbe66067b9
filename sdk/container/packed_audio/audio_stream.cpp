#include "container/packed_audio/audio_stream.h"

#include <algorithm>
#include <utility>

namespace understudy::container {
namespace {

TrackInfo initial_info(std::uint32_t track, Codec codec) {
  TrackInfo info;
  info.id = track;
  info.kind = TrackKind::audio;
  info.codec = codec;
  return info;
}

}  // namespace

AudioStream::AudioStream(std::uint32_t track, Codec codec, const StreamContext& context)
    : parse_(frame_header_parser(codec)), context_(context), output_(initial_info(track, codec), *context.log) {}

void AudioStream::begin_segment(const SegmentStart& start) {
  output_.begin_segment(start);
  packet_stamp_.reset();
  if (!start.discontinuity) return;
  drop_partial();
  header_size_ = 0;
  signature_.reset();
  anchor_.reset();
}

void AudioStream::begin_packet(const std::optional<Stamp>& stamp, Sink&) {
  packet_stamp_ = stamp;
  if (!in_frame_ && header_size_ == 0) locked_ = true;
}

void AudioStream::push(std::span<const std::uint8_t> bytes, Sink& sink) {
  if (carried_) bytes = resolve_carried(bytes, sink);
  consume(bytes, sink);
}

void AudioStream::consume(std::span<const std::uint8_t> bytes, Sink& sink) {
  while (!bytes.empty()) bytes = in_frame_ ? collect_frame(bytes, sink) : collect_header(bytes, sink);
}

// The segment before ended inside a frame. If this one begins with a frame of its own, the rest of that one never
// comes.
std::span<const std::uint8_t> AudioStream::resolve_carried(std::span<const std::uint8_t> bytes, Sink& sink) {
  const std::size_t count = std::min(bytes.size(), kMinHeader - header_size_);
  std::copy_n(bytes.begin(), count, header_.begin() + static_cast<std::ptrdiff_t>(header_size_));
  header_size_ += count;
  if (header_size_ < kMinHeader) return {};
  const auto seen = header_;
  const auto header = parse_(std::span(header_).first(kMinHeader));
  carried_ = false;
  header_size_ = 0;
  if (header && signature_ && header->signature == *signature_) {
    drop_partial();
    locked_ = true;
  }
  consume(std::span(seen).first(kMinHeader), sink);
  return bytes.subspan(count);
}

std::span<const std::uint8_t> AudioStream::collect_header(std::span<const std::uint8_t> bytes, Sink& sink) {
  if (header_size_ == 0) header_stamp_ = std::exchange(packet_stamp_, std::nullopt);
  header_[header_size_++] = bytes[0];
  bytes = bytes.subspan(1);
  while (header_size_ >= kMinHeader) {
    const auto header = parse_(std::span(header_).first(kMinHeader));
    if (header && acceptable(*header)) {
      if (header_size_ >= header->header_size) begin_frame(*header, sink);
      break;
    }
    reject_header_byte();
  }
  return bytes;
}

bool AudioStream::acceptable(const AudioFrameHeader& header) const {
  // Out of step, only a header like the last one counts: sync words also occur inside frames.
  return locked_ || !signature_ || header.signature == *signature_;
}

void AudioStream::reject_header_byte() {
  locked_ = false;
  ++context_.log->skipped_bytes;
  std::copy(header_.begin() + 1, header_.end(), header_.begin());
  --header_size_;
  if (packet_stamp_) header_stamp_ = std::exchange(packet_stamp_, std::nullopt);
}

void AudioStream::begin_frame(const AudioFrameHeader& header, Sink& sink) {
  const bool joins = header.dependent && holds_;
  if (joins) {
    holds_ = false;
    frame_ = std::move(held_);
    frame_samples_ = held_samples_;
  } else {
    finish_held(sink);
    stamp_frame(header);
    describe(header);
    frame_ = context_.pool->take();
    frame_samples_ = header.samples;
  }
  signature_ = header.signature;
  in_frame_ = true;
  frame_left_ = header.frame_size - header.header_size;
  const std::size_t collected = header_size_;
  header_size_ = 0;
  consume(std::span(header_).subspan(header.header_size, collected - header.header_size), sink);
  if (in_frame_ && frame_left_ == 0) finish_frame(sink);
}

void AudioStream::stamp_frame(const AudioFrameHeader& header) {
  if (header_stamp_) {
    anchor_ = header_stamp_->pts;
    samples_ = 0;
  } else if (anchor_ && header.sample_rate != sample_rate_) {
    anchor_ = next_time();
    samples_ = 0;
  }
  header_stamp_.reset();
  sample_rate_ = header.sample_rate;
}

void AudioStream::describe(const AudioFrameHeader& header) {
  const TrackInfo& now = output_.info();
  if (now.codec == header.codec && now.sample_rate == header.sample_rate && now.channels == header.channels &&
      now.config == header.config) {
    return;
  }
  TrackInfo info = now;
  info.codec = header.codec;
  info.sample_rate = header.sample_rate;
  info.channels = header.channels;
  info.config = header.config;
  output_.set_info(std::move(info));
}

std::span<const std::uint8_t> AudioStream::collect_frame(std::span<const std::uint8_t> bytes, Sink& sink) {
  const std::size_t count = std::min(bytes.size(), frame_left_);
  frame_.insert(frame_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
  frame_left_ -= count;
  if (frame_left_ == 0) finish_frame(sink);
  return bytes.subspan(count);
}

void AudioStream::finish_frame(Sink& sink) {
  in_frame_ = false;
  locked_ = true;
  if (output_.info().codec != Codec::eac3) {
    emit(std::move(frame_), frame_samples_, false, sink);
    return;
  }
  holds_ = true;
  held_ = std::move(frame_);
  held_samples_ = frame_samples_;
}

void AudioStream::finish_held(Sink& sink) {
  if (!holds_) return;
  holds_ = false;
  emit(std::move(held_), held_samples_, false, sink);
}

void AudioStream::emit(std::vector<std::uint8_t>&& bytes, std::uint32_t samples, bool corrupt, Sink& sink) {
  if (!anchor_) {  // before the first time stamp of the stream
    context_.log->skipped_bytes += static_cast<std::uint32_t>(bytes.size());
    context_.pool->give_back(std::move(bytes));
    return;
  }
  AccessUnit unit;
  unit.pts = unit.dts = next_time();
  samples_ += samples;
  unit.duration = next_time() - unit.pts;
  unit.key = true;
  unit.corrupt = corrupt;
  unit.data = context_.pool->seal(std::move(bytes));
  output_.emit(std::move(unit), sink);
}

MediaTime AudioStream::next_time() const {
  return *anchor_ + from_ticks(samples_, static_cast<std::uint32_t>(sample_rate_));
}

void AudioStream::gap(Sink& sink) {
  finish_held(sink);
  if (in_frame_) {
    carried_ = in_frame_ = false;
    emit(std::move(frame_), frame_samples_, true, sink);
  }
  header_size_ = 0;
  locked_ = false;
  output_.note_loss();
}

void AudioStream::drop_partial() {
  context_.log->skipped_bytes += static_cast<std::uint32_t>(frame_.size() + held_.size());
  frame_.clear();
  held_.clear();
  in_frame_ = carried_ = holds_ = locked_ = false;
}

void AudioStream::end_segment(BodyEnd end, Sink& sink) {
  if (end == BodyEnd::complete) {
    finish_held(sink);
    carried_ = in_frame_;
    if (carried_) header_size_ = 0;
  } else {
    drop_partial();
    header_size_ = 0;
    output_.note_loss();
  }
}

}  // namespace understudy::container
