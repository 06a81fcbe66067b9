#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capi/handles.h"
#include "capi/sinks.h"
#include "understudy/curl_client.h"
#include "understudy/null_sinks.h"
#include "understudy/player.h"

using namespace understudy;

struct understudy_player {
  // In the order in which they need each other.
  HttpClientPtr http = make_curl_client();
  std::unique_ptr<VideoSink> video;
  std::unique_ptr<AudioSink> audio;
  std::unique_ptr<Player> player;
  bool failed = false;  // an exception came as far as here

  // What the last poll_event and get_card pointed to.
  Event event;
  std::vector<understudy_source_info> sources;
  Card card;
};

namespace {

static_assert(static_cast<int>(EventType::status_changed) == UNDERSTUDY_EVENT_STATUS_CHANGED);
static_assert(static_cast<int>(EventType::pre_live) == UNDERSTUDY_EVENT_PRE_LIVE);
static_assert(static_cast<int>(EventType::started) == UNDERSTUDY_EVENT_STARTED);
static_assert(static_cast<int>(EventType::source_ready) == UNDERSTUDY_EVENT_SOURCE_READY);
static_assert(static_cast<int>(EventType::health_changed) == UNDERSTUDY_EVENT_HEALTH_CHANGED);
static_assert(static_cast<int>(EventType::intent_to_fallback) == UNDERSTUDY_EVENT_INTENT_TO_FALLBACK);
static_assert(static_cast<int>(EventType::hedge_started) == UNDERSTUDY_EVENT_HEDGE_STARTED);
static_assert(static_cast<int>(EventType::hedge_cancelled) == UNDERSTUDY_EVENT_HEDGE_CANCELLED);
static_assert(static_cast<int>(EventType::committed) == UNDERSTUDY_EVENT_COMMITTED);
static_assert(static_cast<int>(EventType::switched) == UNDERSTUDY_EVENT_SWITCHED);
static_assert(static_cast<int>(EventType::recovered) == UNDERSTUDY_EVENT_RECOVERED);
static_assert(static_cast<int>(EventType::stalled) == UNDERSTUDY_EVENT_STALLED);
static_assert(static_cast<int>(EventType::resumed) == UNDERSTUDY_EVENT_RESUMED);
static_assert(static_cast<int>(EventType::offline) == UNDERSTUDY_EVENT_OFFLINE);
static_assert(static_cast<int>(EventType::stopped) == UNDERSTUDY_EVENT_STOPPED);
static_assert(static_cast<int>(EventType::error) == UNDERSTUDY_EVENT_ERROR);

static_assert(static_cast<int>(PlayerState::joining) == UNDERSTUDY_STATE_JOINING);
static_assert(static_cast<int>(PlayerState::pre_live) == UNDERSTUDY_STATE_PRE_LIVE);
static_assert(static_cast<int>(PlayerState::playing) == UNDERSTUDY_STATE_PLAYING);
static_assert(static_cast<int>(PlayerState::paused) == UNDERSTUDY_STATE_PAUSED);
static_assert(static_cast<int>(PlayerState::holding) == UNDERSTUDY_STATE_HOLDING);
static_assert(static_cast<int>(PlayerState::offline) == UNDERSTUDY_STATE_OFFLINE);
static_assert(static_cast<int>(PlayerState::stopped) == UNDERSTUDY_STATE_STOPPED);
static_assert(static_cast<int>(PlayerState::failed) == UNDERSTUDY_STATE_FAILED);

static_assert(static_cast<int>(Card::Kind::none) == UNDERSTUDY_CARD_NONE);
static_assert(static_cast<int>(Card::Kind::joining) == UNDERSTUDY_CARD_JOINING);
static_assert(static_cast<int>(Card::Kind::pre_live) == UNDERSTUDY_CARD_PRE_LIVE);
static_assert(static_cast<int>(Card::Kind::stopped) == UNDERSTUDY_CARD_STOPPED);
static_assert(static_cast<int>(Card::Kind::offline) == UNDERSTUDY_CARD_OFFLINE);
static_assert(static_cast<int>(Card::Kind::error) == UNDERSTUDY_CARD_ERROR);

constexpr int kInternal = static_cast<int>(ErrorCode::internal);

/// Runs what may throw. After the first exception nothing more is run.
template <class F>
bool guarded(understudy_player* p, F&& body) {
  if (p->failed) return false;
  try {
    body();
  } catch (...) {
    p->failed = true;
  }
  return !p->failed;
}

/// No more than the caller's struct has.
template <class T>
void hand_out(T& full, T* to) {
  const std::size_t size = std::min(to->size, sizeof(T));
  full.size = size;
  std::memcpy(to, &full, size);
}

std::int32_t id_of(SourceId source) { return static_cast<std::int32_t>(source.value); }
std::int32_t id_of(const std::optional<SourceId>& source) { return source ? id_of(*source) : UNDERSTUDY_NO_SOURCE; }
template <class TimePoint>
std::int64_t ns(TimePoint t) { return t.time_since_epoch().count(); }

void fill(understudy_event& out, understudy_player& p) {
  const Event& e = p.event;
  p.sources.clear();
  // The names are literals of the library, so their data ends with a zero.
  for (const SourceInfo& s : e.sources) p.sources.push_back({id_of(s.id), s.name.c_str(), to_string(s.state).data()});
  out.sequence = e.sequence;
  out.type = static_cast<understudy_event_type>(e.type);
  out.at = ns(e.at);
  out.wall = ns(e.wall);
  out.reason = to_string(e.reason).data();
  out.source = id_of(e.source);
  out.from = id_of(e.from);
  out.sources = p.sources.data();
  out.source_count = p.sources.size();
  out.detail = e.detail.c_str();
  out.error_code = e.error ? static_cast<int>(e.error->code) : 0;
  out.error_http_status = e.error ? e.error->http_status : 0;
  out.error_detail = e.error ? e.error->detail.c_str() : "";
  const SwitchFacts facts = e.switch_facts.value_or(SwitchFacts{});
  out.content_time = ns(facts.content_time);
  out.detect_ms = facts.detect_ms;
  out.prepare_ms = facts.prepare_ms;
  out.gap_ms = facts.gap_ms;
  out.frames_lost = facts.frames_lost;
  out.frames_repeated = facts.frames_repeated;
  out.alignment = to_string(facts.alignment).data();
  out.error_bound_ms = facts.error_bound_ms;
  out.commit_ms = facts.commit_ms;
  out.buffer_ms = facts.buffer_ms;
}

std::unique_ptr<understudy_player> make(const understudy_config& config, const understudy_video_sink* video,
                                        const understudy_audio_sink* audio) {
  auto p = std::make_unique<understudy_player>();
  if (video != nullptr)
    p->video = std::make_unique<capi::CallbackVideoSink>(*video);
  else
    p->video = std::make_unique<NullVideoSink>();
  if (audio != nullptr)
    p->audio = std::make_unique<capi::CallbackAudioSink>(*audio);
  else
    p->audio = std::make_unique<NullAudioSink>();
  p->player = std::make_unique<Player>(config.config,
                                       PlayerIo{.video = p->video.get(), .audio = p->audio.get(), .http = p->http.get()});
  return p;
}

}  // namespace

extern "C" {

understudy_player* understudy_player_create(const understudy_config* config, const understudy_video_sink* video,
                                            const understudy_audio_sink* audio) {
  if (!validate(config->config)) return nullptr;
  if (audio != nullptr && (audio->sample_rate <= 0 || audio->channels <= 0)) return nullptr;
  try {
    return make(*config, video, audio).release();
  } catch (...) {
    return nullptr;
  }
}

void understudy_player_destroy(understudy_player* p) { delete p; }

int understudy_player_iterate(understudy_player* p, int64_t now, int64_t wall) {
  return guarded(p, [&] { p->player->iterate(Instant(Duration(now)), WallTime(Duration(wall))); }) ? 0 : kInternal;
}

int64_t understudy_player_next_deadline(const understudy_player* p) { return ns(p->player->next_deadline()); }
void understudy_player_wait(understudy_player* p, int64_t timeout) {
  guarded(p, [&] { p->player->wait(Duration(timeout)); });
}
void understudy_player_wake(understudy_player* p) { p->player->wake(); }

int64_t understudy_monotonic_now(void) {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
int64_t understudy_utc_now(void) {
  return std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()).count();
}

void understudy_player_set_paused(understudy_player* p, int paused) {
  guarded(p, [&] { p->player->set_paused(paused != 0); });
}
void understudy_player_set_volume(understudy_player* p, int percent) {
  guarded(p, [&] { p->player->set_volume(percent); });
}
void understudy_player_set_muted(understudy_player* p, int muted) {
  guarded(p, [&] { p->player->set_muted(muted != 0); });
}
void understudy_player_switch_to(understudy_player* p, int32_t source) {
  if (source >= 0) guarded(p, [&] { p->player->switch_to(SourceId{static_cast<std::uint32_t>(source)}); });
}
void understudy_player_switch_to_next(understudy_player* p) {
  guarded(p, [&] { p->player->switch_to_next(); });
}
void understudy_player_stop(understudy_player* p) {
  guarded(p, [&] { p->player->stop(); });
}
void understudy_player_enable_trace(understudy_player* p, const char* path) {
  guarded(p, [&] { p->player->enable_trace(path); });
}

int understudy_player_poll_event(understudy_player* p, understudy_event* event) {
  bool any = false;
  guarded(p, [&] {
    auto next = p->player->poll_event();
    if (!next) return;
    p->event = std::move(*next);
    understudy_event full{};
    fill(full, *p);
    hand_out(full, event);
    any = true;
  });
  return any ? 1 : 0;
}

const char* understudy_event_type_name(understudy_event_type type) { return to_string(static_cast<EventType>(type)).data(); }
const char* understudy_error_name(int error_code) { return to_string(static_cast<ErrorCode>(error_code)).data(); }

understudy_state understudy_player_state(const understudy_player* p) {
  return p->failed ? UNDERSTUDY_STATE_FAILED : static_cast<understudy_state>(p->player->state());
}

void understudy_player_get_card(understudy_player* p, understudy_card* card) {
  understudy_card full{};
  full.announcement = full.detail = "";
  full.kind = UNDERSTUDY_CARD_ERROR;
  guarded(p, [&] {
    p->card = p->player->card();
    full.kind = static_cast<understudy_card_kind>(p->card.kind);
    full.announcement = p->card.announcement.c_str();
    full.detail = p->card.detail.c_str();
    if (p->card.poster) {
      full.poster = reinterpret_cast<const std::uint8_t*>(p->card.poster->data());
      full.poster_bytes = p->card.poster->size();
    }
  });
  hand_out(full, card);
}

void understudy_player_get_stats(const understudy_player* p, understudy_stats* stats) {
  const PlayerStats s = p->player->stats();
  understudy_stats full{};
  full.state = understudy_player_state(p);
  full.on_air = id_of(s.on_air);
  full.playhead = ns(s.playhead);
  full.buffer_ms = s.buffer_ms;
  full.live_offset_ms = s.live_offset_ms;
  full.first_frame_ms = s.first_frame_ms;
  full.frames_presented = s.frames_presented;
  full.frames_lost = s.frames_lost;
  full.frames_repeated = s.frames_repeated;
  full.frames_dropped_late = s.frames_dropped_late;
  full.longest_gap_ms = s.longest_gap_ms;
  full.stalls = s.stalls;
  full.audio_underrun_frames = s.audio_underrun_frames;
  full.bytes_total = s.bytes_total;
  full.bytes_hedged = s.bytes_hedged;
  full.bytes_standby = s.standby[1].bytes + s.standby[2].bytes;
  full.rate_ppm = s.rate_ppm;
  full.width = s.width;
  full.height = s.height;
  hand_out(full, stats);
}

}  // extern "C"
