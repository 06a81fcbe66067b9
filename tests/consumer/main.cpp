// An app of somebody else: plays a stream that cannot be reached, headless, and is told so.
#include <chrono>
#include <cstdio>

#include "understudy/curl_client.h"
#include "understudy/null_sinks.h"
#include "understudy/player.h"

int main() {
  using namespace understudy;
  SessionConfig config;
  config.status_url = "http://127.0.0.1:1/playout/none";
  if (!validate(config)) return 1;
  const HttpClientPtr http = make_curl_client();
  NullVideoSink video;
  NullAudioSink audio;
  Player player(config, {.video = &video, .audio = &audio, .http = http.get()});
  const auto monotonic = [] { return Instant(std::chrono::steady_clock::now().time_since_epoch()); };
  const auto utc = [] { return WallTime(std::chrono::system_clock::now().time_since_epoch()); };
  for (const Instant end = monotonic() + std::chrono::seconds(20); monotonic() < end;) {
    player.iterate(monotonic(), utc());
    while (const auto event = player.poll_event()) {
      if (!event->error || event->error->code != ErrorCode::connect_failed) continue;
      std::printf("as expected: %s\n", event->error->detail.c_str());
      return 0;
    }
    player.wait(from_ms(50));
  }
  std::puts("no error event came");
  return 1;
}
