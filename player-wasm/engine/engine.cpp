// The engine as its worker sees it: a few exported functions around one Player. Everything that comes back goes through
// imports.h. Times are milliseconds of performance.timeOrigin + performance.now(), and of Date.now(), with fractions.
#include <cmath>
#include <memory>
#include <optional>
#include <string>

#include "canvas_sink.h"
#include "imports.h"
#include "messages.h"
#include "session_config.h"
#include "understudy/fetch_client.h"
#include "understudy/player.h"
#include "worklet_sink.h"

namespace understudy::wasm {
namespace {

// Fractions of a millisecond are kept to the microsecond: all that browsers give.
Duration duration_of(double ms) { return std::chrono::microseconds(std::llround(ms * 1000)); }
double ms_of(Duration d) { return static_cast<double>(d.count() / 1000) / 1000; }
Instant instant_of(double ms) { return Instant(duration_of(ms)); }

class Engine {
 public:
  Engine(const SessionConfig& config, int sample_rate, Instant now, bool trace)
      : start_(now),
        sound_(sample_rate),
        picture_([this](SourceId id) { return name_of(id); }),
        http_(make_fetch_client()),
        player_(std::make_unique<Player>(config, PlayerIo{&picture_, &sound_, http_.get()})) {
    if (trace)
      player_->enable_trace(
          [](std::string_view line) { understudy_trace(line.data(), static_cast<int>(line.size())); });
  }

  Instant iterate(Instant now, WallTime wall) {
    player_->iterate(now, wall);
    while (const auto event = player_->poll_event()) {
      sources_ = event->sources;
      understudy_post(event_message(*event, start_).c_str());
    }
    post_state();
    return player_->next_deadline();
  }

  void post_stats() { understudy_post(stats_message(player_->stats(), sound_.audible()).c_str()); }
  Player& player() { return *player_; }
  WorkletSink& sound() { return sound_; }

 private:
  std::string name_of(SourceId id) const {
    for (const SourceInfo& source : sources_)
      if (source.id == id) return source.name;
    return "source " + std::to_string(id.value);
  }

  void post_state() {
    const PlayerState state = player_->state();
    Card card = player_->card();
    if (told_ && told_state_ == state && told_card_.kind == card.kind && told_card_.announcement == card.announcement &&
        told_card_.detail == card.detail && told_card_.poster == card.poster)
      return;
    if (told_card_.poster != card.poster) {
      const std::string* poster = card.poster.get();
      understudy_post_poster(poster ? reinterpret_cast<const std::uint8_t*>(poster->data()) : nullptr,
                             poster ? static_cast<int>(poster->size()) : 0);
    }
    understudy_post(state_message(state, card).c_str());
    told_ = true;
    told_state_ = state;
    told_card_ = std::move(card);
  }

  Instant start_;
  WorkletSink sound_;
  CanvasSink picture_;
  HttpClientPtr http_;
  std::unique_ptr<Player> player_;
  std::vector<SourceInfo> sources_;  // as the last event knew them
  bool told_ = false;
  PlayerState told_state_ = PlayerState::joining;
  Card told_card_;
};

std::unique_ptr<Engine> engine;  // one per worker

}  // namespace
}  // namespace understudy::wasm

using understudy::wasm::engine;
using understudy::wasm::instant_of;

extern "C" {

/// 1, or 0 after a `fatal` message. A session that is open ends first.
int understudy_open(const char* config_json, int sample_rate, double now_ms, int trace) {
  engine.reset();
  const auto config = understudy::wasm::parse_config(config_json);
  if (!config) {
    understudy_post(understudy::wasm::fatal_message(config.error()).c_str());
    return 0;
  }
  engine = std::make_unique<understudy::wasm::Engine>(*config, sample_rate, instant_of(now_ms), trace != 0);
  return 1;
}

void understudy_close() { engine.reset(); }

/// When it wants to be called again if nothing happens before; negative: never.
double understudy_iterate(double now_ms, double wall_ms) {
  if (!engine) return -1;
  const auto wall = understudy::WallTime(understudy::wasm::duration_of(wall_ms));
  return understudy::wasm::ms_of(engine->iterate(instant_of(now_ms), wall).time_since_epoch());
}

void understudy_set_paused(int paused) {
  if (engine) engine->player().set_paused(paused != 0);
}
/// The primary is 0; -1: the next one.
void understudy_switch_to(int source) {
  if (!engine) return;
  if (source < 0) return engine->player().switch_to_next();
  engine->player().switch_to(understudy::SourceId{static_cast<std::uint32_t>(source)});
}
void understudy_stop() {
  if (engine) engine->player().stop();
}
/// The page can't be seen: sound goes on, of the pictures only key pictures are decoded.
void understudy_set_hidden(int hidden) {
  if (engine) engine->player().set_hidden(hidden != 0);
}
void understudy_post_stats() {
  if (engine) engine->post_stats();
}

void understudy_on_audio_device(int audible, double latency_s, double now_ms) {
  if (engine)
    engine->sound().set_device(audible != 0, understudy::wasm::duration_of(latency_s * 1000), instant_of(now_ms));
}
void understudy_on_audio_report(double sound, double silence, int flushes, double now_ms) {
  if (engine)
    engine->sound().report(static_cast<std::int64_t>(sound), static_cast<std::int64_t>(silence), flushes,
                           instant_of(now_ms));
}
}
