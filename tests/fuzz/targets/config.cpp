// Bytes as calls on the C interface: any strings, any policy field, any number. What it refuses leaves the configuration as it
// was, a configuration that validates makes a player, one that does not makes none, and the player made of it iterates,
// answers every question with strings that are there, and ends. Nothing is fetched: its addresses are refused by the kernel.
#include <string>
#include <vector>

#include "support/target.h"
#include "understudy/c/understudy.h"

using understudy::fuzz::Reader;

namespace {

const char* const kFields[] = {"poll_ms", "startup_timeout_ms", "startup_hedge_ms", "target_live_offset_ms", "max_live_offset_ms",
                               "loss_threshold_ms", "hedge_budget_percent", "penalty_ms", "max_hold_ms", "probe_min_ms", "probe_max_ms",
                               "clear_ms", "max_clear_ms", "voluntary_switches", "failback_spread_ms", "hot_members", "start_on_fallback",
                               "auto_restart", "keep_fallback_on_timeout", "recovery", "standby", "mode"};

/// Not to be resolved: the target must not wait for a name server.
std::string harmless_url(std::string text) {
  if (text.find("://") != std::string::npos && text.find("://127.0.0.1:1/") == std::string::npos) return "http://127.0.0.1:1/x.m3u8";
  return text;
}

std::string text(Reader& reader) { return std::string(reader.until('\0')); }

void configure(Reader& reader, understudy_config* config) {
  for (int calls = 0; calls < 64 && !reader.empty(); ++calls) {
    switch (reader.byte() % 8) {
      case 0: understudy_config_set_status_url(config, harmless_url(text(reader)).c_str()); break;
      case 1: {
        const std::string name = text(reader);
        understudy_config_add_source(config, name.c_str(), harmless_url(text(reader)).c_str());
        break;
      }
      case 2: understudy_config_set_last_known_document(config, text(reader).c_str()); break;
      case 3: understudy_config_set_default_announcement(config, text(reader).c_str()); break;
      case 4: understudy_config_set_seed(config, reader.u64()); break;
      case 5: {
        const std::string name = text(reader);
        understudy_config_set_policy(config, name.c_str(), static_cast<int64_t>(reader.u64()));
        break;
      }
      default: {
        const int64_t value = reader.byte() % 4 == 0 ? static_cast<int64_t>(reader.u64()) : 100 * reader.byte();
        const int valid_before = understudy_config_validate(config);
        const int refused = understudy_config_set_policy(config, kFields[reader.below(std::size(kFields))], value);
        if (refused != 0) PROMISE(understudy_config_validate(config) == valid_before);
        break;
      }
    }
  }
}

void check_answers(understudy_player* player) {
  understudy_event event = {};
  event.size = sizeof event;
  for (int count = 0; understudy_player_poll_event(player, &event) != 0; ++count) {
    PROMISE(count < 1000);
    PROMISE(event.reason != nullptr && event.detail != nullptr && event.error_detail != nullptr && event.alignment != nullptr);
    for (size_t i = 0; i < event.source_count; ++i) PROMISE(event.sources[i].name != nullptr && event.sources[i].state != nullptr);
    PROMISE(std::string(understudy_event_type_name(event.type)) != "unknown");
  }
  understudy_card card = {};
  card.size = sizeof card;
  understudy_player_get_card(player, &card);
  PROMISE(card.announcement != nullptr && card.detail != nullptr);
  understudy_stats stats = {};
  stats.size = sizeof stats;
  understudy_player_get_stats(player, &stats);
  PROMISE(stats.state <= UNDERSTUDY_STATE_FAILED);
}

}  // namespace

UNDERSTUDY_FUZZ_TARGET(config) {
  Reader reader(input);
  understudy_config* config = understudy_config_create();
  configure(reader, config);
  const int refused = understudy_config_validate(config);
  PROMISE(std::string(understudy_error_name(refused)) != "unknown");
  // Sources that FFmpeg opens have a thread each; those are the pipeline's business, not this target's.
  understudy_player* player = understudy_player_create(config, nullptr, nullptr);
  PROMISE((player == nullptr) == (refused != 0));
  understudy_config_destroy(config);
  if (player == nullptr) return;
  int64_t now = 1'000'000'000;
  for (int i = 0; i < 3; ++i) {
    understudy_player_iterate(player, now, 1'767'225'600'000'000'000 + now);
    PROMISE(understudy_player_next_deadline(player) >= now);
    check_answers(player);
    now += 700'000'000;
  }
  understudy_player_stop(player);
  check_answers(player);
  understudy_player_destroy(player);
}
