#include "core/loading/stream_loader.h"

#include <algorithm>

#include "core/loading/constants.h"
#include "core/loading/reasons.h"

namespace understudy::loading {

StreamLoader::StreamLoader(SourceId source, Stream stream, Outbox& outbox, Random random)
    : source_(source), stream_(stream), outbox_(&outbox), random_(random) {}

void StreamLoader::open(std::string url, std::optional<hls::MediaPlaylist> first, const Surroundings& s) {
  url_ = std::move(url);
  playlist_requested_at_ = s.now;
  if (first)
    take_playlist(std::move(*first), s);
  else
    reload_at_ = s.now;
  tick(s);
}

void StreamLoader::cancel_requests() {
  if (playlist_request_) outbox_->push(CancelFetch{*playlist_request_});
  if (segment_) outbox_->push(CancelFetch{segment_->id});
  if (init_request_) outbox_->push(CancelFetch{*init_request_});
  playlist_request_.reset();
  segment_.reset();
  init_request_.reset();
  reload_at_.reset();
  trickles_until_.reset();
  loading_ = false;
}

void StreamLoader::stop() {
  cancel_requests();
  next_msn_.reset();
  segment_trouble_.reset();
  restart_trouble_.reset();
}

// A segment that was under way is asked for again as a whole: nobody knows how much of it the pipeline has.
void StreamLoader::hold() {
  cancel_requests();
  if (segment_begun_) outbox_->push(AbandonSegment{begun_});
  segment_begun_ = false;
  segment_received_ = 0;
}

void StreamLoader::resume(const Surroundings& s) {
  if (!next_msn_) return load_media(epoch_, from_, s);
  loading_ = true;
  wanted_since_ = s.now;
  segment_failures_ = 0;
  listed_at_.reset();
  follow_playlist(s.now);
  tick(s);
}

void StreamLoader::hasten(const Surroundings& s) {
  if (playlist_failures_ > 0 && reload_at_) reload_at_ = std::min(*reload_at_, s.now);
  if (segment_failures_ > 0) retry_at_ = std::min(retry_at_, s.now);
  playlist_backoff_ = segment_backoff_ = Duration::zero();
  tick(s);
}

void StreamLoader::refresh(const Surroundings& s) {
  if (!playlist_request_) reload_at_ = s.now;
  tick(s);
}

void StreamLoader::correct(Duration too_late) {
  timeline_.correct(too_late);
  const auto move = [&](std::optional<MediaTime>& t) {
    if (t) *t -= too_late;
  };
  move(start_point_);
  move(complete_until_);
  if (run_) run_ = MediaRange{run_->begin - too_late, run_->end - too_late};
  trouble_until_ -= segment_trouble_ && trouble_until_ != MediaTime::max() ? too_late : Duration::zero();
  for (Duration& edge : edges_) edge += too_late;
  if (edge_before_) *edge_before_ += too_late;
  if (last_edge_) last_edge_->end -= too_late;
}

Purpose StreamLoader::purpose_of(RequestId id) const {
  if (playlist_request_ == id) return Purpose::media_playlist;
  return init_request_ == id ? Purpose::init_section : Purpose::segment;
}

std::optional<Duration> StreamLoader::edge_distance() const {
  if (edges_.empty()) return std::nullopt;
  return *std::min_element(edges_.begin(), edges_.end());
}

bool StreamLoader::owns(RequestId id) const {
  return playlist_request_ == id || init_request_ == id || (segment_ && segment_->id == id);
}

void StreamLoader::on_done(const FetchDone& done, const Surroundings& s) {
  quiet_->observe(purpose_of(done.id), done, s.now);
  if (playlist_request_ == done.id)
    on_playlist(done, s);
  else if (init_request_ == done.id)
    on_init(done, s);
  else if (segment_ && segment_->id == done.id)
    on_segment(done, s);
  tick(s);
}

void StreamLoader::tick(const Surroundings& s) {
  if (reload_at_ && *reload_at_ <= s.now && !playlist_request_) {
    reload_at_ = std::max(*reload_at_, quiet_->until(Purpose::media_playlist));
    if (*reload_at_ <= s.now) request_playlist(s);
  }
  if (loading_ && playlist_ && !next_msn_) place_start(s);
  if (trouble_is_past(s)) segment_trouble_.reset();
  watch_body(s.now);
  request_segment(s);
}

/// The playhead is behind that segment, and it is not asked for any more: a source that lags far wants what was played long ago.
bool StreamLoader::trouble_is_past(const Surroundings& s) const {
  return segment_trouble_ && s.playhead && *s.playhead >= trouble_until_ && !(next_msn_ && *next_msn_ <= trouble_msn_);
}

Instant StreamLoader::next_deadline() const {
  Instant at = Instant::max();
  if (reload_at_ && !playlist_request_) at = std::min(at, *reload_at_);
  if (loading_ && next_msn_ && !segment_ && !init_request_ && segment_at_) at = std::min(at, *segment_at_);
  if (segment_ && segment_->first_byte) {
    const Instant first_check = *segment_->first_byte + kTrickleAfter;
    at = std::min(at, segment_->checked < first_check ? first_check : segment_->checked + kTrickleCheck);
  }
  return at;
}

// ---- the playlist -----------------------------------------------------------------------------------------------------------

void StreamLoader::request_playlist(const Surroundings& s) {
  const RequestId id = outbox_->next_request();
  playlist_request_ = id;
  playlist_requested_at_ = s.now;
  Fetch fetch;
  fetch.id = id;
  fetch.purpose = Purpose::media_playlist;
  fetch.source = source_;
  fetch.url = url_;
  fetch.timeouts.first_byte = from_ms(3000);
  fetch.max_body_bytes = kMaxPlaylistBody;
  quiet_->asked(s.now);
  outbox_->push(std::move(fetch));
}

void StreamLoader::on_playlist(const FetchDone& done, const Surroundings& s) {
  playlist_request_.reset();
  other_bytes_ += done.body_bytes;
  if (!done.ok()) {
    observe(Observation::Kind::request_failed, s.now);
    const Error error = done.failure();
    const Reason reason = reason_of(error) == Reason::missing_segment ? Reason::http_error : reason_of(error);
    playlist_failed(reason, error, s);
    return;
  }
  observe(Observation::Kind::request_ok, s.now);
  playlist_size_ = done.body_bytes;
  Result<hls::Playlist> parsed = hls::parse_playlist(done.body, done.final_url.empty() ? url_ : done.final_url);
  if (!parsed) return playlist_failed(Reason::playlist_error, parsed.error(), s);
  auto* media = std::get_if<hls::MediaPlaylist>(&*parsed);
  if (media == nullptr)
    return playlist_failed(Reason::playlist_error,
                           Error{ErrorCode::bad_playlist, "a multivariant playlist where a media playlist was expected"},
                           s);
  take_playlist(std::move(*media), s);
}

void StreamLoader::playlist_failed(Reason reason, Error error, const Surroundings& s) {
  ++playlist_failures_;
  if (playlist_failures_ == 1 && reason != Reason::access_denied && quiet_->permits_quick_retry(Purpose::media_playlist, s.now)) {
    reload_at_ = s.now + random_.jitter(kQuickRetry, kQuickRetryJitterPercent);
    return;
  }
  playlist_trouble_ = graver(std::move(playlist_trouble_), Trouble{reason, std::move(error), s.now});
  playlist_backoff_ = playlist_back_off(s);
  reload_at_ = s.now + playlist_backoff_;
}

// While what was fetched still plays, a recovery must be noticed before it ends, and asking as often as a playlist that
// stands still is asked is no burden. After that there is no hurry any more.
Duration StreamLoader::playlist_back_off(const Surroundings& s) {
  Duration longest = kRetryMax;
  if (loading_ && playlist_ && s.playhead && !timeline_.empty() && *s.playhead < timeline_.window().end)
    longest = std::clamp(playlist_->target_duration / 2, kRetryMin, kRetryMax);
  return random_.decorrelated(std::max(playlist_backoff_, kRetryMin), kRetryMin, longest);
}

void StreamLoader::take_playlist(hls::MediaPlaylist fetched, const Surroundings& s) {
  Result<hls::Reload> merged = hls::reload(playlist_ ? &*playlist_ : nullptr, std::move(fetched));
  if (!merged) return playlist_failed(Reason::playlist_error, merged.error(), s);
  const bool first = !playlist_;
  const bool reset = merged->kind == hls::ReloadKind::reset;
  const bool changed = merged->kind != hls::ReloadKind::stuck;
  const Duration unseen = s.now - std::exchange(taken_at_, s.now);
  playlist_ = std::move(merged->playlist);
  playlist_failures_ = 0;
  if (!playlist_->ended) playlist_backoff_ = Duration::zero();
  playlist_trouble_.reset();
  if (first) began_live_ = !playlist_->ended;
  if (!first && changed) moved_ = true;
  const bool was_empty = timeline_.empty();
  timeline_.update(*playlist_, expected_edge(s), !first && !reset);
  if (changed && !timeline_.empty()) last_edge_ = Edge{timeline_.window().end, s.now};
  if (reset) listings_.clear();
  // Of a list that was emptied they still tell how what is buffered lies against others.
  if ((reset || was_empty) && !timeline_.empty()) {
    if (const auto edge = edge_distance()) edge_before_ = edge;
    edges_.clear();
  }
  if (changed && !timeline_.empty() && !playlist_->ended) {
    edges_.push_back(s.now.time_since_epoch() - timeline_.window().end.time_since_epoch());
    if (edges_.size() > kEdges) edges_.pop_front();
  }
  // A packager that overstates its target duration is asked less often, so it can't be known to be late any sooner.
  Duration newest = playlist_->target_duration;
  if (!playlist_->segments.empty()) newest = std::max(newest, playlist_->segments.back().duration);
  if (changed) {
    last_new_at_ = s.now;
    observe(Observation::Kind::playlist_updated, s.now, newest);
    if (!playlist_->segments.empty()) listings_.push_back({playlist_->segments.back().msn, s.now});
    if (listings_.size() > kListings) listings_.pop_front();
  } else {
    observe(Observation::Kind::playlist_stuck, s.now, newest);
  }
  if (reset || (end_told_ && !playlist_->ended)) {  // the pipeline knows that nothing follows in the old epoch
    observe(Observation::Kind::playlist_reset, s.now);
    restarted_ = true;
    // A list that nobody looked at for as long as it is (a suspend, the viewer's own outage) has moved on, and that is all.
    const bool moved_on = reset && merged->reason == hls::ResetReason::window_jumped &&
                          unseen + playlist_->target_duration >= timeline_.window().end - timeline_.window().begin;
    if (loading_ && reset && !moved_on) restart_trouble_ = Trouble{reason_of(merged->reason), error_of(merged->reason), s.now};
    // The hole is counted here: the new epoch begins behind it, whatever was under way or waiting for a retry.
    if (const auto* front = next_msn_ ? next_segment() : nullptr; loading_ && moved_on && front != nullptr) pass_hole(*front);
  }
  if (next_msn_ && !listed_at_ && next_segment() != nullptr) listed_at_ = s.now;
  schedule_reload(changed, s);
}

/// Where the live edge of a playlist without dates lies after a break: time went on for it too, segment by segment.
MediaTime StreamLoader::expected_edge(const Surroundings& s) const {
  if (!last_edge_ || playlist_->segments.empty()) return s.live_edge_hint;
  const Duration segment = std::max(playlist_->segments.back().duration, from_ms(1));
  const std::int64_t steps = (s.now - last_edge_->seen + segment / 2) / segment;
  return last_edge_->end + std::max<std::int64_t>(steps, 1) * segment;
}

// RFC 8216 6.3.4: counted from when the load began. A list that ended gains nothing any more, but an encoder that begins anew puts
// another one in its place: only a status stops a player (FAILOVER.md 1), and every member is probed (4).
void StreamLoader::schedule_reload(bool changed, const Surroundings& s) {
  reload_at_.reset();
  if (!may_go_on()) return;
  // Waiting ones are spread: a crowd does not ask in step, and a reload comes at any time after a publication (edge_distance()).
  const Duration waiting = random_.jitter(reload_interval_, kWaitingJitterPercent);
  if (playlist_->ended) {
    playlist_backoff_ = playlist_back_off(s);
    reload_at_ = s.now + (loading_ ? playlist_backoff_ : std::max(playlist_backoff_, waiting));
    return;
  }
  const Duration target = std::max(playlist_->target_duration, kMinReload);
  const Duration usual = std::max(changed ? target : target / 2, kMinReload);
  reload_at_ = playlist_requested_at_ + (loading_ ? usual : std::max(usual, waiting));
}

// ---- what it knows ------------------------------------------------------------------------------------------------------------

std::optional<Instant> StreamLoader::media_due() const {
  if (!loading_ || !playlist_) return std::nullopt;
  if (listed_at_ && next_msn_) {
    const auto listing = std::find_if(listings_.begin(), listings_.end(), [this](const Listing& l) { return l.last >= *next_msn_; });
    return listing == listings_.end() ? *listed_at_ : std::min(*listed_at_, std::max(listing->at, wanted_since_));
  }
  if (segment_ || init_request_) return std::nullopt;
  if (playlist_->ended || playlist_->segments.empty()) return std::nullopt;
  return last_new_at_ + playlist_->segments.back().duration;
}

std::optional<Instant> StreamLoader::listed_since() const {
  if (!loading_ || !playlist_) return std::nullopt;
  return listed_at_;
}

void StreamLoader::forget_lateness(Instant now) {
  wanted_since_ = now;
  if (listed_at_) listed_at_ = now;
  if (playlist_request_) playlist_requested_at_ = now;
  last_new_at_ = now;
  if (!segment_) return;
  segment_->started = now;
  if (segment_->first_byte) segment_->first_byte = segment_->checked = now;
  trickles_until_.reset();
}

std::optional<Instant> StreamLoader::silent_since() const {
  std::optional<Instant> since;
  if (segment_ && !segment_->first_byte) since = segment_->started;
  if (playlist_request_ && (!since || playlist_requested_at_ < *since)) since = playlist_requested_at_;
  return since;
}

std::optional<Trouble> StreamLoader::trouble() const {
  return graver(graver(segment_trouble_, playlist_trouble_), restart_trouble_);
}

std::optional<Trouble> graver(std::optional<Trouble> first, std::optional<Trouble> second) {
  const auto denies = [](const std::optional<Trouble>& trouble) { return trouble && trouble->reason == Reason::access_denied; };
  return !first || (denies(second) && !denies(first)) ? second : first;
}

void StreamLoader::observe(Observation::Kind kind, Instant at, Duration segment_duration) {
  observations_.push_back(Observation{kind, at, segment_duration});
}

}  // namespace understudy::loading
