#include "container/annexb/video_stream.h"

#include <algorithm>

#include "container/annexb/hevc.h"
#include "container/annexb/nal.h"
#include "container/bit_reader.h"

namespace understudy::container::annexb {
namespace {

constexpr std::size_t kMaxStamps = 64;
// What a slice header needs after the start code for first_mb_in_slice: header byte and a code of at most 33 bits.
constexpr std::size_t kSliceLookahead = 6;
constexpr Duration kLongestPicture = std::chrono::seconds(10);

TrackInfo describe(std::uint32_t track, Codec codec) {
  TrackInfo info;
  info.id = track;
  info.kind = TrackKind::video;
  info.codec = codec;
  info.annexb = true;
  return info;
}

}  // namespace

VideoStream::VideoStream(std::uint32_t track, Codec codec, const StreamContext& context)
    : codec_(codec), context_(context), output_(describe(track, codec), *context.log), inspector_(codec) {}

void VideoStream::begin_segment(const SegmentStart& start) {
  output_.begin_segment(start);
  discard();
  if (start.discontinuity) {
    last_stamp_.reset();
    last_duration_ = {};
  }
}

void VideoStream::discard() {
  unit_.clear();
  unit_offset_ = 0;
  scanned_ = 0;
  has_slice_ = corrupt_ = oversized_ = false;
  stamps_.clear();
  stamp_.reset();
}

void VideoStream::begin_packet(const std::optional<Stamp>& stamp, Sink&) {
  if (!stamp) return;
  if (stamps_.size() == kMaxStamps) stamps_.pop_front();
  stamps_.push_back({unit_offset_ + unit_.size(), *stamp});
  if (unit_.empty()) stamp_ = take_stamp(unit_offset_);
}

std::optional<Stamp> VideoStream::take_stamp(std::uint64_t up_to) {
  std::optional<Stamp> latest;
  while (!stamps_.empty() && stamps_.front().offset <= up_to) {
    latest = stamps_.front().stamp;
    stamps_.pop_front();
  }
  return latest;
}

void VideoStream::push(std::span<const std::uint8_t> bytes, Sink& sink) {
  if (unit_.capacity() == 0) unit_ = context_.pool->take();
  if (unit_.size() + bytes.size() > context_.limits.max_access_unit_bytes) {
    // Goes on without these bytes: the next boundary can still be found in what comes after.
    context_.log->fail(ErrorCode::limit_exceeded, "an access unit is larger than the limit");
    context_.log->skipped_bytes += static_cast<std::uint32_t>(unit_.size());
    oversized_ = true;
    unit_offset_ += unit_.size();
    unit_.clear();
    scanned_ = 0;
  }
  unit_.insert(unit_.end(), bytes.begin(), bytes.end());
  scan(false, sink);
}

void VideoStream::gap(Sink&) {
  if (unit_.empty()) {
    output_.note_loss();
  } else {
    corrupt_ = true;
  }
}

void VideoStream::scan(bool final, Sink& sink) {
  while (true) {
    const std::size_t start = find_start_code(unit_, scanned_);
    if (start == unit_.size()) {
      if (unit_.size() >= 2) scanned_ = std::max(scanned_, unit_.size() - 2);
      return;
    }
    scanned_ = start;
    const std::size_t nal = start + 3;
    if (nal + kSliceLookahead > unit_.size() && !final) return;
    const Found found = classify(nal);
    if (found == Found::boundary) {
      cut_before(nal, sink);
      continue;
    }
    has_slice_ = has_slice_ || found == Found::slice;
    scanned_ = nal;
  }
}

VideoStream::Found VideoStream::classify(std::size_t nal) {
  if (nal + 2 >= unit_.size()) return Found::nothing;
  return codec_ == Codec::hevc ? classify_hevc(nal) : classify_h264(nal);
}

VideoStream::Found VideoStream::classify_h264(std::size_t nal) {
  switch (h264::nal_type(unit_[nal])) {
    case h264::sei:
    case h264::sps:
    case h264::pps:
    case h264::aud: return has_slice_ ? Found::boundary : Found::nothing;
    case h264::slice:
    case h264::partition_a:
    case h264::idr: break;
    default: return Found::nothing;
  }
  // A slice that does not lie behind the last one begins a picture: macroblocks come in order (no FMO, no ASO).
  const std::size_t available = std::min(unit_.size() - nal, kSliceLookahead);
  BitReader bits(std::span<const std::uint8_t>(unit_).subspan(nal + 1, available - 1));
  const std::uint64_t first_mb = bits.ue();
  const bool begins = has_slice_ && first_mb <= last_first_mb_;
  if (!begins) last_first_mb_ = first_mb;
  return begins ? Found::boundary : Found::slice;
}

VideoStream::Found VideoStream::classify_hevc(std::size_t nal) const {
  const unsigned type = hevc::nal_type(unit_[nal]);
  if (hevc::layer_id(unit_[nal], unit_[nal + 1]) > 0) return Found::nothing;
  if (hevc::starts_unit(type)) return has_slice_ ? Found::boundary : Found::nothing;
  const bool first_slice_segment_in_pic = unit_[nal + 2] >> 7 != 0;
  if (!hevc::is_slice(type) || !first_slice_segment_in_pic) return Found::nothing;
  return has_slice_ ? Found::boundary : Found::slice;
}

void VideoStream::cut_before(std::size_t nal, Sink& sink) {
  const std::size_t start_code = nal - 3;
  const std::size_t boundary = start_code > 0 && unit_[start_code - 1] == 0 ? start_code - 1 : start_code;
  std::vector<std::uint8_t> rest = context_.pool->take();
  rest.assign(unit_.begin() + static_cast<std::ptrdiff_t>(boundary), unit_.end());
  unit_.resize(boundary);
  const std::optional<Stamp> next = take_stamp(unit_offset_ + nal);
  finish_unit(next, false, sink);
  unit_ = std::move(rest);
  unit_offset_ += boundary;
  scanned_ = 0;
  stamp_ = next;
}

void VideoStream::finish_unit(const std::optional<Stamp>& next, bool last, Sink& sink) {
  AccessUnit unit;
  unit.corrupt = corrupt_ || oversized_;
  unit.data = context_.pool->seal(std::move(unit_));
  const PictureFacts facts = inspector_.inspect(unit.data.bytes());
  unit.key = facts.key;
  unit.leading = facts.leading;
  if (facts.width > 0) set_size(facts.width, facts.height);
  if (!stamp_ && last_stamp_) stamp_ = Stamp{last_stamp_->pts + last_duration_, last_stamp_->dts + last_duration_};
  if (stamp_ && next && next->dts > stamp_->dts && next->dts - stamp_->dts < kLongestPicture) {
    last_duration_ = next->dts - stamp_->dts;
  } else if (facts.nominal_duration > Duration::zero() && (last_duration_ == Duration::zero() || (!next && !last))) {
    // Nothing to measure, or a second picture in the same packet (two fields), which gets its time from this.
    last_duration_ = facts.nominal_duration;
  }
  if (stamp_ && has_slice_) {
    unit.pts = stamp_->pts;
    unit.dts = stamp_->dts;
    unit.duration = last_duration_;
    output_.emit(std::move(unit), sink);
    last_stamp_ = stamp_;
  } else {
    // Nothing to show, or no time to show it at: what lies before the first picture of the stream.
    context_.log->skipped_bytes += static_cast<std::uint32_t>(unit.data.size());
    if (unit.corrupt) output_.note_loss();
  }
  has_slice_ = corrupt_ = oversized_ = false;
  stamp_.reset();
}

void VideoStream::set_size(int width, int height) {
  if (output_.info().width == width && output_.info().height == height) return;
  TrackInfo info = output_.info();
  info.width = width;
  info.height = height;
  output_.set_info(std::move(info));
}

void VideoStream::end_segment(BodyEnd end, Sink& sink) {
  if (end == BodyEnd::complete) {
    scan(true, sink);
    if (!unit_.empty()) finish_unit(std::nullopt, true, sink);
  } else {
    output_.note_loss();
  }
  discard();
}

}  // namespace understudy::container::annexb
