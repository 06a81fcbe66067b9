#include "understudy/player.h"

#include <deque>

#include "core/session/session.h"
#include "core/trace/recorder.h"
#include "player/trace_file.h"
#include "player/dating_video_sink.h"
#include "player/transfers.h"

namespace understudy {

std::string_view to_string(PlayerState state) {
  switch (state) {
    case PlayerState::joining: return "joining";
    case PlayerState::pre_live: return "pre_live";
    case PlayerState::playing: return "playing";
    case PlayerState::paused: return "paused";
    case PlayerState::holding: return "holding";
    case PlayerState::offline: return "offline";
    case PlayerState::stopped: return "stopped";
    case PlayerState::failed: return "failed";
  }
  return "unknown";
}

namespace {

// A turn may enable the next one (an output that yields facts at once). More rounds than this in one iterate() wait for the next.
constexpr int kMaxRounds = 8;
constexpr std::size_t kMaxCommands = 64;

session::MediaState to_session(const media::Snapshot& snapshot) {
  session::MediaState state;
  state.playing = snapshot.playing;
  state.stalled = snapshot.stalled;
  state.playhead = snapshot.playhead;
  state.output_latency = snapshot.output_latency;
  for (const media::SourceBuffer& b : snapshot.sources)
    state.sources.push_back({b.source, b.good_until, b.planned_splice, b.splice_ready, b.decode_permille});
  return state;
}

loading::Stream to_session(media::Stream stream) {
  return stream == media::Stream::main ? loading::Stream::main : loading::Stream::audio;
}

}  // namespace

struct Player::Impl {
  Impl(const SessionConfig& config, const PlayerIo& io)
      : config_(config),
        http_(*io.http),
        dating_(*io.video, [this](SourceId source) { return session_.dated(source); }),
        pipeline_(dating_, *io.audio),
        transfers_(*io.http, pipeline_),
        session_(config) {}

  void iterate(Instant now, WallTime wall) {
    now_ = std::max(now, now_);
    wall_ = wall;
    if (!first_iterate_) first_iterate_ = now_;
    feed(session::Tick{});
    for (const session::Input& command : std::exchange(commands_, {})) feed(command);
    for (int round = 0; round < kMaxRounds; ++round) {
      transfers_.poll(now_);
      const bool moved = deliver_transfers();
      pipeline_.iterate(now_);
      if (!deliver_facts() && !moved) break;
    }
    feed(to_session(pipeline_.snapshot()));
    if (session_.state() == PlayerState::joining || first_frame_) return;
    if (pipeline_.counters().frames_presented > 0) first_frame_ = now_;
  }

  bool deliver_transfers() {
    bool any = false;
    for (const auto& progress : transfers_.take_progress()) feed(progress), any = true;
    for (const auto& done : transfers_.take_done()) feed(done), any = true;
    return any;
  }

  bool deliver_facts() {
    bool any = false;
    while (auto fact = pipeline_.poll_fact()) {
      any = true;
      std::visit([this](const auto& f) { deliver(f); }, *fact);
    }
    return any;
  }

  void deliver(const media::SegmentOpened& f) {
    feed(loading::SegmentOpened{f.segment.source, f.segment.epoch, to_session(f.segment.stream), f.segment.msn, f.first_pts});
  }
  void deliver(const media::SegmentClosed& f) {
    feed(loading::SegmentClosed{f.segment.source, f.segment.epoch, to_session(f.segment.stream), f.segment.msn, f.good, f.error});
  }
  void deliver(const media::MediaDamaged& f) { feed(session::MediaDamaged{f.source, f.content_time, f.error}); }
  void deliver(const media::FirstFrame& f) { feed(session::FirstFrame{f.source, f.content_time}); }
  void deliver(const media::Switched& f) {
    feed(session::Switched{f.from, f.to, f.content_time, f.gap, f.frames_lost, f.frames_repeated});
  }
  void deliver(const media::Stalled&) { feed(session::Stalled{}); }
  void deliver(const media::Resumed& f) { feed(session::Resumed{f.gap}); }
  void deliver(const media::Aligned& f) {
    feed(session::Aligned{f.source, f.against, f.clear, f.skew, f.error_bound});
  }
  void deliver(const media::PlayedOut& f) { feed(session::PlayedOut{f.source}); }

  // A storm of commands: the last ones win.
  void command(const session::Input& input) {
    if (commands_.size() >= kMaxCommands) commands_.erase(commands_.begin());
    commands_.push_back(input);
  }

  void enable_trace(const std::string& path) {
    if (first_iterate_ || recorder_) return;
    trace_file_.emplace(path);
    record([this](std::string_view line) { trace_file_->write(line); });
    report_trace_failure();
  }

  void record(trace::Recorder::Line line) {
    if (!first_iterate_ && !recorder_) recorder_.emplace(session_, config_, std::move(line));
  }

  // Playback goes on without the trace; told once.
  void report_trace_failure() {
    auto error = trace_file_->take_failure();
    if (!error) return;
    Event e;
    e.type = EventType::error;
    e.at = now_;
    e.wall = wall_;
    e.sources = session_.sources();
    e.error = std::move(error);
    tell(std::move(e));
  }

  void feed(const session::Input& input) {
    recorder_ ? recorder_->handle(input, now_, wall_) : session_.handle(input, now_, wall_);
    for (;;) {
      session::Output output = recorder_ ? recorder_->poll_output() : session_.poll_output();
      if (const auto* deadline = std::get_if<session::Deadline>(&output)) {
        deadline_ = deadline->at;
        break;
      }
      std::visit([this](auto& o) { carry_out(o); }, output);
    }
    if (trace_file_) report_trace_failure();
  }

  void carry_out(loading::Fetch& o) { transfers_.start(std::move(o)); }
  void carry_out(const loading::CancelFetch& o) { transfers_.cancel(o.id); }
  void carry_out(const loading::OpenSource& o) { pipeline_.open(o.source, o.epoch, o.separate_audio); }
  void carry_out(const loading::CloseSource& o) { pipeline_.close(o.source); }
  void carry_out(const loading::OpenDirect& o) { pipeline_.open_direct(o.source, o.epoch, o.url); }
  void carry_out(const loading::Anchor& o) { pipeline_.anchor(o.source, o.epoch, o.discontinuity_sequence, o.offset); }
  void carry_out(const loading::AbandonSegment& o) { transfers_.abandon(o.segment); }
  void carry_out(const loading::EndOfStream& o) { pipeline_.end_of_stream(o.source, o.epoch); }
  void carry_out(const session::StartPlayback& o) { pipeline_.start(o.source, o.from); }
  void carry_out(const session::Prepare& o) { pipeline_.prepare(o.source); }
  void carry_out(const session::StandBy& o) { pipeline_.stand_by(o.source); }
  void carry_out(const session::CancelPrepare& o) { pipeline_.cancel(o.source); }
  void carry_out(const session::Splice& o) { pipeline_.splice(o.to); }
  void carry_out(const session::StopMedia&) { pipeline_.stop(); }
  void carry_out(const session::PauseMedia& o) { pipeline_.set_paused(o.paused, now_); }
  void carry_out(const session::SetRate& o) { pipeline_.set_rate_ppm(o.ppm); }
  void carry_out(session::PosterLoaded& o) { poster_ = std::make_shared<const std::string>(std::move(o.body)); }
  void carry_out(Event& e) { tell(std::move(e)); }
  void tell(Event e) {
    e.sequence = ++last_event_;  // the player's own events count too
    if (log_.size() >= config_.event_log_capacity) log_.erase(log_.begin());
    log_.push_back(e);
    if (pending_.size() >= config_.event_log_capacity) pending_.pop_front();
    pending_.push_back(std::move(e));
  }
  void carry_out(const session::Deadline&) {}

  PlayerStats stats() const {
    const media::Snapshot snapshot = pipeline_.snapshot();
    const media::Counters& c = pipeline_.counters();
    PlayerStats s;
    s.state = session_.state();
    s.on_air = session_.on_air();
    s.sources = session_.sources();
    s.playhead = snapshot.playhead;
    for (const media::SourceBuffer& b : snapshot.sources)
      if (b.source == snapshot.on_air && b.good_until) s.buffer_ms = to_ms(*b.good_until - snapshot.playhead);
    if (snapshot.on_air && (snapshot.playing || snapshot.stalled))
      s.live_offset_ms = to_ms(wall_.time_since_epoch() - snapshot.playhead.time_since_epoch());
    if (first_frame_) s.first_frame_ms = to_ms(*first_frame_ - *first_iterate_);
    s.frames_presented = c.frames_presented;
    s.frames_lost = c.frames_lost;
    s.frames_repeated = c.frames_repeated;
    s.frames_dropped_late = c.frames_dropped_late;
    s.longest_gap_ms = to_ms(c.longest_gap);
    s.stalls = c.stalls;
    s.audio_underrun_frames = c.silence_frames;
    s.bytes_total = session_.media_bytes();
    s.bytes_hedged = session_.hedged_bytes();
    s.standby = session_.standby_use();
    s.rate_ppm = session_.rate_ppm();
    s.width = c.width;
    s.height = c.height;
    s.video_codec = c.video_codec;
    s.audio_codec = c.audio_codec;
    return s;
  }

  SessionConfig config_;
  net::HttpClient& http_;
  DatingVideoSink dating_;
  media::Pipeline pipeline_;
  Transfers transfers_;
  session::Session session_;
  Instant now_{};
  WallTime wall_{};
  Instant deadline_{};
  std::optional<Instant> first_iterate_;
  std::optional<Instant> first_frame_;
  std::optional<TraceFile> trace_file_;
  std::optional<trace::Recorder> recorder_;  // writes to trace_file_, reads session_
  std::uint64_t last_event_ = 0;
  std::vector<Event> log_;
  std::deque<Event> pending_;
  std::shared_ptr<const std::string> poster_;
  std::vector<session::Input> commands_;  // carried out by the next iterate(); bounded by kMaxCommands
  int volume_ = 100;
  bool muted_ = false;
};

Player::Player(const SessionConfig& config, const PlayerIo& io) : impl_(std::make_unique<Impl>(config, io)) {}
Player::~Player() { impl_->transfers_.cancel_all(); }

void Player::iterate(Instant now, WallTime wall) { impl_->iterate(now, wall); }

Instant Player::next_deadline() const {
  Instant at = std::min(impl_->deadline_, impl_->pipeline_.next_deadline());
  if (const auto net = impl_->http_.next_deadline()) at = std::min(at, *net);
  return at;
}

void Player::wait(Duration timeout) { impl_->http_.wait(timeout); }
void Player::wake() { impl_->http_.wake(); }

std::optional<Event> Player::poll_event() {
  if (impl_->pending_.empty()) return std::nullopt;
  Event event = std::move(impl_->pending_.front());
  impl_->pending_.pop_front();
  return event;
}

const std::vector<Event>& Player::event_log() const { return impl_->log_; }

void Player::set_paused(bool paused) { impl_->command(session::SetPaused{paused}); }
void Player::set_volume(int percent) {
  impl_->volume_ = std::clamp(percent, 0, 100);
  impl_->pipeline_.set_volume(impl_->volume_, impl_->muted_);
}
void Player::set_muted(bool muted) {
  impl_->muted_ = muted;
  impl_->pipeline_.set_volume(impl_->volume_, impl_->muted_);
}
void Player::set_hidden(bool hidden) { impl_->pipeline_.set_pictures_wanted(!hidden); }
void Player::switch_to(SourceId member) { impl_->command(session::SwitchTo{member}); }
void Player::switch_to_next() { impl_->command(session::SwitchTo{std::nullopt}); }
// Ends within the call: an app that stops may never iterate again.
void Player::stop() {
  impl_->feed(session::EndSession{});
  impl_->transfers_.cancel_all();
}

PlayerState Player::state() const { return impl_->session_.state(); }

Card Player::card() const {
  Card card;
  card.kind = impl_->session_.card();
  card.announcement = impl_->session_.announcement();
  card.poster = impl_->poster_;
  return card;
}

PlayerStats Player::stats() const { return impl_->stats(); }

void Player::enable_trace(const std::string& path) { impl_->enable_trace(path); }
void Player::enable_trace(std::function<void(std::string_view)> line) { impl_->record(std::move(line)); }

}  // namespace understudy
