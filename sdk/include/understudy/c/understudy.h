/* The C interface: the whole player behind opaque handles, for languages that can call C.
 *
 *   understudy_config* config = understudy_config_create();
 *   understudy_config_set_status_url(config, "https://…/playout/ch-1");
 *   understudy_player* player = understudy_player_create(config, &video, &audio);
 *   understudy_config_destroy(config);
 *   while (running) {
 *     understudy_player_iterate(player, understudy_monotonic_now(), understudy_utc_now());
 *     understudy_event event = {.size = sizeof event};
 *     while (understudy_player_poll_event(player, &event)) { … }
 *     understudy_player_wait(player, until);
 *   }
 *   understudy_player_destroy(player);
 *
 * Conventions. Times are nanoseconds: `now` on a monotonic clock, `wall` since the Unix epoch in UTC, content time as in
 * understudy/time.h. Strings are UTF-8; those handed in are copied, those handed out belong to the library and live as long as
 * is said beside them. Functions that can fail return 0 or an error code of understudy/error.h (see understudy_error_name).
 * REQUIRES: no handle and no pointer is NULL unless it is said that it may be.
 * Threading: one thread owns a config or player; understudy_player_wake alone may be called from any.
 * Structs that the library fills begin with `size`, set by the caller to its own sizeof: later versions append members only and
 * fill no more than that. Enumerators are appended only, too. */
#ifndef UNDERSTUDY_C_UNDERSTUDY_H
#define UNDERSTUDY_C_UNDERSTUDY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct understudy_config understudy_config;
typedef struct understudy_player understudy_player;

/* Where a time is not known, and where no source is meant. */
#define UNDERSTUDY_NO_TIME INT64_MIN
#define UNDERSTUDY_NO_SOURCE (-1)

/* ---- configuration; the fields and their meaning are those of understudy/config.h -------------------------------------- */

/* NULL where memory is out. */
understudy_config* understudy_config_create(void);
/* May be NULL. A player keeps its own copy. */
void understudy_config_destroy(understudy_config* config);
void understudy_config_set_status_url(understudy_config* config, const char* url);
/* The first one is the primary, the others are fallbacks in order of priority. */
void understudy_config_add_source(understudy_config* config, const char* name, const char* url);
void understudy_config_set_last_known_document(understudy_config* config, const char* json);
void understudy_config_set_default_announcement(understudy_config* config, const char* text);
void understudy_config_set_seed(understudy_config* config, uint64_t seed);
void understudy_config_set_max_bandwidth(understudy_config* config, uint64_t bits_per_second);
/* Replaces the service's policy as a whole, from the first call on. `name` is the member's name in understudy::Policy; flags are
 * 0 or 1, recovery, standby and mode the place of the enumerator from 0. invalid_config for a name or value that is not known. */
int understudy_config_set_policy(understudy_config* config, const char* name, int64_t value);
/* What understudy_player_create would refuse: 0 or an error code. */
int understudy_config_validate(const understudy_config* config);

/* ---- sinks; called from within iterate, stop and destroy only, on their thread ------------------------------------------- */

typedef enum understudy_pixel_format { UNDERSTUDY_PIXEL_YUV420P, UNDERSTUDY_PIXEL_NV12 } understudy_pixel_format;
typedef enum understudy_color_matrix { UNDERSTUDY_MATRIX_BT601, UNDERSTUDY_MATRIX_BT709, UNDERSTUDY_MATRIX_BT2020 } understudy_color_matrix;

/* Valid during the call alone: copy what is to be kept. */
typedef struct understudy_video_frame {
  size_t size;
  int width; /* visible size in pixels; planes may be wider */
  int height;
  int sample_aspect_num;
  int sample_aspect_den;
  understudy_pixel_format format;
  understudy_color_matrix matrix;
  int full_range;
  const uint8_t* planes[3];
  int strides[3]; /* bytes */
  int32_t source;
  int64_t content_time;
  int64_t program_date_time; /* or UNDERSTUDY_NO_TIME */
  int64_t duration;          /* 0 where unknown */
  uint32_t lost_before;
  uint32_t repeated_before;
} understudy_video_frame;

typedef struct understudy_video_sink {
  void* user; /* handed to each call */
  void (*present)(void* user, const understudy_video_frame* frame, int64_t due);
  void (*clear)(void* user);
} understudy_video_sink;

/* The contract of each call is that of understudy::AudioSink in understudy/sinks.h. Samples are interleaved 32-bit float. */
typedef struct understudy_audio_sink {
  void* user;
  int sample_rate;
  int channels;
  int64_t latency;
  size_t (*writable)(void* user, int64_t now);
  void (*write)(void* user, const float* samples, size_t frames, int64_t now);
  int64_t (*queued)(void* user, int64_t now);
  void (*set_paused)(void* user, int paused, int64_t now);
  void (*flush)(void* user, int64_t now);
} understudy_audio_sink;

/* ---- the player ------------------------------------------------------------------------------------------------------------ */

/* The sinks are copied, what their `user` points to must outlive the player; either may be NULL (nothing is shown; a device is
 * simulated), else all their functions must be set. NULL where the configuration is invalid or memory is out. */
understudy_player* understudy_player_create(const understudy_config* config, const understudy_video_sink* video,
                                            const understudy_audio_sink* audio);
/* May be NULL. */
void understudy_player_destroy(understudy_player* player);

/* Does everything that is due and never blocks. An error code other than 0 (internal): only destruction is left. */
int understudy_player_iterate(understudy_player* player, int64_t now, int64_t wall);
/* When iterate wants to be called again if nothing arrives before. */
int64_t understudy_player_next_deadline(const understudy_player* player);
/* Blocks until a socket, understudy_player_wake or `timeout`. */
void understudy_player_wait(understudy_player* player, int64_t timeout);
void understudy_player_wake(understudy_player* player);

/* Clocks to hand to iterate, for languages without their own. */
int64_t understudy_monotonic_now(void);
int64_t understudy_utc_now(void);

/* Commands; they take effect within the next iterate, stop at once. */
void understudy_player_set_paused(understudy_player* player, int paused);
void understudy_player_set_volume(understudy_player* player, int percent);
void understudy_player_set_muted(understudy_player* player, int muted);
void understudy_player_switch_to(understudy_player* player, int32_t source);
void understudy_player_switch_to_next(understudy_player* player);
void understudy_player_stop(understudy_player* player);
/* Before the first iterate; see understudy/player.h. */
void understudy_player_enable_trace(understudy_player* player, const char* path);

/* ---- events ----------------------------------------------------------------------------------------------------------------- */

typedef enum understudy_event_type {
  UNDERSTUDY_EVENT_STATUS_CHANGED,
  UNDERSTUDY_EVENT_PRE_LIVE,
  UNDERSTUDY_EVENT_STARTED,
  UNDERSTUDY_EVENT_SOURCE_READY,
  UNDERSTUDY_EVENT_HEALTH_CHANGED,
  UNDERSTUDY_EVENT_INTENT_TO_FALLBACK,
  UNDERSTUDY_EVENT_HEDGE_STARTED,
  UNDERSTUDY_EVENT_HEDGE_CANCELLED,
  UNDERSTUDY_EVENT_COMMITTED,
  UNDERSTUDY_EVENT_SWITCHED,
  UNDERSTUDY_EVENT_RECOVERED,
  UNDERSTUDY_EVENT_STALLED,
  UNDERSTUDY_EVENT_RESUMED,
  UNDERSTUDY_EVENT_OFFLINE,
  UNDERSTUDY_EVENT_STOPPED,
  UNDERSTUDY_EVENT_ERROR
} understudy_event_type;

typedef struct understudy_source_info {
  int32_t id;
  const char* name;
  const char* state; /* "active", "hot", "warm", "cold", "unhealthy", "disabled" */
} understudy_source_info;

/* Strings and `sources` live until the next poll_event of this player or its end. */
typedef struct understudy_event {
  size_t size;
  uint64_t sequence;
  understudy_event_type type;
  int64_t at;
  int64_t wall;
  const char* reason; /* the stable name of an understudy::Reason, "none" where there is none; static */
  int32_t source;     /* or UNDERSTUDY_NO_SOURCE */
  int32_t from;       /* or UNDERSTUDY_NO_SOURCE */
  const understudy_source_info* sources;
  size_t source_count;
  const char* detail;       /* never NULL */
  int error_code;           /* 0: no error */
  int error_http_status;    /* 0: none */
  const char* error_detail; /* never NULL */
  /* switched only, else 0 and "none" */
  int64_t content_time;
  int64_t detect_ms;
  int64_t prepare_ms;
  int64_t gap_ms;
  int64_t frames_lost;
  int64_t frames_repeated;
  const char* alignment;
  int64_t error_bound_ms;
  int64_t commit_ms;
  int64_t buffer_ms;
} understudy_event;

/* 1: *event was filled; 0: there is none. */
int understudy_player_poll_event(understudy_player* player, understudy_event* event);

/* Static strings; "unknown" for what is not known. */
const char* understudy_event_type_name(understudy_event_type type);
const char* understudy_error_name(int error_code);

/* ---- state ------------------------------------------------------------------------------------------------------------------ */

typedef enum understudy_state {
  UNDERSTUDY_STATE_JOINING,
  UNDERSTUDY_STATE_PRE_LIVE,
  UNDERSTUDY_STATE_PLAYING,
  UNDERSTUDY_STATE_PAUSED,
  UNDERSTUDY_STATE_HOLDING,
  UNDERSTUDY_STATE_OFFLINE,
  UNDERSTUDY_STATE_STOPPED,
  UNDERSTUDY_STATE_FAILED
} understudy_state;

typedef enum understudy_card_kind {
  UNDERSTUDY_CARD_NONE,
  UNDERSTUDY_CARD_JOINING,
  UNDERSTUDY_CARD_PRE_LIVE,
  UNDERSTUDY_CARD_STOPPED,
  UNDERSTUDY_CARD_OFFLINE,
  UNDERSTUDY_CARD_ERROR
} understudy_card_kind;

/* Pointers live until the next get_card of this player or its end. */
typedef struct understudy_card {
  size_t size;
  understudy_card_kind kind;
  const char* announcement; /* never NULL; plain text */
  const uint8_t* poster;    /* an encoded image; NULL: none */
  size_t poster_bytes;
  const char* detail; /* never NULL */
} understudy_card;

typedef struct understudy_stats {
  size_t size;
  understudy_state state;
  int32_t on_air; /* or UNDERSTUDY_NO_SOURCE */
  int64_t playhead;
  int64_t buffer_ms;
  int64_t live_offset_ms;
  int64_t first_frame_ms; /* -1: none yet */
  int64_t frames_presented;
  int64_t frames_lost;
  int64_t frames_repeated;
  int64_t frames_dropped_late;
  int64_t longest_gap_ms;
  int64_t stalls;
  int64_t audio_underrun_frames;
  uint64_t bytes_total;
  uint64_t bytes_hedged;
  int64_t rate_ppm;
  int width;
  int height;
  uint64_t bytes_standby; /* fetched for warm and hot members */
} understudy_stats;

understudy_state understudy_player_state(const understudy_player* player);
void understudy_player_get_card(understudy_player* player, understudy_card* card);
void understudy_player_get_stats(const understudy_player* player, understudy_stats* stats);

#ifdef __cplusplus
}
#endif

#endif /* UNDERSTUDY_C_UNDERSTUDY_H */
