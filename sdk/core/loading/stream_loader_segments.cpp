// The media segment half of StreamLoader: choosing, requesting, retrying, giving up.
#include <algorithm>

#include "core/base/reach.h"
#include "core/loading/constants.h"
#include "core/loading/reasons.h"
#include "core/loading/stream_loader.h"

namespace understudy::loading {

void StreamLoader::load_media(Epoch epoch, std::optional<MediaTime> from, const Surroundings& s) {
  if (segment_) outbox_->push(CancelFetch{segment_->id});
  if (init_request_) outbox_->push(CancelFetch{*init_request_});
  segment_.reset();
  init_request_.reset();
  loading_ = true;
  wanted_since_ = s.now;
  epoch_ = epoch;
  from_ = from;
  until_.reset();
  start_point_.reset();
  next_msn_.reset();
  last_discontinuity_.reset();
  complete_until_.reset();
  run_.reset();
  listed_at_.reset();
  trickles_until_.reset();
  segment_trouble_.reset();
  segment_failures_ = 0;
  segment_received_ = 0;
  segment_begun_ = false;
  end_told_ = false;
  hole_ = Duration::zero();
  follow_playlist(s.now);
  tick(s);
}

// A playlist kept from before may be old: look again at once, and meanwhile use what it lists, except for where live is.
void StreamLoader::follow_playlist(Instant now) {
  if (!playlist_ || !may_go_on() || playlist_request_) return;
  const bool old = now - playlist_requested_at_ >= playlist_->target_duration / 2;
  const Instant at = old ? now : playlist_requested_at_ + std::max(playlist_->target_duration, kMinReload);
  reload_at_ = reload_at_ ? std::min(*reload_at_, at) : at;
}

// Where to begin: the segment that covers `from_`, else the live offset before the live edge (HOLD-BACK or three target
// durations, rfc8216bis 6.3.3), else for VOD the begin or EXT-X-START.
void StreamLoader::place_start(const Surroundings& s) {
  if (timeline_.empty() || (!from_ && may_be_old(s.now))) return;
  const MediaRange window = timeline_.window();
  MediaTime from = window.begin;
  if (from_) {
    from = *from_;
  } else if (!playlist_->ended) {
    from = window.end - live_offset();
  } else if (playlist_->start_offset) {
    from = (*playlist_->start_offset < Duration::zero() ? window.end : window.begin) + *playlist_->start_offset;
  }
  const auto msn = timeline_.covering(from);
  if (!msn) return;  // not published yet: the next reload may bring it
  next_msn_ = *msn;
  start_point_ = timeline_.range(*msn)->begin;
  listed_at_ = s.now;
}

/// After a pause or a suspend the live edge is no longer where the list has it, and a reload tells where (FAILOVER.md 3).
bool StreamLoader::may_be_old(Instant now) const {
  return !playlist_->ended && now - taken_at_ > playlist_->target_duration + kMinReload;
}

Duration StreamLoader::live_offset() const {
  const Duration offset = live_offset_ ? *live_offset_ : playlist_->server_control.hold_back.value_or(3 * playlist_->target_duration);
  return std::min(offset, max_live_offset_.value_or(offset));
}

std::optional<MediaTime> StreamLoader::live_point() const {
  if (!playlist_ || playlist_->ended || timeline_.empty()) return std::nullopt;
  const auto msn = timeline_.covering(timeline_.window().end - live_offset());
  return msn ? std::optional(timeline_.range(*msn)->begin) : std::nullopt;
}

const hls::Segment* StreamLoader::next_segment() const {
  const auto& segments = playlist_->segments;
  const auto it = std::find_if(segments.begin(), segments.end(),
                               [this](const hls::Segment& segment) { return segment.msn >= *next_msn_; });
  return it == segments.end() ? nullptr : &*it;
}

/// The segments before this one will never come. However many: numbers may jump by more than fits a time.
void StreamLoader::pass_hole(const hls::Segment& behind) {
  const std::int64_t missed = behind.msn.value - next_msn_->value;
  const bool fits = missed < kLongestWait / std::max(behind.duration, from_ms(1));
  hole_ = std::min(fits ? hole_ + missed * behind.duration : kLongestWait, kLongestWait);
  next_msn_ = behind.msn;
}

/// The hole ends with the next segment. Dates are rounded, so the nearer end tells on which side of it one is.
void StreamLoader::begins_at(MediaTime at) {
  const auto next = next_msn_ ? timeline_.range(*next_msn_) : std::nullopt;
  if (next && at >= next->begin - hole_ / 2) hole_ = Duration::zero();
  if (segment_trouble_ && at >= trouble_until_) segment_trouble_.reset();
}

SegmentTarget StreamLoader::target_of(const hls::Segment& segment) const {
  SegmentTarget target;
  target.source = source_;
  target.epoch = epoch_;
  target.stream = stream_;
  target.msn = segment.msn;
  target.discontinuity_sequence = segment.discontinuity_sequence;
  target.discontinuity = last_discontinuity_ && *last_discontinuity_ != segment.discontinuity_sequence;
  if (segment.init) target.init = init_id_;
  return target;
}

void StreamLoader::request_segment(const Surroundings& s) {
  if (!loading_ || !playlist_ || !next_msn_ || segment_ || init_request_) return;
  segment_at_.reset();
  if (segment_failures_ > 0 && s.now < retry_at_) {
    segment_at_ = retry_at_;
    return;
  }
  const hls::Segment* segment = next_segment();
  for (; segment != nullptr; segment = next_segment()) {
    const bool nothing_came = !from_ && !last_discontinuity_ && !segment_begun_;
    if (segment->msn > *next_msn_) {
      leave_for(*segment);
      // Between nothing and media there is no hole: it begins where it would begin now, at the live edge.
      if (nothing_came) {
        const auto since = listed_at_;
        hole_ = Duration::zero();
        place_start(s);
        listed_at_ = since;
        segment = next_segment();
      }
    }
    if (segment == nullptr || !segment->gap) break;
    pass_gap(s);
  }
  if (segment == nullptr) {
    if (playlist_->ended && !end_told_) {
      end_told_ = true;
      outbox_->push(EndOfStream{source_, epoch_});
    }
    return;
  }
  const auto range = timeline_.range(segment->msn);
  const bool beyond_limit = until_ && range && range->begin >= *until_;
  if (beyond_limit || (range && waits_for_playhead(*range, s))) {
    listed_at_.reset();  // not wanted yet, so it is not late
    wanted_since_ = s.now;
    return;
  }
  if (segment_failures_ == 0 && s.now < quiet_->rests_until()) {
    segment_at_ = quiet_->rests_until();
    listed_at_.reset();  // it waits for us
    wanted_since_ = s.now;
    return;
  }
  if (!listed_at_) listed_at_ = s.now;
  if (segment->key) {
    segment_trouble(Reason::corrupt_segment,
                    Error{ErrorCode::unsupported_media, "encrypted media segments (" + segment->key->method + ")"},
                    segment->msn, s.now);
    return;
  }
  if (segment->init && !request_init(*segment, s.now)) return;
  if (is_quiet(Purpose::segment, s.now)) return;
  fetch_segment(*segment, s);
}

/// So far ahead that there is time for it later, or no memory now. A hole between the playhead and what is loaded takes no memory. Who
/// pauses until what he saw has left the window goes on at the live edge (FAILOVER.md 3): nothing is kept from leaving it for him, and
/// nothing is loaded behind what has left it.
bool StreamLoader::waits_for_playhead(const MediaRange& range, const Surroundings& s) const {
  if (!s.playhead) return false;
  if (s.paused && range.begin > *s.playhead + kMaxAhead) return true;
  if (!continues(range)) return false;
  const Duration ahead = range.begin - std::max(*s.playhead, run_->begin);
  if (ahead <= kMaxAhead) return false;
  const bool leaves = !playlist_->ended && range.begin < timeline_.window().begin + 2 * playlist_->target_duration;
  if (!leaves || ahead > kMostAhead) return true;
  const std::int64_t known_ms = std::max<std::int64_t>(to_ms(segment_time_), 1);
  return segment_bytes_ / static_cast<std::uint64_t>(known_ms) * static_cast<std::uint64_t>(to_ms(ahead)) > kMostBytesAhead;
}

/// The server asked to be left alone, and that time is not over.
bool StreamLoader::is_quiet(Purpose purpose, Instant now) {
  if (now >= quiet_->until(purpose)) return false;
  segment_at_ = quiet_->until(purpose);
  return true;
}

/// The window moved past what we wanted.
void StreamLoader::leave_for(const hls::Segment& front) {
  if (segment_begun_) {
    outbox_->push(AbandonSegment{begun_});
    last_discontinuity_ = begun_.discontinuity_sequence;
  }
  segment_begun_ = false;
  segment_received_ = 0;
  segment_failures_ = 0;
  pass_hole(front);
}

/// 4.4.4.7: never to be requested. In a live list it is missing as surely as one that answers 404; in a recording nobody could have
/// anything else there.
void StreamLoader::pass_gap(const Surroundings& s) {
  if (!playlist_->ended || began_live_) {
    segment_trouble(Reason::missing_segment, Error{ErrorCode::missing_segment, "the playlist marks a segment as a gap"}, *next_msn_,
                    s.now);
    observe(Observation::Kind::segment_bad, s.now);
  }
  if (segment_begun_) outbox_->push(AbandonSegment{begun_});  // it was no gap when it was asked for
  advance(s);
}

/// True when the segment's media initialization section is here.
bool StreamLoader::request_init(const hls::Segment& segment, Instant now) {
  if (init_id_ && init_ && *init_ == *segment.init) return true;
  if (is_quiet(Purpose::init_section, now)) return false;
  init_request_ = outbox_->next_request();
  init_wanted_ = segment.init;
  Fetch fetch;
  fetch.id = *init_request_;
  fetch.purpose = Purpose::init_section;
  fetch.source = source_;
  fetch.url = segment.init->uri;
  fetch.range = segment.init->range;
  fetch.max_body_bytes = kMaxInitBody;
  quiet_->asked(now);
  outbox_->push(std::move(fetch));
  return false;
}

void StreamLoader::on_init(const FetchDone& done, const Surroundings& s) {
  init_request_.reset();
  other_bytes_ += done.body_bytes;
  if (!done.ok()) return segment_failed(Purpose::init_section, done.failure(), s);
  observe(Observation::Kind::request_ok, s.now);
  init_id_ = done.id;
  init_ = init_wanted_;
}

/// There is no hole before it. Dates are rounded.
bool StreamLoader::continues(const MediaRange& range) const { return run_ && range.begin < run_->end + range.length() / 2; }

void StreamLoader::fetch_segment(const hls::Segment& segment, const Surroundings& s) {
  SegmentTarget target = target_of(segment);
  target.resume_at = segment_received_;
  Fetch fetch;
  fetch.id = outbox_->next_request();
  fetch.purpose = Purpose::segment;
  fetch.source = source_;
  fetch.url = segment.uri;
  fetch.range = segment.range;
  fetch.max_body_bytes = kMaxSegmentBody;
  fetch.segment = target;
  segment_ = SegmentRequest{};
  segment_->id = fetch.id;
  segment_->msn = segment.msn;
  segment_->started = s.now;
  segment_->duration = segment.duration;
  begun_ = target;
  quiet_->asked(s.now);
  outbox_->push(std::move(fetch));
}

void StreamLoader::on_progress(const FetchProgress& progress, const Surroundings& s) {
  if (!segment_ || segment_->id != progress.id) return;
  if (!segment_->first_byte) segment_->first_byte = segment_->checked = s.now;
  segment_bytes_ += progress.bytes - std::min(segment_->bytes, progress.bytes);
  segment_->bytes = progress.bytes;
  segment_->content_length = progress.content_length;
  segment_begun_ = true;
}

// FAILOVER.md 11, trickle: a body that has been slower than real time for a second.
void StreamLoader::watch_body(Instant now) {
  if (!segment_ || !segment_->first_byte || now - *segment_->first_byte < kTrickleAfter) return;
  segment_->checked = now;
  trickles_until_.reset();
  if (!segment_->content_length || *segment_->content_length == 0 || segment_->bytes == 0) return;
  // A header may state any length.
  const auto length = static_cast<double>(*segment_->content_length);
  const double bytes = std::min(static_cast<double>(segment_->bytes), length);
  const auto elapsed_ms = static_cast<double>(to_ms(now - *segment_->first_byte));
  if (static_cast<double>(to_ms(segment_->duration)) * bytes / length >= elapsed_ms) return;
  const double left_ms = std::min(elapsed_ms * (length - bytes) / bytes, static_cast<double>(to_ms(kLongestWait)));
  trickles_until_ = now + from_ms(static_cast<std::int64_t>(left_ms));
}

bool StreamLoader::crawls(Instant now) const {
  if (!segment_ || !trickles_until_) return false;
  return *trickles_until_ > now + std::max(kCrawl, kCrawlTimesDuration * segment_->duration);
}

void StreamLoader::on_segment(const FetchDone& done, const Surroundings& s) {
  const std::uint64_t bytes = done.body_bytes;
  const Duration duration = segment_->duration;
  const Duration body = s.now - segment_->first_byte.value_or(s.now);
  segment_bytes_ += bytes - std::min(segment_->bytes, bytes);
  segment_received_ += bytes;
  if (bytes > 0) segment_begun_ = true;
  segment_.reset();
  trickles_until_.reset();
  if (!done.ok()) return segment_failed(Purpose::segment, done.failure(), s);
  observe(Observation::Kind::request_ok, s.now);
  observe(Observation::Kind::segment_arrived, s.now);
  segment_time_ += duration;
  hole_ = Duration::zero();
  if (const auto range = timeline_.range(begun_.msn)) run_ = MediaRange{continues(*range) ? run_->begin : range->begin, range->end};
  last_was_slow_ = body > duration;
  last_discontinuity_ = begun_.discontinuity_sequence;
  advance(s);
}

/// On to the next segment.
void StreamLoader::advance(const Surroundings& s) {
  next_msn_ = MediaSequenceNumber{next_msn_->value + 1};
  segment_begun_ = false;
  segment_received_ = 0;
  segment_failures_ = 0;
  segment_backoff_ = Duration::zero();
  if (next_segment() != nullptr)
    listed_at_ = s.now;
  else
    listed_at_.reset();
}

void StreamLoader::segment_failed(Purpose purpose, const Error& error, const Surroundings& s) {
  observe(Observation::Kind::request_failed, s.now);
  ++segment_failures_;
  const bool denied = access_denied(error);
  if (segment_failures_ == 1 && !denied && quiet_->permits_quick_retry(purpose, s.now)) {
    retry_at_ = s.now + random_.jitter(kQuickRetry, kQuickRetryJitterPercent);
  } else {
    segment_trouble(reason_of(error), error, *next_msn_, s.now);
    segment_backoff_ = random_.decorrelated(std::max(segment_backoff_, kRetryMin), kRetryMin, kRetryMax);
    retry_at_ = s.now + segment_backoff_;
  }
  const bool missing = error.code == ErrorCode::http_status && (error.http_status == 404 || error.http_status == 410);
  const bool newer = !playlist_->segments.empty() && playlist_->segments.back().msn > *next_msn_;
  if (newer && segment_failures_ >= (missing ? kAttemptsMissing : kAttemptsOther)) give_up_segment(s);
}

void StreamLoader::give_up_segment(const Surroundings& s) {
  if (segment_begun_) {
    outbox_->push(AbandonSegment{begun_});
    last_discontinuity_ = begun_.discontinuity_sequence;  // what came of it is in the pipeline
  }
  observe(Observation::Kind::segment_bad, s.now);
  advance(s);
}

void StreamLoader::segment_trouble(Reason reason, Error error, MediaSequenceNumber msn, Instant now) {
  const auto range = timeline_.range(msn);
  const bool same_place = segment_trouble_ && trouble_msn_ == msn;
  if (!same_place) segment_trouble_.reset();
  segment_trouble_ = graver(std::move(segment_trouble_), Trouble{reason, std::move(error), now});
  trouble_msn_ = msn;
  trouble_until_ = range ? range->end : MediaTime::max();
}

void StreamLoader::on_closed(const SegmentClosed& closed, const Surroundings& s) {
  if (closed.epoch != epoch_ || closed.stream != stream_) return;
  const auto range = timeline_.range(closed.msn);
  if (closed.good) {
    observe(Observation::Kind::segment_good, s.now);
    restart_trouble_.reset();
    if (segment_trouble_ && trouble_msn_ == closed.msn) segment_trouble_.reset();
    if (range) complete_until_ = range->end;
    return;
  }
  // An abandoned segment is known as a failed request already; this one came in whole and is damaged.
  if (closed.error && closed.error->code == ErrorCode::body_truncated) return;
  observe(Observation::Kind::segment_bad, s.now);
  segment_trouble(Reason::corrupt_segment, closed.error.value_or(Error{ErrorCode::bad_media, "damaged access units"}),
                  closed.msn, s.now);
}

}  // namespace understudy::loading
