// Loads one media playlist of a source: refreshes it, picks the next media segment, retries, and says what it saw.
//
// Refreshing follows RFC 8216 6.3.4: one target duration after a change, half of it after none. Segments are loaded one at a
// time, in order. A request that fails gets one quick retry in the same place (a segment continues behind the bytes that
// arrived); after that it is Trouble, and attempts go on with back-off, because only the failover controller decides whether to
// leave. A segment that stays unavailable while newer ones exist is given up and leaves a hole.
//
// No clock, no I/O: inputs come with `now`, orders go to the Outbox.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/hls/reload.h"
#include "core/loading/commands.h"
#include "core/loading/quiet_times.h"
#include "core/loading/source_pace.h"
#include "core/timeline/live_timeline.h"
#include "understudy/event.h"

namespace understudy::loading {

/// What the loader can't know by itself, handed in with every call.
struct Surroundings {
  Instant now{};
  MediaTime live_edge_hint{};           // content time that is being published now, for playlists without dates
  std::optional<MediaTime> playhead;    // content time on screen; unset: nothing is
  bool paused = false;                  // the viewer wants it to stay there
};

/// Something went wrong in the same place twice. Stands until the place delivers.
struct Trouble {
  Reason reason = Reason::none;
  Error error;
  Instant since{};
};

/// Which of two to tell of: a denial of access, as that is penalised whatever else is wrong (FAILOVER.md 3), else the first.
std::optional<Trouble> graver(std::optional<Trouble> first, std::optional<Trouble> second);

/// What happened, for the monitors; drained by the owner after every call.
struct Observation {
  enum class Kind {
    playlist_updated,  // new segments (or the first load)
    playlist_stuck,
    playlist_reset,
    request_ok,
    request_failed,
    segment_arrived,   // all its bytes are here; what they are worth is not known yet
    segment_good,      // a whole, undamaged segment
    segment_bad,
  } kind = Kind::request_ok;
  Instant at{};
  Duration segment_duration{};  // playlist_updated: of the newest segment
};

class StreamLoader {
 public:
  StreamLoader(SourceId source, Stream stream, Outbox& outbox, Random random);

  // -- orders
  /// Begins with this media playlist; `first` where it was fetched already.
  void open(std::string url, std::optional<hls::MediaPlaylist> first, const Surroundings& s);
  /// Loads media from the segment that covers `from`; unset: from the live edge minus the live offset (live), else the begin.
  void load_media(Epoch epoch, std::optional<MediaTime> from, const Surroundings& s);
  /// Loads no segment that begins at or after this content time; unset: no limit.
  void limit_media(std::optional<MediaTime> until) { until_ = until; }
  /// An end of its list is not the end, even where it was there from the start.
  void set_goes_on(bool goes_on) { goes_on_ = goes_on; }
  /// Unset: what the playlist says; without a cap.
  void set_live_offset(std::optional<Duration> target, std::optional<Duration> at_most) {
    live_offset_ = target;
    max_live_offset_ = at_most;
  }
  /// Reloads the playlist no more often than this while no media is loaded.
  void set_reload_interval(Duration at_least) { reload_interval_ = at_least; }
  /// Ends all requests. The playlist is kept, for a later load_media().
  void stop();
  /// Ends all requests; resume() goes on where this left off.
  void hold();
  void resume(const Surroundings& s);
  /// It is wanted now: what waits for the end of a back-off is tried at once.
  void hasten(const Surroundings& s);
  /// The playlist is asked for at once.
  void refresh(const Surroundings& s);
  /// Shared by all that load of this source. Before open().
  void share(std::shared_ptr<QuietTimes> quiet) { quiet_ = std::move(quiet); }
  /// Of its dates, as learnt before. Before open().
  void expect_skew(Duration too_late) { timeline_.correct(too_late); }
  /// See LiveTimeline::correct().
  void correct(Duration too_late);

  // -- inputs
  bool owns(RequestId id) const;
  /// REQUIRES: owns(id).
  Purpose purpose_of(RequestId id) const;
  void on_done(const FetchDone& done, const Surroundings& s);
  void on_progress(const FetchProgress& progress, const Surroundings& s);
  void on_closed(const SegmentClosed& closed, const Surroundings& s);
  /// Starts what is due.
  void tick(const Surroundings& s);
  Instant next_deadline() const;

  // -- what it knows
  const std::optional<hls::MediaPlaylist>& playlist() const { return playlist_; }
  const timeline::LiveTimeline& timeline() const { return timeline_; }
  /// See LiveTimeline::anchor().
  std::optional<Duration> anchor(MediaSequenceNumber msn, MediaTime first_pts) { return timeline_.anchor(msn, first_pts); }
  std::optional<std::int64_t> discontinuity_of(MediaSequenceNumber msn) const { return timeline_.discontinuity_of(msn); }
  /// Content time of the first segment of this epoch, once chosen.
  std::optional<MediaTime> start_point() const { return start_point_; }
  /// How far behind the live edge a viewing is to be (FAILOVER.md 2.4). REQUIRES: playlist().
  Duration live_offset() const;
  /// Where a loading from the live edge would begin now; unset where there is no telling.
  std::optional<MediaTime> live_point() const;
  /// The end of the last whole good segment of this epoch.
  std::optional<MediaTime> complete_until() const { return complete_until_; }
  /// Where the newest media begins that has no hole in it: the epoch's begin, or the end of its last hole, whatever made that.
  std::optional<MediaTime> loaded_from() const { return run_ ? std::optional(run_->begin) : std::nullopt; }
  /// When the next segment was, or will be, due: listed but not here, however late those before it came; or expected by the publishing
  /// rhythm.
  std::optional<Instant> media_due() const;
  /// Since when the next segment could have been had and is not here; unset: it is not listed, or not wanted yet.
  std::optional<Instant> listed_since() const;
  /// Its body is coming in, no slower than real time.
  bool flows() const { return segment_ && segment_->first_byte && !trickles_until_; }
  /// The playlist was seen to gain segments: somebody publishes right now.
  bool moved() const { return moved_; }
  /// It was seen to gain segments, and lately so.
  bool publishes(Instant now) const {
    return moved_ && now - last_new_at_ <= 3 * std::max(playlist_->target_duration, loading_ ? Duration::zero() : reload_interval_);
  }
  /// Media before the next segment that will never come, because the window moved past it.
  Duration hole() const { return hole_; }
  /// Of the epoch before, which load_media() ended.
  void keep_hole(Duration hole) { hole_ = hole; }
  /// What is shown begins there: a hole before it is none, and trouble with what lies before it is history.
  void begins_at(MediaTime at);
  /// A playlist is being asked for right now.
  bool reloading() const { return playlist_request_.has_value(); }
  /// The clock jumped or the viewer paused: what is late is late from now on.
  void forget_lateness(Instant now);
  /// The request for the due segment is under way since then and has brought no byte; unset: none, or bytes flow.
  std::optional<Instant> silent_since() const;
  /// A body has been slower than real time for over a second, and at its pace the segment will be here then.
  std::optional<Instant> trickles_until() const { return trickles_until_; }
  /// Bodies come in slower than they play: this one does, or the last whole one did.
  bool slow() const { return trickles_until_ || last_was_slow_; }
  /// The body under way is not worth waiting for where a new request may fare better.
  bool crawls(Instant now) const;
  std::optional<Trouble> trouble() const;
  /// EXT-X-ENDLIST is there now; and whether it was not when the playlist was first loaded.
  bool ended() const { return playlist_ && playlist_->ended; }
  bool ended_while_live() const { return ended() && began_live_; }
  /// The playlist is not a continuation of the one before (encoder restart): a new epoch is needed. Reading it resets it.
  bool take_restarted() { return std::exchange(restarted_, false); }
  /// Media bytes so far, all epochs, also of bodies that were not wanted any more before they were whole.
  std::uint64_t segment_bytes() const { return segment_bytes_; }
  /// How much media the whole segments among them hold.
  Duration segment_time() const { return segment_time_; }
  /// Of playlists and media initialization sections.
  std::uint64_t other_bytes() const { return other_bytes_; }
  std::uint64_t playlist_size() const { return playlist_size_; }
  /// Reading of the clock minus content time at the live edge: the least of the last reloads, because a reload comes at any time
  /// after the segment was published. Between two sources the difference is the lag.
  std::optional<Duration> edge_distance() const;
  /// As it was before the list last began anew.
  std::optional<Duration> edge_distance_before() const { return edge_before_; }
  std::vector<Observation> take_observations() { return std::exchange(observations_, {}); }

 private:
  struct SegmentRequest {
    RequestId id{};
    MediaSequenceNumber msn{};
    Instant started{};
    std::optional<Instant> first_byte;
    Instant checked{};        // watch_body() last looked
    std::uint64_t bytes = 0;  // of this request
    Duration duration{};
    std::optional<std::uint64_t> content_length;
  };

  void cancel_requests();
  void request_playlist(const Surroundings& s);
  MediaTime expected_edge(const Surroundings& s) const;
  bool may_go_on() const { return !playlist_->ended || began_live_ || goes_on_; }
  void schedule_reload(bool changed, const Surroundings& s);
  void follow_playlist(Instant now);
  void on_playlist(const FetchDone& done, const Surroundings& s);
  void take_playlist(hls::MediaPlaylist fetched, const Surroundings& s);
  void playlist_failed(Reason reason, Error error, const Surroundings& s);
  Duration playlist_back_off(const Surroundings& s);
  void place_start(const Surroundings& s);
  bool may_be_old(Instant now) const;
  void request_segment(const Surroundings& s);
  bool waits_for_playhead(const MediaRange& range, const Surroundings& s) const;
  bool is_quiet(Purpose purpose, Instant now);
  bool request_init(const hls::Segment& segment, Instant now);
  bool continues(const MediaRange& range) const;
  void fetch_segment(const hls::Segment& segment, const Surroundings& s);
  void on_init(const FetchDone& done, const Surroundings& s);
  void on_segment(const FetchDone& done, const Surroundings& s);
  void segment_failed(Purpose purpose, const Error& error, const Surroundings& s);
  void give_up_segment(const Surroundings& s);
  void leave_for(const hls::Segment& front);
  void pass_gap(const Surroundings& s);
  void advance(const Surroundings& s);
  void segment_trouble(Reason reason, Error error, MediaSequenceNumber msn, Instant now);
  const hls::Segment* next_segment() const;
  void pass_hole(const hls::Segment& behind);
  SegmentTarget target_of(const hls::Segment& segment) const;
  bool trouble_is_past(const Surroundings& s) const;
  void watch_body(Instant now);
  void observe(Observation::Kind kind, Instant at, Duration segment_duration = {});

  static constexpr std::size_t kEdges = 8;
  static constexpr std::size_t kListings = 32;
  struct Edge {
    MediaTime end{};
    Instant seen{};
  };

  SourceId source_;
  Stream stream_;
  Outbox* outbox_;
  Random random_;

  std::shared_ptr<QuietTimes> quiet_ = std::make_shared<QuietTimes>();
  std::optional<Instant> segment_at_;  // what is wanted next is asked for then; unset: it waits for something else than time
  std::string url_;
  std::optional<hls::MediaPlaylist> playlist_;
  timeline::LiveTimeline timeline_;
  std::optional<RequestId> playlist_request_;
  Instant playlist_requested_at_{};
  std::optional<Instant> reload_at_;
  Instant last_new_at_{};
  Instant taken_at_{};  // the last playlist that could be read came then
  int playlist_failures_ = 0;
  Duration playlist_backoff_{};
  std::optional<Trouble> playlist_trouble_;
  std::optional<Trouble> restart_trouble_;  // stands until the new epoch delivers a whole segment
  bool restarted_ = false;
  bool began_live_ = false;
  bool goes_on_ = false;
  bool moved_ = false;
  Duration hole_{};

  bool loading_ = false;
  Epoch epoch_{};
  std::optional<MediaTime> from_;
  std::optional<MediaTime> until_;
  std::optional<Duration> live_offset_;
  std::optional<Duration> max_live_offset_;
  std::optional<MediaTime> start_point_;
  std::optional<MediaSequenceNumber> next_msn_;
  std::optional<SegmentRequest> segment_;
  std::optional<RequestId> init_request_;
  std::shared_ptr<const hls::InitSection> init_wanted_;
  std::shared_ptr<const hls::InitSection> init_;     // the one that init_id_ fetched
  std::optional<RequestId> init_id_;
  std::optional<std::int64_t> last_discontinuity_;  // of the segment loaded before
  SegmentTarget begun_{};                           // the segment under way, where segment_begun_
  int segment_failures_ = 0;
  std::uint64_t segment_received_ = 0;  // bytes of the segment from earlier requests
  bool segment_begun_ = false;          // the pipeline has an unfinished segment of ours
  Duration segment_backoff_{};
  Instant retry_at_{};
  std::optional<Trouble> segment_trouble_;
  MediaSequenceNumber trouble_msn_{};
  MediaTime trouble_until_{};  // content time behind which the trouble is history
  std::optional<MediaTime> complete_until_;
  std::optional<MediaRange> run_;     // of this epoch: what came since its last hole
  std::optional<Instant> listed_at_;  // when the next segment was first seen in the playlist
  struct Listing {
    MediaSequenceNumber last{};
    Instant at{};
  };
  std::deque<Listing> listings_;  // when the list came to reach so far; at most kListings
  Instant wanted_since_{};        // what is listed
  std::optional<Instant> trickles_until_;
  bool last_was_slow_ = false;
  std::uint64_t segment_bytes_ = 0;
  Duration segment_time_{};
  std::uint64_t other_bytes_ = 0;
  std::uint64_t playlist_size_ = 0;
  Duration reload_interval_{};
  std::optional<Edge> last_edge_;  // of a window that was not empty
  std::deque<Duration> edges_;  // of the last kEdges reloads
  std::optional<Duration> edge_before_;  // the last reset
  bool end_told_ = false;
  std::vector<Observation> observations_;
};

}  // namespace understudy::loading
