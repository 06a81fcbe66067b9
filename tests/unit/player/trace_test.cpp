#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/trace/replay.h"
#include "net/http_client.h"
#include "support/catch.h"
#include "understudy/null_sinks.h"
#include "understudy/player.h"

using namespace understudy;

namespace {

/// Answers every playlist with a live one whose segments are not there.
class EmptyOrigin : public net::HttpClient {
 public:
  void start(const net::HttpRequest& request) override { asked_.push_back(request); }
  void cancel(RequestId id) override {
    std::erase_if(asked_, [&](const net::HttpRequest& r) { return r.id == id; });
  }
  void poll(net::HttpObserver& observer, Instant) override {
    for (const net::HttpRequest& r : std::exchange(asked_, {})) {
      const bool playlist = r.url.find(".m3u8") != std::string::npos;
      const std::string body = playlist ? "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\na.ts\n#EXTINF:2,\nb.ts\n" : "";
      net::HttpHead head;
      head.status = playlist ? 200 : 404;
      head.final_url = r.url;
      observer.on_head(r.id, head);
      if (!body.empty()) observer.on_body(r.id, {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()});
      observer.on_done(r.id, {}, {});
    }
  }
  void wait(Duration) override {}
  void wake() override {}
  std::optional<Instant> next_deadline() const override { return std::nullopt; }

 private:
  std::vector<net::HttpRequest> asked_;
};

SessionConfig config() {
  SessionConfig c;
  c.plain_sources = {{"primary", "http://a.example/index.m3u8"}, {"fallback", "http://b.example/index.m3u8"}};
  return c;
}

/// Plays ten seconds and gives back the error events.
std::vector<Event> play(const std::string& trace_path, bool late = false) {
  EmptyOrigin http;
  NullVideoSink video;
  NullAudioSink audio;
  Player player(config(), {.video = &video, .audio = &audio, .http = &http});
  if (!late) player.enable_trace(trace_path);
  for (int ms = 0; ms < 10'000; ms += 20) {
    player.iterate(Instant(from_ms(ms)), WallTime(from_ms(1'767'225'600'000 + ms)));
    if (late) player.enable_trace(trace_path);
    if (ms == 5000) player.switch_to_next();
  }
  player.stop();
  std::vector<Event> events = player.event_log();
  for (std::size_t i = 0; i < events.size(); ++i) CHECK(events[i].sequence == i + 1);
  return events;
}

std::ptrdiff_t file_errors(const std::vector<Event>& events) {
  return std::count_if(events.begin(), events.end(), [](const Event& e) {
    return e.type == EventType::error && e.error && e.error->code == ErrorCode::file_output_failed;
  });
}

struct TemporaryFile {
  std::string path = (std::filesystem::temp_directory_path() / ("understudy-trace-test-" + std::to_string(::getpid()))).string();
  ~TemporaryFile() { std::remove(path.c_str()); }
  std::string text() const {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

}  // namespace

TEST_CASE("what a player traces replays to the same outputs") {
  TemporaryFile file;
  const std::vector<Event> events = play(file.path);
  CHECK(file_errors(events) == 0);
  const std::string text = file.text();
  const auto replay = trace::replay(text);
  if (!replay) FAIL(replay.error().detail);
  if (replay->difference) FAIL(replay->difference->recorded << "\n" << replay->difference->replayed);
  CHECK(replay->inputs > 1000);
  CHECK(text.find(" end_session\n") != std::string::npos);
  CHECK(text.find(" switch_to\n") != std::string::npos);
}

TEST_CASE("a trace that cannot be written is told once, and playback goes on") {
  const std::vector<Event> untraced = play("", true);
  for (const char* path : {"/nonexistent/trace", "/dev/full"}) {
    INFO(path);
    const std::vector<Event> events = play(path);
    CHECK(file_errors(events) == 1);
    CHECK(events.size() == untraced.size() + 1);
  }
}

TEST_CASE("a trace that is asked for after the start stays empty") {
  TemporaryFile file;
  play(file.path, true);
  CHECK_FALSE(std::filesystem::exists(file.path));
}
