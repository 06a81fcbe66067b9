// Loads one source: its multivariant playlist, the chosen variant stream and, where it is carried apart, the audio rendition.
// Four levels: off, playlist (refreshed, nothing more: warm standby and probing), held (what was loaded is kept, nothing is
// fetched), media (segments go to the pipeline).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/loading/stream_loader.h"

namespace understudy::loading {

struct SourceSettings {
  std::string url;
  bool hls = true;                            // false: the pipeline opens the URL by itself
  std::uint64_t max_bandwidth = 0;            // 0: no bound
  bool goes_on = false;                       // EXT-X-ENDLIST is not the end: who says that it is, is somebody else
  std::optional<Duration> live_offset;        // overrides the playlist's
  std::optional<Duration> max_live_offset;    // caps either
};

class SourceLoader {
 public:
  enum class Level { off, playlist, held, media };

  SourceLoader(SourceId id, SourceSettings settings, Outbox& outbox, Random random);

  SourceId id() const { return id_; }
  const SourceSettings& settings() const { return settings_; }
  Level level() const { return level_; }
  Epoch epoch() const { return epoch_; }

  // -- orders
  /// Keeps playlists fresh, loads no media. From media: the media stops. `reload_interval`: no more often than this; zero for the
  /// playlist's own rhythm.
  void run_playlist(Duration reload_interval, const Surroundings& s);
  /// Loads media from the segment that covers `from` (unset: from the live offset), in a new epoch.
  void run_media(std::optional<MediaTime> from, const Surroundings& s);
  /// For the next loading from the live edge. See StreamLoader.
  void set_live_offset(std::optional<Duration> target, std::optional<Duration> at_most);
  /// Candidates load no further than this; unset: no limit.
  void limit_media(std::optional<MediaTime> until);
  void set_reload_interval(Duration at_least);
  /// How seldom its playlist is looked at, with its jitter; zero where that is done in the playlist's own rhythm.
  Duration longest_reload_interval() const;
  /// It goes on the air: what waits for the end of a back-off is tried at once.
  void hasten(const Surroundings& s) {
    for (StreamLoader& stream : streams_) stream.hasten(s);
  }
  /// From media: fetches nothing more, keeps what it has; resume() goes on where it left off.
  void hold();
  void resume(const Surroundings& s);
  /// Its content time was found to be too late by this much: it is placed anew, in the pipeline too.
  void correct(Duration too_late);
  void stop();

  // -- inputs; on_done/on_progress return false when the request is not ours
  bool on_done(const FetchDone& done, const Surroundings& s);
  bool on_progress(const FetchProgress& progress, const Surroundings& s);
  void on_opened(const SegmentOpened& opened, const Surroundings& s);
  void on_closed(const SegmentClosed& closed, const Surroundings& s);
  /// The pipeline found damage at this content time while decoding, or could not open a direct source.
  void on_damaged(const Error& error, MediaTime at, const Surroundings& s);
  /// What is shown of it begins there.
  void begins_at(MediaTime at) {
    if (!streams_.empty()) streams_.front().begins_at(at);
  }
  void forget_lateness(Instant now);
  void tick(const Surroundings& s);
  Instant next_deadline() const;

  // -- what it knows
  std::optional<MediaTime> start_point() const;
  /// See StreamLoader::loaded_from().
  std::optional<MediaTime> loaded_from() const { return streams_.empty() ? std::nullopt : streams_.front().loaded_from(); }
  /// See StreamLoader. REQUIRES: has_playlist().
  Duration live_offset() const { return streams_.front().live_offset(); }
  /// See StreamLoader::live_point().
  std::optional<MediaTime> live_point() const { return streams_.empty() ? std::nullopt : streams_.front().live_point(); }
  std::optional<MediaTime> complete_until() const;
  std::optional<Instant> media_due() const;
  std::optional<Instant> listed_since() const;
  bool flows() const;
  bool reloading() const;
  Duration hole() const { return streams_.empty() ? Duration::zero() : streams_.front().hole(); }
  /// See StreamLoader::publishes().
  bool publishes(Instant now) const { return !streams_.empty() && streams_.front().publishes(now); }
  bool moved() const { return !streams_.empty() && streams_.front().moved(); }
  std::optional<Instant> silent_since() const;
  std::optional<Instant> trickles_until() const;
  bool slow() const;
  bool crawls(Instant now) const;
  std::optional<Trouble> trouble() const;
  bool ended_while_live() const;
  bool ended() const;
  bool has_playlist() const { return !streams_.empty() && streams_.front().playlist().has_value(); }
  /// Content time comes from the playlist's dates; after stop(), whether it did.
  bool dated() const { return has_playlist() ? streams_.front().timeline().dated() : was_dated_; }
  MediaRange window() const;
  Duration target_duration() const;
  std::uint64_t media_bytes() const { return media_bytes_; }
  /// Of playlists and media initialization sections.
  std::uint64_t other_bytes() const { return other_bytes_; }
  /// Media bytes per second of media, as loaded so far; zero before the first whole segment.
  std::uint64_t byte_rate() const;
  /// Of one refresh of its playlists.
  std::uint64_t refresh_bytes() const;
  /// See StreamLoader::edge_distance().
  std::optional<Duration> edge_distance() const {
    return streams_.empty() ? std::nullopt : streams_.front().edge_distance();
  }
  /// As it was before its list last began anew.
  std::optional<Duration> edge_distance_before() const {
    return streams_.empty() ? std::nullopt : streams_.front().edge_distance_before();
  }
  SourcePace& pace() { return pace_; }
  const SourcePace& pace() const { return pace_; }
  /// FAILOVER.md 3: how long before the splice a preparation must begin.
  Duration to_prepare() const { return pace_.to_prepare(steps_to_prepare()); }
  SourcePace::Steps steps_to_prepare() const;
  /// What was corrected in all where content time comes from dates.
  Duration skew() const { return skew_; }
  std::vector<Observation> take_observations();

 private:
  void resolve(const Surroundings& s);
  void on_resolved(const FetchDone& done, const Surroundings& s);
  void resolve_failed(Error error, const Surroundings& s);
  void open_streams(std::string main_url, std::string audio_url, std::optional<hls::MediaPlaylist> first,
                    const Surroundings& s);
  void begin_epoch(std::optional<MediaTime> from, const Surroundings& s);
  void follow_with_audio(const Surroundings& s);
  void restart_if_needed(const Surroundings& s);
  void count(const StreamLoader& stream, std::uint64_t media_before, Duration time_before, std::uint64_t other_before,
             std::uint64_t body);

  SourceId id_;
  SourceSettings settings_;
  Outbox* outbox_;
  Random random_;
  std::shared_ptr<QuietTimes> quiet_ = std::make_shared<QuietTimes>();
  Level level_ = Level::off;
  Epoch epoch_{};
  std::optional<MediaTime> from_;
  std::optional<MediaTime> until_;
  bool was_dated_ = false;
  std::set<std::int64_t> anchored_;  // discontinuities of this epoch whose anchor was sent
  bool audio_waits_ = false;  // the rendition has not begun this epoch
  std::vector<StreamLoader> streams_;  // main, and audio where it is apart
  std::optional<RequestId> resolve_request_;
  Instant resolve_started_{};
  std::optional<Instant> resolve_at_;
  int resolve_failures_ = 0;
  Duration resolve_backoff_{};
  std::optional<Trouble> trouble_;         // of resolving, or of a direct source
  std::optional<Trouble> decode_trouble_;  // stands until the playhead has passed the damage
  MediaTime damaged_at_{};
  std::vector<Observation> observations_;
  SourcePace pace_;
  Duration skew_{};
  Duration reload_interval_{};
  std::uint64_t media_bytes_ = 0;
  std::uint64_t other_bytes_ = 0;
  Duration media_time_{};
  std::uint64_t timed_bytes_ = 0;  // that media_time_ holds
};

/// The variant stream to play: of those with codecs that we decode, the highest bandwidth within the bound, else the lowest.
/// Null when there is none at all.
const hls::Variant* choose_variant(const hls::MultivariantPlaylist& playlist, std::uint64_t max_bandwidth);

/// The audio rendition that the variant needs beside it; empty where sound is in the variant itself.
std::string audio_rendition_url(const hls::MultivariantPlaylist& playlist, const hls::Variant& variant);

}  // namespace understudy::loading
