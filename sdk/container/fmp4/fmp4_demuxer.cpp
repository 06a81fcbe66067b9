#include "container/fmp4/fmp4_demuxer.h"

#include <algorithm>
#include <utility>

#include "container/fmp4/sample_tables.h"

namespace understudy::container::fmp4 {
namespace {

// Time stamps beyond this many seconds (a century and more) do not fit MediaTime's nanoseconds with room to spare.
constexpr std::int64_t kMaxSeconds = std::int64_t{1} << 32;

bool representable(std::int64_t ticks, std::uint32_t timescale) {
  return ticks / timescale < kMaxSeconds && ticks / timescale > -kMaxSeconds;
}

bool has_start_codes_or_prefixes(const TrackInfo& info) {
  return !info.encrypted && (info.codec == Codec::h264 || info.codec == Codec::hevc);
}

}  // namespace

Fmp4Demuxer::Fmp4Demuxer(const Limits& limits) : context_{&pool_, &log_, limits} {}

void Fmp4Demuxer::begin_segment(const SegmentStart& start) {
  segment_ = start;
  log_ = {};
  state_ = State::header;
  position_ = 0;
  box_.clear();
  samples_.clear();
  next_sample_ = 0;
  sample_.clear();
  earliest_.reset();
  waiting_events_.clear();
  if (start.discontinuity) next_dts_.clear();
  for (auto& [id, track] : tracks_) track.output.begin_segment(start);
}

void Fmp4Demuxer::push(std::span<const std::uint8_t> bytes, Sink& sink) {
  while (!bytes.empty()) {
    std::size_t used = bytes.size();
    switch (state_) {
      case State::header: used = read_header(bytes, sink); break;
      case State::collect: used = collect_body(bytes, sink); break;
      case State::media: used = pass_media(bytes, sink); break;
      case State::skip:
        used = static_cast<std::size_t>(to_end_ ? bytes.size() : std::min<std::uint64_t>(bytes.size(), body_left_));
        position_ += used;
        body_left_ -= to_end_ ? 0 : used;
        finish_box(sink);
        break;
      case State::broken: log_.skipped_bytes += static_cast<std::uint32_t>(used); break;
    }
    bytes = bytes.subspan(used);
  }
}

std::size_t Fmp4Demuxer::read_header(std::span<const std::uint8_t> bytes, Sink& sink) {
  if (box_.empty()) box_offset_ = position_;
  // Byte by byte: a header is short, and where it ends is only known from its first eight bytes.
  box_.push_back(bytes[0]);
  ++position_;
  const auto [status, header] = BoxHeader::parse(box_);
  if (status == BoxHeader::Status::malformed) {
    log_.fail(ErrorCode::bad_media, "a box is smaller than its header");
    log_.skipped_bytes += static_cast<std::uint32_t>(box_.size());
    box_.clear();
    state_ = State::broken;
  } else if (status == BoxHeader::Status::ok) {
    enter_box(header, sink);
  }
  return 1;
}

void Fmp4Demuxer::enter_box(const BoxHeader& header, Sink& sink) {
  box_.clear();
  box_type_ = header.type;
  body_left_ = header.body_size;
  to_end_ = header.to_end;
  const bool index = box_type_ == fourcc("moov") || box_type_ == fourcc("moof") || box_type_ == fourcc("emsg");
  state_ = State::skip;
  if (box_type_ == fourcc("mdat")) {
    state_ = State::media;
    if (explicit_offsets_) align_explicit_offsets();
  } else if (index && (to_end_ || body_left_ > kMaxIndexBox)) {
    log_.fail(ErrorCode::limit_exceeded, "an index box is larger than the limit");
  } else if (index) {
    state_ = State::collect;
  }
  finish_box(sink);  // it may be empty
}

std::size_t Fmp4Demuxer::collect_body(std::span<const std::uint8_t> bytes, Sink& sink) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), body_left_));
  box_.insert(box_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
  position_ += count;
  body_left_ -= count;
  finish_box(sink);
  return count;
}

void Fmp4Demuxer::finish_box(Sink& sink) {
  if (to_end_ || body_left_ > 0) return;
  if (state_ == State::collect) {
    if (box_type_ == fourcc("moov")) on_moov(sink);
    if (box_type_ == fourcc("moof")) {
      on_moof();
      emit_waiting_events(sink);
    }
    if (box_type_ == fourcc("emsg")) on_emsg(sink);
  }
  box_.clear();
  state_ = State::header;
}

void Fmp4Demuxer::on_moov(Sink& sink) {
  movie_ = parse_moov(box_, context_.limits.max_tracks);
  have_movie_ = true;
  next_dts_.clear();
  samples_.clear();
  next_sample_ = 0;
  explicit_offsets_ = false;
  bool all = true;
  forget_other_tracks();
  for (auto& [id, movie_track] : movie_.tracks) {
    Track& track = track_for(movie_track.info);
    track.timescale = movie_track.timescale;
    track.edit_offset = movie_track.edit_offset;
    track.output.announce(sink);
    if (movie_track.info.encrypted) log_.fail(ErrorCode::unsupported_media, "the sample entry is encrypted");
    all = read_sample_tables(movie_track, context_.limits.max_pending_bytes / sizeof(Sample), samples_) && all;
    movie_track.sample_table = {};  // points into box_
  }
  if (!all) log_.fail(ErrorCode::limit_exceeded, "more samples than the limit");
  std::stable_sort(samples_.begin(), samples_.end(),
                   [](const Sample& a, const Sample& b) { return a.offset < b.offset; });
  if (!samples_.empty() && samples_.front().offset < position_) {
    log_.fail(ErrorCode::unsupported_media, "the media data comes before its index");
  }
}

void Fmp4Demuxer::forget_other_tracks() {
  for (auto at = tracks_.begin(); at != tracks_.end();) {
    const bool stays = movie_.tracks.count(at->first) != 0 || at->first >= kEmsgId3Track;
    at = stays ? std::next(at) : tracks_.erase(at);
  }
}

Fmp4Demuxer::Track& Fmp4Demuxer::track_for(const TrackInfo& info) {
  auto at = tracks_.find(info.id);
  if (at == tracks_.end()) {
    at = tracks_.emplace(info.id, Track(info, log_)).first;
    at->second.output.begin_segment(segment_);
  }
  Track& track = at->second;
  track.output.set_info(info);
  track.inspector.reset();
  if (has_start_codes_or_prefixes(info)) {
    track.inspector.emplace(info.codec);
    track.inspector->set_config(info.config);
  }
  return track;
}

void Fmp4Demuxer::on_moof() {
  if (!have_movie_) {
    log_.fail(ErrorCode::bad_media, "a fragment without a media initialization section");
    return;
  }
  if (next_sample_ < samples_.size()) {
    log_.fail(ErrorCode::bad_media, "samples lie outside the media data");
    lose_rest();
  }
  Fragment fragment =
      parse_moof(box_, box_offset_, movie_, next_dts_, context_.limits.max_pending_bytes / sizeof(Sample));
  if (fragment.malformed) log_.fail(ErrorCode::bad_media, "malformed fragment");
  if (fragment.too_many) log_.fail(ErrorCode::limit_exceeded, "more samples in a fragment than the limit");
  samples_ = std::move(fragment.samples);
  next_sample_ = 0;
  explicit_offsets_ = fragment.explicit_offsets;
  if (!earliest_) find_earliest();
}

void Fmp4Demuxer::find_earliest() {
  for (const Sample& sample : samples_) {
    AccessUnit unit;
    const bool fits = fill_in(sample, tracks_.at(sample.track), unit);
    if (fits && (!earliest_ || unit.pts < *earliest_)) earliest_ = unit.pts;
  }
}

// A fragment taken out of its file by a byte range counts from the start of a file that is not here: what must be true
// is that its first sample is the first in the media data.
void Fmp4Demuxer::align_explicit_offsets() {
  if (next_sample_ != 0 || samples_.empty()) return;
  const std::uint64_t first = samples_.front().offset;
  if (first >= position_ && (to_end_ || first - position_ < body_left_)) return;
  for (Sample& sample : samples_) sample.offset = sample.offset - first + position_;
}

std::size_t Fmp4Demuxer::pass_media(std::span<const std::uint8_t> bytes, Sink& sink) {
  if (!to_end_ && bytes.size() > body_left_) bytes = bytes.first(static_cast<std::size_t>(body_left_));
  const std::size_t size = bytes.size();
  while (!bytes.empty()) {
    drop_unreachable_samples();
    std::uint64_t count = bytes.size();
    if (next_sample_ < samples_.size()) {
      const Sample& next = samples_[next_sample_];
      const std::uint64_t wanted_from = next.offset + sample_.size();
      if (wanted_from > position_) {
        count = std::min(count, wanted_from - position_);
      } else {
        count = std::min<std::uint64_t>(count, next.size - sample_.size());
        if (sample_.capacity() == 0) sample_ = pool_.take();
        sample_.insert(sample_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
      }
    }
    position_ += count;
    body_left_ -= to_end_ ? 0 : count;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    if (next_sample_ < samples_.size() && sample_.size() == samples_[next_sample_].size) finish_sample(sink);
  }
  finish_box(sink);
  return size;
}

// Samples that begin before the place we are at, and those that are too large.
void Fmp4Demuxer::drop_unreachable_samples() {
  for (; next_sample_ < samples_.size(); ++next_sample_) {
    const Sample& next = samples_[next_sample_];
    const bool passed = next.offset + sample_.size() < position_;
    const bool oversized = next.size > context_.limits.max_access_unit_bytes;
    if (!passed && !oversized) return;
    log_.fail(passed ? ErrorCode::bad_media : ErrorCode::limit_exceeded,
              passed ? "a sample lies outside the media data" : "an access unit is larger than the limit");
    lose(next);
    sample_.clear();
  }
}

bool Fmp4Demuxer::fill_in(const Sample& sample, const Track& track, AccessUnit& unit) {
  const std::int64_t dts = sample.dts - track.edit_offset;
  const std::int64_t pts = dts + sample.composition_offset;
  if (!representable(dts, track.timescale) || !representable(pts, track.timescale)) return false;
  unit.dts = MediaTime(from_ticks(dts, track.timescale));
  unit.pts = MediaTime(from_ticks(pts, track.timescale));
  unit.duration = from_ticks(sample.duration, track.timescale);
  unit.key = sample.sync;
  return true;
}

void Fmp4Demuxer::finish_sample(Sink& sink) {
  const Sample& sample = samples_[next_sample_++];
  Track& track = tracks_.at(sample.track);
  AccessUnit unit;
  unit.data = pool_.seal(std::move(sample_));
  sample_.clear();
  if (!fill_in(sample, track, unit)) {
    log_.fail(ErrorCode::bad_media, "a time stamp is out of range");
    lose(sample);
    return;
  }
  if (track.inspector) {
    const annexb::PictureFacts facts = track.inspector->inspect(unit.data.bytes());
    unit.key = unit.key || facts.key;
    unit.leading = facts.leading;
  }
  if (track.output.info().kind != TrackKind::video) unit.key = true;
  track.output.emit(std::move(unit), sink);
}

void Fmp4Demuxer::lose(const Sample& sample) { tracks_.at(sample.track).output.note_loss(); }

void Fmp4Demuxer::lose_rest() {
  for (; next_sample_ < samples_.size(); ++next_sample_) lose(samples_[next_sample_]);
  sample_.clear();
}

void Fmp4Demuxer::on_emsg(Sink& sink) {
  const auto message = parse_emsg(box_);
  if (!message || message->time > std::uint64_t{1} << 62 ||
      !representable(static_cast<std::int64_t>(message->time), message->timescale)) {
    log_.fail(ErrorCode::bad_media, "malformed event message");
    return;
  }
  const Duration at = from_ticks(static_cast<std::int64_t>(message->time), message->timescale);
  // 0xffffffff stands for an unknown duration.
  const Duration duration =
      message->duration == 0xffffffff ? Duration{} : from_ticks(message->duration, message->timescale);
  if (!message->relative) {
    emit_event(message->track, MediaTime(at), duration, message->data, sink);
  } else if (earliest_) {
    emit_event(message->track, *earliest_ + at, duration, message->data, sink);
  } else if (waiting_events_.size() < kMaxWaitingEvents) {
    waiting_events_.push_back({message->track, at, duration, {message->data.begin(), message->data.end()}});
  } else {
    log_.fail(ErrorCode::limit_exceeded, "more event messages before a fragment than the limit");
  }
}

void Fmp4Demuxer::emit_waiting_events(Sink& sink) {
  if (!earliest_) return;
  for (const WaitingEvent& event : std::exchange(waiting_events_, {})) {
    emit_event(event.track, *earliest_ + event.delay, event.duration, event.data, sink);
  }
}

void Fmp4Demuxer::emit_event(const TrackInfo& info, MediaTime at, Duration duration, std::span<const std::uint8_t> data,
                             Sink& sink) {
  AccessUnit unit;
  unit.pts = unit.dts = at;
  unit.duration = duration;
  unit.key = true;
  unit.data = Buffer::copy_of(data);
  track_for(info).output.emit(std::move(unit), sink);
}

bool Fmp4Demuxer::lists_video() const {
  return std::any_of(movie_.tracks.begin(), movie_.tracks.end(),
                     [](const auto& track) { return track.second.info.kind == TrackKind::video; });
}

SegmentReport Fmp4Demuxer::end_segment(BodyEnd end, Sink& sink) {
  (void)sink;  // everything that is complete is out already
  const bool inside_box = state_ == State::header ? !box_.empty() : state_ != State::broken && !to_end_;
  if (end == BodyEnd::complete && (inside_box || next_sample_ < samples_.size())) {
    log_.fail(ErrorCode::bad_media, "the body ends inside a box or before its samples");
  }
  lose_rest();
  SegmentReport report;
  for (auto& [id, track] : tracks_) {
    if (end == BodyEnd::truncated) track.output.note_loss();
    if (track.output.to_be_reported()) report.tracks.push_back(track.output.report());
  }
  report.damaged_units = log_.damaged_units;
  report.skipped_bytes = log_.skipped_bytes;
  report.error = log_.error;
  return report;
}

}  // namespace understudy::container::fmp4
