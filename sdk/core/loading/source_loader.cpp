#include "core/loading/source_loader.h"

#include <algorithm>

#include "core/loading/constants.h"
#include "core/loading/reasons.h"

namespace understudy::loading {

SourceLoader::SourceLoader(SourceId id, SourceSettings settings, Outbox& outbox, Random random)
    : id_(id), settings_(std::move(settings)), outbox_(&outbox), random_(random) {}

void SourceLoader::run_playlist(Duration reload_interval, const Surroundings& s) {
  const bool faster = reload_interval < reload_interval_;
  set_reload_interval(reload_interval);
  if (level_ == Level::playlist && !faster) return;
  level_ = Level::playlist;
  if (!settings_.hls) return;
  if (streams_.empty()) return resolve(s);
  for (StreamLoader& stream : streams_) {
    stream.stop();
    stream.refresh(s);
  }
}

void SourceLoader::run_media(std::optional<MediaTime> from, const Surroundings& s) {
  level_ = Level::media;
  from_ = from;
  until_.reset();
  trouble_.reset();
  decode_trouble_.reset();
  if (!settings_.hls) {
    epoch_ = Epoch{epoch_.value + 1};
    anchored_.clear();
    outbox_->push(OpenDirect{id_, epoch_, settings_.url});
  } else if (streams_.empty()) {
    resolve(s);
  } else {
    begin_epoch(from, s);
  }
}

void SourceLoader::set_live_offset(std::optional<Duration> target, std::optional<Duration> at_most) {
  settings_.live_offset = target;
  settings_.max_live_offset = at_most;
  for (StreamLoader& stream : streams_) stream.set_live_offset(target, at_most);
}

void SourceLoader::limit_media(std::optional<MediaTime> until) {
  until_ = until;
  for (StreamLoader& stream : streams_) stream.limit_media(until);
}

Duration SourceLoader::longest_reload_interval() const {
  return level_ == Level::playlist ? reload_interval_ + reload_interval_ / 100 * kWaitingJitterPercent : Duration::zero();
}

void SourceLoader::set_reload_interval(Duration at_least) {
  reload_interval_ = at_least;
  for (StreamLoader& stream : streams_) stream.set_reload_interval(at_least);
}

void SourceLoader::hold() {
  if (level_ != Level::media) return;
  level_ = Level::held;
  if (resolve_request_) outbox_->push(CancelFetch{*resolve_request_});
  resolve_request_.reset();
  resolve_at_.reset();
  for (StreamLoader& stream : streams_) stream.hold();
}

void SourceLoader::resume(const Surroundings& s) {
  if (level_ != Level::held) return;
  level_ = Level::media;
  if (streams_.empty()) return resolve(s);
  for (StreamLoader& stream : streams_) stream.resume(s);
}

void SourceLoader::correct(Duration too_late) {
  if (dated()) skew_ += too_late;
  for (StreamLoader& stream : streams_) stream.correct(too_late);
  if (from_) *from_ -= too_late;
  if (level_ != Level::media && level_ != Level::held) return;
  for (const std::int64_t discontinuity : anchored_)
    for (StreamLoader& stream : streams_)
      if (const auto offset = stream.timeline().anchor_of(discontinuity)) {
        outbox_->push(Anchor{id_, epoch_, discontinuity, *offset});
        break;
      }
}

void SourceLoader::stop() {
  if (resolve_request_) outbox_->push(CancelFetch{*resolve_request_});
  resolve_request_.reset();
  resolve_at_.reset();
  resolve_failures_ = 0;
  was_dated_ = dated();
  for (StreamLoader& stream : streams_) stream.stop();
  streams_.clear();
  trouble_.reset();
  decode_trouble_.reset();
  level_ = Level::off;
}

// ---- resolving the URL to media playlists ------------------------------------------------------------------------------------

void SourceLoader::resolve(const Surroundings& s) {
  if (resolve_request_ || !streams_.empty()) return;
  resolve_at_.reset();
  // A hedge, a probe and the next hedge, one right after the other, ask for everything anew each time (FAILOVER.md 12.9).
  const Instant rest = resolve_failures_ == 0 ? quiet_->rests_until() : Instant{};
  if (const Instant quiet = std::max(quiet_->until(Purpose::multivariant_playlist), rest); s.now < quiet) {
    resolve_at_ = quiet;
    return;
  }
  resolve_started_ = s.now;
  resolve_request_ = outbox_->next_request();
  Fetch fetch;
  fetch.id = *resolve_request_;
  fetch.purpose = Purpose::multivariant_playlist;
  fetch.source = id_;
  fetch.url = settings_.url;
  fetch.timeouts.first_byte = from_ms(3000);
  fetch.max_body_bytes = kMaxPlaylistBody;
  quiet_->asked(s.now);
  outbox_->push(std::move(fetch));
}

void SourceLoader::on_resolved(const FetchDone& done, const Surroundings& s) {
  resolve_request_.reset();
  if (!done.ok()) return resolve_failed(done.failure(), s);
  observations_.push_back({Observation::Kind::request_ok, s.now, {}});
  const std::string base = done.final_url.empty() ? settings_.url : done.final_url;
  Result<hls::Playlist> parsed = hls::parse_playlist(done.body, base);
  if (!parsed) return resolve_failed(parsed.error(), s);
  if (auto* media = std::get_if<hls::MediaPlaylist>(&*parsed)) return open_streams(base, "", std::move(*media), s);
  const auto& multivariant = std::get<hls::MultivariantPlaylist>(*parsed);
  const hls::Variant* variant = choose_variant(multivariant, settings_.max_bandwidth);
  if (variant == nullptr)
    return resolve_failed(Error{ErrorCode::bad_playlist, "the multivariant playlist has no variant stream"}, s);
  open_streams(variant->uri, audio_rendition_url(multivariant, *variant), std::nullopt, s);
}

void SourceLoader::resolve_failed(Error error, const Surroundings& s) {
  observations_.push_back({Observation::Kind::request_failed, s.now, {}});
  ++resolve_failures_;
  if (resolve_failures_ == 1 && !access_denied(error) && quiet_->permits_quick_retry(Purpose::multivariant_playlist, s.now)) {
    resolve_at_ = s.now + random_.jitter(kQuickRetry, kQuickRetryJitterPercent);
  } else {
    Reason reason = reason_of(error);
    if (reason == Reason::missing_segment) reason = Reason::http_error;
    trouble_ = graver(std::move(trouble_), Trouble{reason, std::move(error), s.now});
    resolve_backoff_ = random_.decorrelated(std::max(resolve_backoff_, kRetryMin), kRetryMin, kRetryMax);
    resolve_at_ = s.now + resolve_backoff_;
  }
}

void SourceLoader::open_streams(std::string main_url, std::string audio_url, std::optional<hls::MediaPlaylist> first,
                                const Surroundings& s) {
  trouble_.reset();
  resolve_failures_ = 0;
  resolve_backoff_ = Duration::zero();
  streams_.emplace_back(id_, Stream::main, *outbox_, random_.fork(1));
  if (!audio_url.empty()) streams_.emplace_back(id_, Stream::audio, *outbox_, random_.fork(2));
  for (StreamLoader& stream : streams_) {
    stream.share(quiet_);
    stream.set_live_offset(settings_.live_offset, settings_.max_live_offset);
    stream.set_reload_interval(reload_interval_);
    stream.expect_skew(skew_);
    stream.set_goes_on(settings_.goes_on);
  }
  streams_.front().open(std::move(main_url), std::move(first), s);
  if (streams_.size() > 1) streams_.back().open(std::move(audio_url), std::nullopt, s);
  if (level_ == Level::media) begin_epoch(from_, s);
}

// ---- media --------------------------------------------------------------------------------------------------------------------

void SourceLoader::begin_epoch(std::optional<MediaTime> from, const Surroundings& s) {
  epoch_ = Epoch{epoch_.value + 1};
  anchored_.clear();
  decode_trouble_.reset();
  outbox_->push(OpenSource{id_, epoch_, streams_.size() > 1});
  streams_.front().load_media(epoch_, from, s);
  audio_waits_ = streams_.size() > 1;
  limit_media(until_);
  follow_with_audio(s);
}

// The rendition begins where the variant stream begins, once that place is known.
void SourceLoader::follow_with_audio(const Surroundings& s) {
  if (!audio_waits_ || !streams_.front().start_point()) return;
  audio_waits_ = false;
  streams_.back().load_media(epoch_, streams_.front().start_point(), s);
  streams_.back().limit_media(until_);
}

// An encoder restart: a new epoch that continues behind the last whole segment, and where the epoch brought none, where that began.
void SourceLoader::restart_if_needed(const Surroundings& s) {
  bool restarted = false;
  for (StreamLoader& stream : streams_) restarted = stream.take_restarted() || restarted;
  if (!restarted || level_ != Level::media) return;
  std::optional<MediaTime> from = complete_until();
  if (!from) from = s.playhead ? std::max(s.playhead, from_) : from_;
  from_ = from;
  const Duration hole = this->hole();
  begin_epoch(from, s);
  streams_.front().keep_hole(hole);  // what the window moved past does not come with the new epoch either
}

bool SourceLoader::on_done(const FetchDone& done, const Surroundings& s) {
  if (resolve_request_ == done.id) {
    pace_.observe(Purpose::multivariant_playlist, done);
    quiet_->observe(Purpose::multivariant_playlist, done, s.now);
    other_bytes_ += done.body_bytes;
    on_resolved(done, s);
    return true;
  }
  for (StreamLoader& stream : streams_) {
    if (!stream.owns(done.id)) continue;
    pace_.observe(stream.purpose_of(done.id), done);
    const std::uint64_t media_before = stream.segment_bytes();
    const Duration time_before = stream.segment_time();
    const std::uint64_t other_before = stream.other_bytes();
    stream.on_done(done, s);
    count(stream, media_before, time_before, other_before, done.body_bytes);
    follow_with_audio(s);
    restart_if_needed(s);
    return true;
  }
  return false;
}

void SourceLoader::count(const StreamLoader& stream, std::uint64_t media_before, Duration time_before,
                         std::uint64_t other_before, std::uint64_t body) {
  const Duration time = stream.segment_time() - time_before;
  media_bytes_ += stream.segment_bytes() - media_before;
  other_bytes_ += stream.other_bytes() - other_before;
  if (time > Duration::zero()) timed_bytes_ += body;
  // Of an audio rendition the same time is counted already.
  if (&stream == &streams_.front()) media_time_ += time;
}

bool SourceLoader::on_progress(const FetchProgress& progress, const Surroundings& s) {
  for (StreamLoader& stream : streams_) {
    if (!stream.owns(progress.id)) continue;
    const std::uint64_t before = stream.segment_bytes();
    stream.on_progress(progress, s);
    media_bytes_ += stream.segment_bytes() - before;
    return true;
  }
  return false;
}

// Both streams of a source share one PTS time line; each discontinuity is anchored by whichever stream shows its PTS first.
// A direct source carries no dates: what comes first counts as being published now.
void SourceLoader::on_opened(const SegmentOpened& opened, const Surroundings& s) {
  if (opened.epoch != epoch_) return;
  if (!settings_.hls) {
    if (anchored_.insert(0).second) outbox_->push(Anchor{id_, epoch_, 0, s.live_edge_hint - opened.first_pts});
    return;
  }
  const std::size_t index = opened.stream == Stream::audio ? 1 : 0;
  if (index >= streams_.size()) return;
  StreamLoader& stream = streams_[index];
  const auto discontinuity = stream.discontinuity_of(opened.msn);
  if (!discontinuity || !anchored_.insert(*discontinuity).second) return;
  if (const auto offset = stream.anchor(opened.msn, opened.first_pts))
    outbox_->push(Anchor{id_, epoch_, *discontinuity, *offset});
}

void SourceLoader::on_closed(const SegmentClosed& closed, const Surroundings& s) {
  if (closed.epoch != epoch_) return;
  for (StreamLoader& stream : streams_) stream.on_closed(closed, s);
}

// Media that follows undamaged does not mend it: the good media ends there, whatever comes after.
void SourceLoader::on_damaged(const Error& error, MediaTime at, const Surroundings& s) {
  const Trouble trouble{Reason::decode_error, error, s.now};
  if (!settings_.hls) {
    trouble_ = trouble;
  } else if (!decode_trouble_) {
    decode_trouble_ = trouble;
    damaged_at_ = at;
  }
}

void SourceLoader::tick(const Surroundings& s) {
  if (level_ == Level::off || !settings_.hls) return;
  if (resolve_at_ && *resolve_at_ <= s.now) resolve(s);
  if (decode_trouble_ && s.playhead && *s.playhead > damaged_at_) decode_trouble_.reset();
  for (StreamLoader& stream : streams_) stream.tick(s);
  restart_if_needed(s);
}

Instant SourceLoader::next_deadline() const {
  Instant at = resolve_at_ && !resolve_request_ ? *resolve_at_ : Instant::max();
  if (level_ == Level::off) return Instant::max();
  for (const StreamLoader& stream : streams_) at = std::min(at, stream.next_deadline());
  return at;
}

// ---- what it knows --------------------------------------------------------------------------------------------------------------

std::optional<MediaTime> SourceLoader::start_point() const {
  if (streams_.empty()) return std::nullopt;
  return streams_.front().start_point();
}

std::optional<MediaTime> SourceLoader::complete_until() const {
  std::optional<MediaTime> until;
  for (const StreamLoader& stream : streams_) {
    if (!stream.complete_until()) return std::nullopt;
    until = until ? std::min(*until, *stream.complete_until()) : *stream.complete_until();
  }
  return until;
}

std::optional<Instant> SourceLoader::media_due() const {
  std::optional<Instant> due;
  for (const StreamLoader& stream : streams_)
    if (const auto d = stream.media_due()) due = due ? std::min(*due, *d) : *d;
  return due;
}

std::optional<Instant> SourceLoader::listed_since() const {
  std::optional<Instant> since;
  for (const StreamLoader& stream : streams_)
    if (const auto t = stream.listed_since()) since = since ? std::min(*since, *t) : *t;
  return since;
}

bool SourceLoader::flows() const {
  return std::any_of(streams_.begin(), streams_.end(), [](const StreamLoader& s) { return s.flows(); }) &&
         std::all_of(streams_.begin(), streams_.end(), [](const StreamLoader& s) { return s.flows() || !s.listed_since(); });
}

bool SourceLoader::reloading() const {
  return std::any_of(streams_.begin(), streams_.end(), [](const StreamLoader& s) { return s.reloading(); });
}

void SourceLoader::forget_lateness(Instant now) {
  if (resolve_request_) resolve_started_ = now;
  for (StreamLoader& stream : streams_) stream.forget_lateness(now);
}

std::optional<Instant> SourceLoader::silent_since() const {
  std::optional<Instant> since;
  if (resolve_request_) since = resolve_started_;
  for (const StreamLoader& stream : streams_)
    if (const auto t = stream.silent_since()) since = since ? std::min(*since, *t) : *t;
  return since;
}

std::optional<Instant> SourceLoader::trickles_until() const {
  std::optional<Instant> until;
  for (const StreamLoader& stream : streams_)
    if (const auto t = stream.trickles_until()) until = until ? std::max(*until, *t) : *t;
  return until;
}

bool SourceLoader::crawls(Instant now) const {
  return std::any_of(streams_.begin(), streams_.end(), [now](const StreamLoader& s) { return s.crawls(now); });
}

bool SourceLoader::slow() const {
  return std::any_of(streams_.begin(), streams_.end(), [](const StreamLoader& s) { return s.slow(); });
}

std::optional<Trouble> SourceLoader::trouble() const {
  auto trouble = graver(trouble_, decode_trouble_);
  for (const StreamLoader& stream : streams_) trouble = graver(std::move(trouble), stream.trouble());
  return trouble;
}

bool SourceLoader::ended_while_live() const { return !streams_.empty() && streams_.front().ended_while_live(); }
bool SourceLoader::ended() const { return !streams_.empty() && streams_.front().ended(); }
MediaRange SourceLoader::window() const {
  return streams_.empty() ? MediaRange{} : streams_.front().timeline().window();
}

Duration SourceLoader::target_duration() const {
  return has_playlist() ? streams_.front().playlist()->target_duration : Duration::zero();
}

std::uint64_t SourceLoader::byte_rate() const {
  const std::int64_t ms = to_ms(media_time_);
  return ms > 0 ? timed_bytes_ * 1000 / static_cast<std::uint64_t>(ms) : 0;
}

std::uint64_t SourceLoader::refresh_bytes() const {
  constexpr std::uint64_t kHead = 300;  // of request and answer
  std::uint64_t bytes = 0;
  for (const StreamLoader& stream : streams_) bytes += stream.playlist_size() + kHead;
  return bytes;
}

SourcePace::Steps SourceLoader::steps_to_prepare() const {
  SourcePace::Steps steps;
  const auto streams = static_cast<int>(streams_.size());
  steps.playlists = has_playlist() ? streams : 1 + std::max(streams, 1);
  // The access point before the splice is at most a segment away.
  steps.to_decode = target_duration();
  return steps;
}

std::vector<Observation> SourceLoader::take_observations() {
  std::vector<Observation> all = std::exchange(observations_, {});
  for (StreamLoader& stream : streams_)
    for (const Observation& observation : stream.take_observations()) all.push_back(observation);
  return all;
}

}  // namespace understudy::loading
