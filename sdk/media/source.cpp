#include "media/source.h"

#include <algorithm>

#include "media/sample_time.h"

namespace understudy::media {
namespace {

using container::AccessUnit;
using container::TrackInfo;

// How much sound a segment may show before any picture does, until it is taken for one without pictures.
constexpr Duration kSoundBeforePicture = std::chrono::milliseconds(500);
constexpr Duration kUnknownVideoInterval = std::chrono::milliseconds(40);
constexpr Duration kUnknownAudioInterval = std::chrono::microseconds(21'333);
// A live playlist has few discontinuities; a hostile one must not grow this for ever.
constexpr std::size_t kMaxAnchors = 256;
// How much of its past a track remembers as good, and how much sound before the playhead a candidate keeps for a
// decoder that must start early.
constexpr Duration kKeptBehind = std::chrono::seconds(30);
constexpr Duration kKeptSound = std::chrono::milliseconds(500);

}  // namespace

void PacketInterval::observe(MediaTime dts) {
  if (last_ && dts > *last_) {
    recent_.push_back(dts - *last_);
    if (recent_.size() > kKept) recent_.pop_front();
  }
  last_ = dts;
}

Duration PacketInterval::estimate() const {
  if (recent_.empty()) return Duration::zero();
  std::deque<Duration> sorted = recent_;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

/// One stream of the source: its demuxer and the segment that is coming in.
struct Source::Feed final : container::Sink {
  Feed(Source& owner, Stream which) : source(owner), stream(which), demuxer(container::make_demuxer()) {}
  void on_track(const TrackInfo& track) override { source.on_track(*this, track); }
  void on_access_unit(AccessUnit&& unit) override { source.on_unit(*this, std::move(unit)); }

  Source& source;
  Stream stream;
  std::unique_ptr<container::Demuxer> demuxer;
  std::map<std::uint32_t, std::shared_ptr<const TrackInfo>> tracks;
  std::vector<std::uint8_t> init;
  std::optional<SegmentRef> segment;         // open
  std::optional<SegmentRef> last;            // closed
  bool broken = false;                       // the last segment did not end well, or one is missing
  bool retry = false;                        // this segment was begun before: skip what is there already
  bool opened = false;                       // SegmentOpened was told
  std::optional<MediaTime> first_sound;      // PTS, while no picture has come
  std::optional<MediaTime> first_picture;    // the lowest PTS, while no key picture has come
  std::optional<SegmentOpened> passed_over;  // has no key picture; told where no better one comes
  std::optional<Error> error;
  bool overflow = false;
};

Source::Source(SourceId id, Epoch epoch, bool separate_audio, const PipelineLimits& limits, AudioFormat device,
               Facts& facts)
    : id_(id),
      epoch_(epoch),
      separate_audio_(separate_audio),
      limits_(limits),
      facts_(facts),
      video_chain_(id, video_.packets, video_.timeline, limits.max_frame_bytes,
                   limits.max_pictures.value_or(VideoDecoder::pictures_borne())),
      audio_chain_(device, audio_.packets, audio_.timeline, limits.max_audio),
      listener_(audio_.packets) {
  feeds_[0] = std::make_unique<Feed>(*this, Stream::main);
  feeds_[1] = std::make_unique<Feed>(*this, Stream::audio);
}

Source::~Source() = default;

// ---- feeding
// ------------------------------------------------------------------------------------------------------------------

Source::Track* Source::track_of(const Feed& feed, std::uint32_t id) {
  if (video_.id == id && feed.stream == Stream::main) return &video_;
  if (audio_.id == id && feed.stream == (separate_audio_ ? Stream::audio : Stream::main)) return &audio_;
  return nullptr;
}

void Source::begin_segment(const SegmentRef& segment, bool discontinuity, std::span<const std::uint8_t> init) {
  Feed& f = feed(segment.stream);
  if (f.segment) finish_segment(f, container::BodyEnd::truncated);
  f.retry = f.last && *f.last == segment && f.broken;
  if (f.last && !f.retry && segment.msn.value != f.last->msn.value + 1) f.broken = true;
  f.segment = segment;
  f.opened = false;
  f.overflow = false;
  if (!f.retry) {
    f.first_sound.reset();
    f.first_picture.reset();
  }
  if (f.passed_over && f.passed_over->segment.discontinuity_sequence != segment.discontinuity_sequence)
    open_passed_over(f);
  f.error.reset();
  if (f.last && f.last->discontinuity_sequence != segment.discontinuity_sequence) discontinuity = true;
  for (Track* track : {&video_, &audio_}) {
    if (track != &video_ && separate_audio_ != (segment.stream == Stream::audio)) continue;
    if (track == &video_ && segment.stream != Stream::main) continue;
    if (discontinuity) {
      track->id.reset();
      track->interval.restart();
      track->last_dts.reset();
      track->restart = true;
    }
    track->segment_begin.reset();
    track->segment_end.reset();
    track->segment_units = 0;
    const bool hole = f.broken && !f.retry;
    if (hole) track->hole = true;
    Event begin;
    begin.kind = Event::Kind::begin;
    begin.discontinuity_sequence = segment.discontinuity_sequence;
    begin.flag = hole;
    submit(*track, std::move(begin));
  }
  f.broken = false;
  f.demuxer->begin_segment({.discontinuity = discontinuity});
  if (!init.empty() && (discontinuity || !std::equal(init.begin(), init.end(), f.init.begin(), f.init.end()))) {
    f.init.assign(init.begin(), init.end());
    f.demuxer->push(init, f);
  }
}

void Source::append(const SegmentRef& segment, std::span<const std::uint8_t> bytes) {
  Feed& f = feed(segment.stream);
  if (!f.segment || !(*f.segment == segment)) return;
  bytes_ += bytes.size();
  f.demuxer->push(bytes, f);
}

void Source::end_segment(const SegmentRef& segment, container::BodyEnd end) {
  Feed& f = feed(segment.stream);
  if (!f.segment || !(*f.segment == segment)) return;
  finish_segment(f, end);
}

void Source::finish_segment(Feed& f, container::BodyEnd end) {
  const SegmentRef segment = *f.segment;
  const container::SegmentReport report = f.demuxer->end_segment(end, f);
  const bool complete = end == container::BodyEnd::complete;
  std::int64_t units = 0;
  std::optional<MediaTime> first;
  std::optional<MediaTime> last;
  for (Track* track : {&video_, &audio_}) {
    if (!track->id || track_of(f, *track->id) != track) continue;
    units += track->segment_units;
    if (track->segment_begin) first = first ? std::min(*first, *track->segment_begin) : *track->segment_begin;
    if (track->segment_end) last = last ? std::max(*last, *track->segment_end) : *track->segment_end;
  }
  std::optional<Error> error = f.error ? f.error : report.error;
  if (!error && !complete) error = Error{ErrorCode::body_truncated, "the segment broke off"};
  if (!error && (report.damaged_units > 0 || report.continuity_errors > 0)) {
    error = Error{ErrorCode::bad_media, std::to_string(report.damaged_units) + " damaged access units, " +
                                            std::to_string(report.continuity_errors) + " continuity errors"};
  }
  if (!error && units == 0) error = Error{ErrorCode::bad_media, "no picture and no sound in the segment"};
  const bool good = !error;
  const bool bad_bytes = complete && report.error && report.error->code == ErrorCode::bad_media;
  const bool corrupt = bad_bytes || report.damaged_units > 0 || report.continuity_errors > 0;
  if (!f.opened && first) open_at_end(f, *first);
  for (Track* track : {&video_, &audio_}) {
    const bool ours = track == &video_ ? f.stream == Stream::main : separate_audio_ == (f.stream == Stream::audio);
    if (!ours) continue;
    Event event;
    event.kind = Event::Kind::end;
    event.discontinuity_sequence = segment.discontinuity_sequence;
    event.flag = good;
    event.corrupt = corrupt;
    for (const container::TrackReport& r : report.tracks) {
      const bool damaged = report.damaged_units > 0 || report.continuity_errors > 0;
      if (track->id == r.track && damaged) event.good_until = r.good_until;
    }
    submit(*track, std::move(event));
  }
  facts_.push_back(SegmentClosed{segment, good, error, first && last ? *last - *first : Duration::zero()});
  f.broken = !complete;
  f.last = segment;
  f.segment.reset();
  segment_closed_ = true;
}

void Source::on_track(Feed& f, const TrackInfo& track) {
  f.tracks[track.id] = std::make_shared<const TrackInfo>(track);
  if (track.kind == container::TrackKind::metadata) return;
  if (track.encrypted && !f.error) f.error = Error{ErrorCode::unsupported_media, "encrypted samples"};
  if (track.encrypted) return;
  const bool video = track.kind == container::TrackKind::video;
  if (video ? f.stream != Stream::main : separate_audio_ != (f.stream == Stream::audio)) return;
  if (track.codec == container::Codec::unknown) return;
  Track& chosen = video ? video_ : audio_;
  if (!chosen.id) chosen.id = track.id;
  if (chosen.id == track.id) chosen.info = f.tracks[track.id];
}

std::uint64_t Source::held_bytes() const { return video_.packets.bytes() + audio_.packets.bytes() + waiting_bytes_; }

Duration Source::duration_of(const Track& track, const AccessUnit& unit) const {
  if (unit.duration > Duration::zero()) return unit.duration;
  const Duration estimate = track.interval.estimate();
  if (estimate > Duration::zero()) return estimate;
  return &track == &video_ ? kUnknownVideoInterval : kUnknownAudioInterval;
}

void Source::open_fact(Feed& f, MediaTime first_pts) {
  f.opened = true;
  f.passed_over.reset();
  facts_.push_back(SegmentOpened{*f.segment, first_pts});
}

void Source::look_for_opening(Feed& f, const AccessUnit& unit, bool video) {
  if (video) {
    f.first_picture = std::min(f.first_picture.value_or(unit.pts), unit.pts);
    if (unit.key) open_fact(f, *f.first_picture);
    return;
  }
  if (!f.first_sound) f.first_sound = unit.pts;
  const bool expects_picture = video_.id || f.demuxer->lists_video();
  const bool alone = !expects_picture && unit.pts - *f.first_sound > kSoundBeforePicture;
  if (f.stream == Stream::audio || alone) open_fact(f, *f.first_sound);
}

/// No key picture came. Where more is to follow, that tells better where the media lies: the segment's date is that of
/// a picture that may be missing here, and its sound begins up to a packet before the picture.
void Source::open_at_end(Feed& f, MediaTime first_pts) {
  const SegmentOpened fact{*f.segment, f.first_picture.value_or(first_pts)};
  const bool again = f.passed_over && !(f.passed_over->segment == *f.segment);
  const bool picture = f.stream == Stream::main && (f.first_picture || f.demuxer->lists_video());
  if (!picture || again || ended_ || anchors_.count(f.segment->discontinuity_sequence) > 0)
    return open_fact(f, fact.first_pts);
  f.passed_over = fact;
}

void Source::open_passed_over(Feed& f) {
  if (f.passed_over) facts_.push_back(*f.passed_over);
  f.passed_over.reset();
}

void Source::end_of_stream() {
  ended_ = true;
  for (const auto& f : feeds_) open_passed_over(*f);
}

void Source::on_unit(Feed& f, AccessUnit&& unit) {
  Track* track = track_of(f, unit.track);
  if (track == nullptr || !f.segment) return;
  if (f.retry && track->last_dts && unit.dts <= *track->last_dts) return;
  track->interval.observe(unit.dts);
  track->last_dts = unit.dts;
  const bool is_video = track == &video_;
  if (!f.opened) look_for_opening(f, unit, is_video);
  ++track->segment_units;
  const Duration duration = duration_of(*track, unit);
  track->segment_begin = track->segment_begin ? std::min(*track->segment_begin, unit.pts) : unit.pts;
  const MediaTime end = unit.pts + duration;
  track->segment_end = track->segment_end ? std::max(*track->segment_end, end) : end;
  if (held_bytes() + unit.data.size() > limits_.max_packet_bytes) {
    if (!f.error) f.error = Error{ErrorCode::limit_exceeded, "more media than is kept of one source"};
    track->hole = true;
    return;
  }
  Event event;
  event.discontinuity_sequence = f.segment->discontinuity_sequence;
  event.packet.discontinuity_sequence = event.discontinuity_sequence;
  event.packet.track = f.tracks[unit.track];
  event.packet.duration = duration;
  event.packet.hole_before = track->hole;
  event.packet.restart = track->hole || track->restart;
  event.packet.unit = std::move(unit);
  track->hole = false;
  track->restart = false;
  submit(*track, std::move(event));
}

// ---- placing on the content time line
// -------------------------------------------------------------------------------------------

void Source::submit(Track& track, Event&& event) {
  if (track.waiting.empty() && anchors_.count(event.discontinuity_sequence) > 0) return apply(track, std::move(event));
  waiting_bytes_ += event.packet.unit.data.size();
  track.waiting.push_back(std::move(event));
}

void Source::settle(Track& track) {
  while (!track.waiting.empty() && anchors_.count(track.waiting.front().discontinuity_sequence) > 0) {
    Event event = std::move(track.waiting.front());
    track.waiting.pop_front();
    waiting_bytes_ -= event.packet.unit.data.size();
    apply(track, std::move(event));
  }
}

void Source::apply(Track& track, Event&& event) {
  const Duration late = &track == &audio_ ? sound_delay_ : Duration::zero();
  const Duration offset = anchors_[event.discontinuity_sequence] - late;
  switch (event.kind) {
    case Event::Kind::begin: track.timeline.begin_segment(event.flag); break;
    case Event::Kind::unit: {
      Packet& packet = event.packet;
      packet.content_time = packet.unit.pts + offset;
      if (packet.hole_before) track.timeline.begin_segment(true);
      track.timeline.add({packet.content_time, packet.duration, packet.unit.key, packet.unit.corrupt});
      ++track.units;
      track.packets.push(std::move(packet));
      break;
    }
    case Event::Kind::end: {
      track.timeline.end_segment(event.flag);
      if (event.corrupt) track.timeline.distrust_segment();
      // Missing units leave no trace in those that came: the demuxer knows.
      if (!event.good_until) break;
      const MediaTime good = *event.good_until + offset;
      const auto believed = track.timeline.good_until(good);
      if (believed && *believed > good + track.interval.estimate() * 3 / 2) track.timeline.damage(good);
      break;
    }
  }
}

Duration Source::anchor(std::int64_t discontinuity_sequence, Duration offset, bool all) {
  const auto known = anchors_.find(discontinuity_sequence);
  if (known != anchors_.end()) {
    const Duration by = offset - known->second;
    known->second = offset;
    if (by == Duration::zero()) return by;
    if (all) return move_all(discontinuity_sequence, by);
    listener_.forget_from(audio_chain_.cursor());
    move(video_, video_chain_.cursor(), discontinuity_sequence, by);
    move(audio_, audio_chain_.cursor(), discontinuity_sequence, by);
    return Duration::zero();
  }
  if (anchors_.size() >= kMaxAnchors) anchors_.erase(anchors_.begin());
  anchors_[discontinuity_sequence] = offset;
  settle(video_);
  settle(audio_);
  return Duration::zero();
}

void Source::move(Track& track, PacketQueue::Index from, std::int64_t discontinuity_sequence, Duration by) {
  const PacketQueue& packets = track.packets;
  MediaRange range = track.packets.shift(from, discontinuity_sequence, by);
  if (range.empty()) return;
  // What the timeline remembers of packets that are gone moves with those after them.
  if (from == 0 && packets.at(packets.begin()).discontinuity_sequence == discontinuity_sequence)
    range.begin = MediaTime::min();
  track.timeline.shift(range.begin, range.end, by);
}

Duration Source::move_all(std::int64_t discontinuity_sequence, Duration by) {
  stop_decoding();
  move(video_, 0, discontinuity_sequence, by);
  move(audio_, 0, discontinuity_sequence, by);
  listener_.shift(discontinuity_sequence, by);
  const PacketQueue& packets = has_audio() ? audio_.packets : video_.packets;
  if (packets.begin() == packets.end()) return by;
  return packets.at(packets.end() - 1).discontinuity_sequence == discontinuity_sequence ? by : Duration::zero();
}

void Source::set_sound_delay(Duration late) {
  const Duration by = sound_delay_ - late;
  sound_delay_ = late;
  audio_chain_.stop();
  for (const auto& [discontinuity_sequence, offset] : anchors_) audio_.packets.shift(0, discontinuity_sequence, by);
  audio_.timeline.shift(MediaTime::min(), MediaTime::max(), by);
  listener_.shift_all(by);
}

bool Source::has_room() const { return held_bytes() < limits_.max_packet_bytes / 2; }

void Source::push_track(const TrackInfo& track) { on_track(feed(Stream::main), track); }

void Source::push_unit(AccessUnit&& unit) {
  Feed& f = feed(Stream::main);
  if (!f.segment) {
    f.segment = SegmentRef{id_, epoch_, Stream::main, {}, 0};
    f.opened = false;
  }
  bytes_ += unit.data.size();
  on_unit(f, std::move(unit));
}

// ---- what is there
// --------------------------------------------------------------------------------------------------------------

bool Source::has_video() const { return video_.id && (video_.units > 0 || !segment_closed_); }
bool Source::has_audio() const { return audio_.id && (audio_.units > 0 || !segment_closed_); }

bool Source::segment_open() const { return feeds_[0]->segment || feeds_[1]->segment; }

std::optional<MediaTime> Source::good_until(MediaTime from) const {
  std::optional<MediaTime> end;
  if (!has_video() && !has_audio()) return std::nullopt;
  if (has_video()) {
    end = video_.timeline.good_until(from);
    if (!end) return std::nullopt;
  }
  if (has_audio()) {
    const auto sound = audio_.timeline.good_until(std::max(from, first_random_access().value_or(from)));
    if (!sound) return std::nullopt;
    end = end ? std::min(*end, *sound) : *sound;
  }
  return end;
}

std::optional<MediaTime> Source::trusted_until(MediaTime from) const {
  const auto good = good_until(from);
  std::optional<MediaTime> damaged;  // the beginning of the first damaged segment
  const auto look = [&](const TrackTimeline& timeline, MediaTime start) {
    const auto trusted = timeline.trusted_until(start);
    if (!trusted || trusted == timeline.good_until(start)) return;
    damaged = damaged ? std::min(*damaged, *trusted) : *trusted;
  };
  if (has_video()) look(video_.timeline, from);
  if (has_audio()) look(audio_.timeline, std::max(from, first_random_access().value_or(from)));
  if (!good || !damaged || *damaged >= *good) return good;
  MediaTime begin = *damaged;
  if (has_audio()) begin = std::min(begin, audio_.timeline.segment_begin_near(*damaged).value_or(begin));
  const auto picture = has_video() ? video_.timeline.segment_begin_near(*damaged) : std::nullopt;
  if (!picture) return begin;
  // Its sound begins earlier: so many of the pictures before it are left out, whole ones.
  const Duration frame = frame_interval();
  const Duration early = std::max(*picture - begin, Duration::zero());
  return *picture - (early + frame - Duration(1)) / frame * frame;
}

std::optional<MediaTime> Source::first_random_access() const { return leading_timeline().first_random_access(); }

std::optional<MediaTime> Source::arrived_until() const {
  const auto picture = video_.timeline.end();
  const auto sound = audio_.timeline.end();
  if (ended_ && picture && sound) return std::max(*picture, *sound);  // the last sound is heard under the last picture
  return has_video() ? picture : sound;
}

Duration Source::frame_interval() const {
  const Duration d = video_.interval.estimate();
  return d > Duration::zero() ? d : kUnknownVideoInterval;
}

std::optional<MediaTime> Source::newest_picture() const {
  if (video_.packets.begin() == video_.packets.end()) return std::nullopt;
  return video_.packets.at(video_.packets.end() - 1).content_time;
}

PictureGrid Source::picture_grid(MediaTime near) const {
  const PacketQueue& packets = video_.packets;
  if (packets.begin() == packets.end()) return {};
  const auto distance = [&](PacketQueue::Index i) {
    const Duration d = packets.at(i).content_time - near;
    return d < Duration::zero() ? -d : d;
  };
  PacketQueue::Index best = packets.begin();
  for (PacketQueue::Index i = best; i < packets.end(); ++i) {
    if (distance(i) < distance(best)) best = i;
  }
  return {packets.at(best).content_time, video_.interval.estimate()};
}

// ---- decoding
// -------------------------------------------------------------------------------------------------------------------

void Source::set_standing_by(bool on) {
  video_chain_.set_key_only(on);
  audio_chain_.set_brief(on);
}

void Source::receive(Instant now) {
  video_chain_.receive(now);
  audio_chain_.receive(now);
  listener_.receive(now);
}

Instant Source::next_deadline() const {
  return std::min({video_chain_.next_deadline(), audio_chain_.next_deadline(), listener_.next_deadline()});
}

void Source::aim(MediaTime target) {
  video_chain_.aim(target);
  audio_chain_.aim(target);
}

void Source::stop_decoding() {
  video_chain_.stop();
  audio_chain_.stop();
}

bool Source::decoded_all() const {
  return !video_chain_.has_packet() && !audio_chain_.can_work() && !video_chain_.awaits() && !audio_chain_.awaits();
}

void Source::report_damage() {
  for (auto damage : {video_chain_.take_damage(), audio_chain_.take_damage()}) {
    if (damage) facts_.push_back(MediaDamaged{id_, damage->content_time, damage->error});
  }
}

void Source::release_decoded(MediaTime playhead) {
  video_.packets.drop_before(std::min(video_chain_.needed_from(playhead), video_.packets.end()));
  audio_.packets.drop_before(std::min({audio_chain_.needed_from(), listener_.cursor(), audio_.packets.end()}));
  video_.timeline.drop_before(playhead - kKeptBehind);
  audio_.timeline.drop_before(playhead - kKeptBehind);
}

void Source::release_before(MediaTime time) {
  for (Track* track : {&video_, &audio_}) {
    const MediaTime from = track == &video_ ? time : time - kKeptSound;
    const auto start = track->packets.start_for(from);
    if (!start) continue;
    track->packets.drop_before(*start);
    track->timeline.drop_before(std::min(track->packets.at(*start).content_time, time));
  }
}

}  // namespace understudy::media
