// Start here. Player is the whole SDK for a viewer app: it polls the status, loads, decodes, switches and hands pictures and
// sound to the app's sinks.
//
//   auto http = understudy::make_curl_client();
//   understudy::Player player(config, {.video = &screen, .audio = &speaker, .http = http.get()});
//   while (running) {
//     player.iterate(monotonic_now(), utc_now());       // never blocks
//     while (auto event = player.poll_event()) { … }    // optional: everything works without
//     player.wait(until);                               // sleeps until the engine or a socket needs the thread, or `until`
//   }
//
// Threading: one thread owns a Player; only wake() may be called from others. Ownership: the sinks and the HTTP client belong to
// the app and outlive the Player. Errors that concern viewers arrive as events; a Player never throws.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/config.h"
#include "understudy/event.h"
#include "understudy/result.h"
#include "understudy/sinks.h"

namespace understudy {

namespace net {
class HttpClient;
}

/// What is on the screen, in one word.
enum class PlayerState {
  joining,   // asking the status service, or waiting for the first frame
  pre_live,  // the card of the requested id is to be shown
  playing,
  paused,
  holding,   // nothing left to play: the last picture stands
  offline,   // the viewer's own network is down: the last picture stands
  stopped,   // the channel was stopped; a later start may begin again
  failed,    // a broken invariant of ours; only destruction is left
};

std::string_view to_string(PlayerState state);

/// What a front end draws when no picture is on.
struct Card {
  enum class Kind { none, joining, pre_live, stopped, offline, error } kind = Kind::none;
  std::string announcement;                               // plain text, never markup
  std::shared_ptr<const std::string> poster;              // encoded image bytes; null: none or not yet here
  std::string detail;
};

/// Counters and gauges for overlays and reports.
/// What the members cost that waited at one standby level, summed over them (FAILOVER.md 6).
struct StandbyUse {
  Duration time{};
  std::uint64_t bytes = 0;
};

struct PlayerStats {
  PlayerState state = PlayerState::joining;
  std::optional<SourceId> on_air;
  std::vector<SourceInfo> sources;
  MediaTime playhead{};
  std::int64_t buffer_ms = 0;        // good media of the active source ahead of the playhead
  std::int64_t live_offset_ms = 0;   // wall time − content time on screen; 0 where the source carries no dates
  std::int64_t first_frame_ms = -1;  // construction → first presented picture
  std::int64_t frames_presented = 0;
  std::int64_t frames_lost = 0;
  std::int64_t frames_repeated = 0;
  std::int64_t frames_dropped_late = 0;
  std::int64_t longest_gap_ms = 0;   // longest time between two new pictures while playing, minus the frame's duration
  std::int64_t stalls = 0;
  std::int64_t audio_underrun_frames = 0;  // silence in place of sound: none had come, or iterate() was called too late
  std::uint64_t bytes_total = 0;     // media bytes
  std::uint64_t bytes_hedged = 0;    // fetched for hedges, playlists included
  std::array<StandbyUse, 3> standby; // by Standby: cold, warm, hot
  std::int64_t rate_ppm = 0;         // playback rate − 1
  int width = 0;
  int height = 0;
  std::string video_codec;
  std::string audio_codec;
};

struct PlayerIo {
  VideoSink* video = nullptr;        // required (NullVideoSink for none)
  AudioSink* audio = nullptr;        // required (NullAudioSink for none)
  net::HttpClient* http = nullptr;   // required
};

class Player {
 public:
  /// REQUIRES: validate(config) succeeded; all of `io` set.
  Player(const SessionConfig& config, const PlayerIo& io);
  ~Player();
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  /// Does everything that is due. `now` must not go back; an older one is ignored. Bounded work (about a frame's worth).
  void iterate(Instant now, WallTime wall);
  /// When iterate() wants to be called again if nothing arrives before.
  Instant next_deadline() const;
  /// Blocks until a socket, wake() or `timeout`.
  void wait(Duration timeout);
  /// Ends a wait(). The only call that is allowed from any thread.
  void wake();

  std::optional<Event> poll_event();
  /// The bounded log of all events so far, oldest first.
  const std::vector<Event>& event_log() const;

  // Commands; take effect within the next iterate().
  void set_paused(bool paused);
  void set_volume(int percent);  // 0–100
  void set_muted(bool muted);
  /// Nobody sees the pictures (a hidden browser tab): sound and switches go on, of the pictures only those at which decoding
  /// can start are decoded and presented, and no statistic counts it as a gap, lost or late.
  void set_hidden(bool hidden);
  /// Rehearsals: switch to this member, or to the next able one. Its reason code is `manual`.
  void switch_to(SourceId member);
  void switch_to_next();
  /// Ends the session: after this no request, timer or callback remains.
  void stop();

  PlayerState state() const;
  Card card() const;
  PlayerStats stats() const;
  /// Writes everything that goes into the engine and comes out of it to a new file at `path`, for understudy-replay. The file
  /// holds URLs as they are requested, tokens included, and grows by a few MB a minute, to 1 GiB at most. REQUIRES: before the
  /// first iterate(); later calls are ignored. A file that cannot be written is an event with file_output_failed, once.
  void enable_trace(const std::string& path);
  /// The same, line by line and without line feeds, for where there are no files; `line` is called within iterate() and stop().
  /// Bounding what it keeps is the app's.
  void enable_trace(std::function<void(std::string_view)> line);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy
