#include "application.h"

#include <fmt/format.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "clock.h"
#include "event_text.h"
#include "outputs.h"
#include "player/event_json.h"
#include "report.h"
#include "summary.h"
#include "understudy/curl_client.h"
#include "view.h"

namespace understudy::desktop {
namespace {

constexpr Duration kInputInterval = std::chrono::milliseconds(10);      // SDL's keys can't wake the engine's wait
constexpr Duration kHeadlessInterval = std::chrono::milliseconds(250);  // nor can a signal
constexpr Duration kStatsInterval = std::chrono::milliseconds(250);

volatile std::sig_atomic_t g_interrupted = 0;

void on_signal(int) { g_interrupted = 1; }

void catch_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a reader of --vo y4m=- that goes away is a failed write, not the end
}

/// "ch-a" of ".../playout/ch-a", or the primary's name.
std::string channel_name(const SessionConfig& config) {
  if (config.status_url.empty()) return config.plain_sources.empty() ? "" : config.plain_sources.front().name;
  const std::string url = redacted_url(config.status_url);
  return url.substr(url.rfind('/') + 1);
}

bool prevents_start(ErrorCode code) {
  return code == ErrorCode::unknown_id || code == ErrorCode::access_denied || code == ErrorCode::no_source ||
         code == ErrorCode::not_playable_type;
}

class Application final : public ScreenObserver {
 public:
  explicit Application(const Options& options)
      : options_(options),
        start_(monotonic_now()),
        report_({redacted_url(options.session.status_url.empty() ? options.session.plain_sources.front().url
                                                                 : options.session.status_url),
                 options.session.seed, start_, utc_now()}),
        screen_log_(start_),
        view_(channel_name(options.session), options.volume, options.muted, options.overlay) {}

  int run();

  void on_picture(const VideoFrame& frame, Instant, Instant now) override {
    picture_on_ = true;
    played_ = true;
    screen_log_.show_picture(frame, now);
  }
  void on_clear(Instant) override { picture_on_ = false; }

 private:
  std::optional<Error> open();
  void loop();
  void turn(Instant now);
  void take_events();
  void tell(const Event& event);
  void tell_problem(const Error& error, Instant now);
  void update_view(Instant now);
  void update_window(SdlWindow& window, Instant now);
  void act(Action action, Instant now);
  bool over(Instant now) const;
  Duration until_next_turn(Instant now) const;
  int wrap_up();
  int exit_code(bool outputs_ok) const;

  const Options& options_;
  Instant start_;
  Report report_;
  ScreenLog screen_log_;
  View view_;
  HttpClientPtr http_;
  std::unique_ptr<Outputs> outputs_;
  std::unique_ptr<Player> player_;
  Instant stats_at_{};
  bool picture_on_ = false;
  bool played_ = false;
  std::optional<Instant> first_picture_;  // when it had been drawn
  bool paused_ = false;
  bool quit_ = false;
  std::optional<ErrorCode> start_problem_;  // the last one before anything was played
};

int Application::run() {
  catch_signals();
  if (const auto problem = open()) {
    fmt::print(stderr, "understudy-player: {}\n", problem->detail);
    if (problem->code == ErrorCode::video_output_failed) fmt::print(stderr, "--headless plays without a window.\n");
    return problem->code == ErrorCode::file_output_failed ? kExitOutputFailed : kExitCouldNotStart;
  }
  loop();
  return wrap_up();
}

std::optional<Error> Application::open() {
  auto outputs = Outputs::open(
      options_, start_,
      {[this] { return view_.content(monotonic_now()); }, [this](SourceId id) { return report_.source_name(id); }},
      this);
  if (!outputs) return outputs.error();
  outputs_ = std::move(*outputs);
  http_ = make_curl_client();
  if (!http_) return Error{ErrorCode::transport_failed, "libcurl does not start"};
  player_ = std::make_unique<Player>(options_.session, PlayerIo{&outputs_->video(), &outputs_->audio(), http_.get()});
  player_->set_volume(options_.volume);
  player_->set_muted(options_.muted);
  if (!options_.trace_file.empty()) player_->enable_trace(options_.trace_file);
  return std::nullopt;
}

void Application::loop() {
  while (true) {
    turn(monotonic_now());
    const Instant now = monotonic_now();
    if (over(now)) return;
    player_->wait(until_next_turn(now));
  }
}

void Application::turn(Instant now) {
  player_->iterate(now, utc_now());
  take_events();
  if (const auto problem = outputs_->take_audio_problem()) tell_problem(*problem, now);
  const Instant after = monotonic_now();
  update_view(after);
  outputs_->video().tick(after);
  if (SdlWindow* window = outputs_->window()) update_window(*window, after);
  if (played_ && !first_picture_) first_picture_ = monotonic_now();
}

void Application::update_window(SdlWindow& window, Instant now) {
  for (const Action action : window.take_actions()) act(action, now);
  if (view_.take_changed(now)) window.invalidate();
  window.set_title(view_.title());
  window.draw([&] { return view_.content(now); });
}

void Application::take_events() {
  while (const auto event = player_->poll_event()) {
    if (event->error && !played_ && prevents_start(event->error->code)) start_problem_ = event->error->code;
    tell(*event);
  }
}

void Application::tell(const Event& event) {
  report_.add(event);
  view_.add_event(event, start_);
  if (options_.log_format == LogFormat::json) {
    fmt::print(
        stderr, "{}\n",
        to_json<nlohmann::ordered_json>(event, start_).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    fmt::print(stderr, "{}\n", drawable(to_text(event, start_)));
  }
}

void Application::tell_problem(const Error& error, Instant now) {
  Event event;  // sequence 0: the shell's own, not the engine's
  event.type = EventType::error;
  event.at = now;
  event.wall = utc_now();
  event.error = error;
  tell(event);
}

void Application::update_view(Instant now) {
  const PlayerState state = player_->state();
  if (const auto problem = view_.update(player_->card(), state, picture_on_, now)) tell_problem(*problem, now);
  if (!picture_on_) screen_log_.show_card(view_.content(now).card, now);
  screen_log_.tick(state == PlayerState::paused, now);
  if (now - stats_at_ < kStatsInterval) return;
  stats_at_ = now;
  view_.update_stats(player_->stats(), now);
}

void Application::act(Action action, Instant now) {
  switch (action) {
    case Action::pause:
      paused_ = !paused_;
      player_->set_paused(paused_);
      view_.say(paused_ ? "Paused" : "Playing", now);
      break;
    case Action::mute: {
      const bool muted = view_.toggle_mute();
      player_->set_muted(muted);
      view_.say(muted ? "Muted" : "Sound on", now);
      break;
    }
    case Action::volume_down:
    case Action::volume_up: {
      const int volume = view_.change_volume(action == Action::volume_up ? 1 : -1);
      player_->set_volume(volume);
      view_.say(fmt::format("Volume {} %", volume), now);
      break;
    }
    case Action::full_screen:
      outputs_->window()->toggle_fullscreen();
      view_.say("Full screen on or off: f", now);
      break;
    case Action::next_source:
      player_->switch_to_next();
      view_.say(player_->stats().sources.size() < 2 ? "There is no other source" : "Switching to the next source", now);
      break;
    case Action::overlay:
      view_.toggle_overlay();
      view_.say(view_.overlay_on() ? "Statistics on" : "Statistics off", now);
      break;
    case Action::quit: quit_ = true; break;
  }
}

bool Application::over(Instant now) const {
  if (quit_ || g_interrupted != 0) return true;
  if (options_.duration && now - start_ >= *options_.duration) return true;
  const PlayerState state = player_->state();
  if (state == PlayerState::failed) return true;
  if (options_.end_on_stop && state == PlayerState::stopped) return true;
  // Nobody watches, no end was set, and the service refuses: waiting for the id to be created would be for ever.
  return options_.headless && !options_.duration && start_problem_ && !played_;
}

Duration Application::until_next_turn(Instant now) const {
  Instant next = std::min(player_->next_deadline(), now + (outputs_->window() ? kInputInterval : kHeadlessInterval));
  if (const auto tick = outputs_->video().next_tick()) next = std::min(next, *tick);
  if (options_.duration) next = std::min(next, start_ + *options_.duration);
  return std::max(next - now, Duration::zero());
}

int Application::wrap_up() {
  const Instant now = monotonic_now();
  PlayerStats stats = player_->stats();
  // From the program's start to the drawn picture: what a viewer waits for, opening the window included.
  stats.first_frame_ms = first_picture_ ? to_ms(*first_picture_ - start_) : -1;
  report_.finish(std::move(stats), screen_log_.spans(now), now);
  Result<void> written = outputs_->finish(now);  // before the stop, which clears the screen
  const bool stopped_by_itself = player_->state() == PlayerState::stopped;
  player_->stop();
  if (!stopped_by_itself) take_events();
  if (!options_.report_file.empty()) {
    Result<void> reported = report_.write(options_.report_file);
    if (written) written = std::move(reported);
  }
  if (!written) fmt::print(stderr, "understudy-player: {}\n", written.error().detail);
  fmt::print(options_.y4m_file == "-" ? stderr : stdout, "{}", summary_text(report_));
  return exit_code(written.has_value());
}

int Application::exit_code(bool outputs_ok) const {
  if (report_.stats().state == PlayerState::failed) return kExitInternal;
  if (!outputs_ok) return kExitOutputFailed;
  if (played_) return kExitOk;
  return start_problem_ ? kExitCouldNotStart : kExitNothingPlayed;
}

}  // namespace

int run(const Options& options) { return Application(options).run(); }

}  // namespace understudy::desktop
