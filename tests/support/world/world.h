// One viewer in a simulated world. Scenarios read as sentences:
//
//   World world;                                          // channel "a" plays, its fallback is "b", both shared content
//   world.run_for(10s);
//   world.origin("a").fail_segments(404).after(12s);      // relative to now; .lasting(5s) ends it again
//   world.run_for(30s);
//   CHECK(world.on_screen() == "b");
//
// Time is virtual and begins at an arbitrary Instant; nothing here reads a clock.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/session/session.h"
#include "support/world/media_model.h"
#include "support/world/network.h"
#include "support/world/observer.h"
#include "support/world/publisher.h"
#include "support/world/status_service.h"
#include "support/world/watcher.h"

namespace understudy::world {

using namespace std::chrono_literals;

/// Something that begins at a time, and may end again.
class Change {
 public:
  Change(Instant now, std::function<void()> begin, std::function<void()> end)
      : base_(now), from_(now), begin_(std::move(begin)), end_(std::move(end)) {}
  Change& after(Duration d) {
    from_ = base_ + d;
    return *this;
  }
  Change& lasting(Duration d) {
    until_ = from_ + d;
    return *this;
  }

 private:
  friend class World;
  Instant base_;
  Instant from_;
  std::optional<Instant> until_;
  std::function<void()> begin_;
  std::function<void()> end_;
  bool begun_ = false;
};

class World;

/// The faults of one origin. Each returns the Change that brings it about.
class Origin {
 public:
  Origin(World& world, std::string name, const PublisherSettings& settings);
  Publisher& publisher() { return publisher_; }
  PublisherSettings& settings() { return publisher_.settings(); }
  const std::string& name() const { return name_; }

  Change& refuse();
  Change& lose_name();      // its DNS name
  Change& drop_packets();   // connections time out
  Change& black_hole();
  Change& answer_all(int status, std::optional<Duration> retry_after = std::nullopt);
  Change& fail_segments(int status);
  Change& fail_playlists(int status);
  /// One of `every` requests of these purposes, at most `times` of them.
  Change& fail_some(int status, std::set<Purpose> on, int every, std::int64_t times = 1'000'000);
  Change& slow_first_byte(Duration delay);
  Change& trickle(std::int64_t bytes_per_second);
  Change& reset_bodies(int percent);
  Change& truncate_bodies(int percent);
  Change& go_stale();
  /// Its playlist has other bytes and another ETag at every request, whatever it lists.
  Change& rewrite_playlists();
  /// A lagging packager or cache takes over: the list goes back by so many segments and moves on from there.
  Change& go_back(int segments);
  Change& empty_window();
  Change& jump_discontinuity_sequence();
  Change& end_list();
  Change& restart();
  Change& discontinuity();
  Change& lose_segments(int count);
  Change& corrupt_segments(int count);

 private:
  Change& effect(Effect effect);

  World* world_;
  std::string name_;
  Publisher publisher_;
};

class World {
 public:
  World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // -- the world
  Origin& origin(const std::string& name);
  /// A further member of the group, after those that there are.
  Origin& add_fallback(const std::string& name);
  StatusService& service() { return service_; }
  /// The channel (or member) `name` gets this status.
  Change& set_status(const std::string& name, status::ChannelStatus status);
  Change& edit_document(std::function<void(status::StatusDocument&)> edit);
  Change& status_service_down();
  Change& status_service_answers(int code, std::optional<Duration> retry_after = std::nullopt);
  Change& network_down();
  /// As when the access changes: every open connection is gone, new ones work.
  Change& connections_reset();
  Change& viewer_bandwidth(std::int64_t bytes_per_second);
  Change& at_once(std::function<void()> begin, std::function<void()> end = nullptr);

  // -- the viewer; the config is taken over when time first passes
  SessionConfig config;
  /// Turn the engine whenever a picture is due, as a front end with a display does; else only when something happens or the engine
  /// asked for it, which it promises to be as good.
  bool turns_every_frame = false;
  Policy& policy();
  void run_for(Duration d);
  /// The machine sleeps: time passes, nobody turns the engine.
  void suspend(Duration d);
  void pause(bool paused) { command(session::SetPaused{paused}); }
  void switch_to(const std::string& name);
  void switch_to_next() { command(session::SwitchTo{std::nullopt}); }
  void stop() { command(session::EndSession{}); }
  void keep_cancelled_answers() { network_.keep_cancelled(); }

  /// Tells it everything from now on, and does not keep it any more; nullptr ends that. REQUIRES: it outlives the watching.
  void watch(Watcher* watcher) {
    watcher_ = watcher;
    observer_.forgets = watcher != nullptr;
  }

  // -- what is to be seen
  /// The source of the picture; empty where there is none.
  std::string on_screen() const;
  bool picture_moves() const { return !observer_.shown().empty() && now_ - observer_.shown().back().at < 200ms; }
  PlayerState state() const { return session_->state(); }
  Card::Kind card() const { return session_->card(); }
  std::string announcement() const { return session_->announcement(); }
  const session::Session& session() const { return *session_; }
  Observer& seen() { return observer_; }
  std::vector<Event> events(EventType type) const { return observer_.events(type); }
  std::size_t count(EventType type) const { return observer_.count(type); }
  std::string name_of(std::optional<SourceId> id) const;
  Duration live_offset() const;
  std::size_t requests_to(const std::string& host, Duration within) const;
  bool engine_is_idle() const;
  std::vector<std::string> violations() const { return observer_.violations(network_.requests()); }
  Instant now() const { return now_; }
  WallTime wall() const { return kWallStart + (now_ - kStart); }
  Network& network() { return network_; }
  MediaModel& media() { return media_; }
  /// Every output of the engine as text, to compare runs; where it is kept.
  bool keeps_transcript = false;
  const std::string& transcript() const { return transcript_; }

 private:
  static constexpr Instant kStart{std::chrono::seconds(1000)};
  static constexpr WallTime kWallStart{std::chrono::milliseconds(1'767'323'045'678)};  // 2026-01-02T03:04:05.678Z

  void begin();
  void apply_changes();
  Instant next_change() const;
  void pass_to(Instant next);
  void iterate();
  void feed_state();
  bool deliver_network();
  bool deliver_facts();
  void tell_shown(Instant until);
  void feed(const session::Input& input);
  void command(const session::Input& input);
  void carry_out(const session::Output& output);
  void note(const session::Output& output);

  std::map<std::string, std::unique_ptr<Origin>> origins_;
  StatusService service_;
  Network network_;
  MediaModel media_;
  Observer observer_;
  std::list<Change> changes_;
  std::unique_ptr<session::Session> session_;
  std::vector<session::Input> commands_;
  Instant now_ = kStart;
  Instant deadline_ = kStart;
  int spins_ = 0;
  // Kept so that nothing is allocated at every turn.
  session::Input state_ = session::MediaState{};
  std::vector<NetworkEvent> events_;
  std::vector<Fact> facts_;
  std::vector<Shown> shown_;
  bool acted_ = false;  // since it was last told of the media: the engine was told more, or ordered something
  Watcher* watcher_ = nullptr;
  std::string transcript_;
};

}  // namespace understudy::world
