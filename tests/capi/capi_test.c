/* The C interface from C: a headless session against a service that cannot be reached gets typed error events. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "understudy/c/understudy.h"

#define CHECK(condition)                                              \
  do {                                                                \
    if (!(condition)) {                                               \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                        \
    }                                                                 \
  } while (0)

static const int64_t kSecond = 1000000000;

struct screen {
  int frames;
  int clears;
};
static void present(void* user, const understudy_video_frame* frame, int64_t due) {
  (void)due;
  CHECK(frame->size == sizeof *frame);
  ((struct screen*)user)->frames++;
}
static void clear(void* user) { ((struct screen*)user)->clears++; }

/* A device that is always full: nothing is ever written. */
static size_t writable(void* user, int64_t now) { (void)user, (void)now; return 0; }
static void write_samples(void* user, const float* samples, size_t frames, int64_t now) {
  (void)user, (void)samples, (void)frames, (void)now;
}
static int64_t queued(void* user, int64_t now) { (void)user, (void)now; return 0; }
static void set_paused(void* user, int paused, int64_t now) { (void)user, (void)paused, (void)now; }
static void flush(void* user, int64_t now) { (void)user, (void)now; }

static void test_config(void) {
  understudy_config* config = understudy_config_create();
  CHECK(config != NULL);
  CHECK(understudy_config_set_policy(config, "poll_ms", 500) == 0);
  CHECK(understudy_config_set_policy(config, "auto_restart", 0) == 0);
  CHECK(understudy_config_set_policy(config, "standby", 2) == 0);
  CHECK(understudy_config_set_policy(config, "standby", 3) == 1001);
  CHECK(understudy_config_set_policy(config, "auto_restart", 2) == 1001);
  CHECK(understudy_config_set_policy(config, "poll_ms", 1) == 1001);
  CHECK(understudy_config_set_policy(config, "no_such_field", 1) == 1001);
  CHECK(strcmp(understudy_error_name(1001), "invalid_config") == 0);
  CHECK(strcmp(understudy_error_name(-7), "unknown") == 0);
  CHECK(strcmp(understudy_event_type_name(UNDERSTUDY_EVENT_ERROR), "error") == 0);
  understudy_config_destroy(config);
  understudy_config_destroy(NULL);
}

static void test_invalid_config_is_refused(void) {
  understudy_config* config = understudy_config_create();
  CHECK(understudy_config_validate(config) == 1004); /* no_source */
  understudy_config_set_status_url(config, "ftp://example/playout/1");
  CHECK(understudy_config_validate(config) == 2010); /* bad_url */
  CHECK(understudy_player_create(config, NULL, NULL) == NULL);
  understudy_config_destroy(config);
}

/* Runs until an error event came or ten seconds passed; gives its code. */
static int first_error(understudy_player* player) {
  const int64_t end = understudy_monotonic_now() + 10 * kSecond;
  uint64_t sequence = 0;
  while (understudy_monotonic_now() < end) {
    CHECK(understudy_player_iterate(player, understudy_monotonic_now(), understudy_utc_now()) == 0);
    understudy_event event = {.size = sizeof event};
    while (understudy_player_poll_event(player, &event)) {
      CHECK(event.size == sizeof event);
      CHECK(event.sequence == ++sequence);
      CHECK(event.detail != NULL && event.error_detail != NULL && event.reason != NULL);
      if (event.type != UNDERSTUDY_EVENT_ERROR) continue;
      printf("error %d %s: %s\n", event.error_code, understudy_error_name(event.error_code), event.error_detail);
      CHECK(strlen(event.error_detail) > 0);
      return event.error_code;
    }
    understudy_player_wait(player, kSecond / 20);
  }
  return 0;
}

static void test_unreachable_service(void) {
  struct screen screen = {0, 0};
  const understudy_video_sink video = {&screen, present, clear};
  const understudy_audio_sink audio = {NULL, 48000, 2, 0, writable, write_samples, queued, set_paused, flush};
  understudy_config* config = understudy_config_create();
  understudy_config_set_status_url(config, "http://127.0.0.1:1/playout/none");
  understudy_config_set_default_announcement(config, "Soon");
  understudy_player* player = understudy_player_create(config, &video, &audio);
  understudy_config_destroy(config);
  CHECK(player != NULL);
  understudy_player_set_volume(player, 50);
  CHECK(first_error(player) == 2001); /* connect_failed */

  understudy_stats stats = {.size = sizeof stats};
  understudy_player_get_stats(player, &stats);
  CHECK(stats.size == sizeof stats);
  CHECK(stats.state == UNDERSTUDY_STATE_JOINING);
  CHECK(stats.on_air == UNDERSTUDY_NO_SOURCE);
  CHECK(stats.first_frame_ms == -1);
  CHECK(understudy_player_next_deadline(player) > understudy_monotonic_now() - 10 * kSecond);
  understudy_card card = {.size = sizeof card};
  understudy_player_get_card(player, &card);
  CHECK(card.kind == UNDERSTUDY_CARD_JOINING);
  CHECK(strcmp(card.announcement, "Soon") == 0);
  CHECK(card.poster == NULL);

  understudy_player_stop(player);
  CHECK(understudy_player_state(player) == UNDERSTUDY_STATE_STOPPED);
  CHECK(screen.frames == 0);
  understudy_player_destroy(player);
  understudy_player_destroy(NULL);
}

static void test_older_caller_gets_no_more_than_its_struct(void) {
  understudy_config* config = understudy_config_create();
  understudy_config_add_source(config, "primary", "http://127.0.0.1:1/index.m3u8");
  understudy_player* player = understudy_player_create(config, NULL, NULL);
  understudy_config_destroy(config);
  CHECK(player != NULL);
  understudy_stats stats;
  memset(&stats, 0x55, sizeof stats);
  stats.size = offsetof(understudy_stats, playhead);
  understudy_player_get_stats(player, &stats);
  CHECK(stats.size == offsetof(understudy_stats, playhead));
  CHECK(stats.on_air == UNDERSTUDY_NO_SOURCE);
  CHECK(stats.playhead == 0x5555555555555555);
  understudy_player_destroy(player);
}

int main(void) {
  test_config();
  test_invalid_config_is_refused();
  test_unreachable_service();
  test_older_caller_gets_no_more_than_its_struct();
  puts("all passed");
  return 0;
}
