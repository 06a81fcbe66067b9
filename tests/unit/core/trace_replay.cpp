#include "core/trace/replay.h"

#include <algorithm>
#include <fstream>

#include "support/catch.h"
#include "trace_world.h"

using namespace understudy;
using test::TraceWorld;

namespace {

SessionConfig config() {
  SessionConfig c;
  c.status_url = "http://service.example/playout/ch-1?token=t";
  c.seed = 42;
  return c;
}

/// One viewing with everything that traces are made for: start, loss, fallback, garbage, pause, service outage, stop.
std::string eventful_trace(std::vector<Event>* events = nullptr) {
  TraceWorld world(config());
  world.poster = std::string("\x89PNG\0\0\xff", 7);
  world.run_for(std::chrono::seconds(6));
  world.garble_next_playlist = true;
  world.run_for(std::chrono::seconds(2));
  world.primary_up = false;
  world.run_for(std::chrono::seconds(10));
  world.primary_up = true;
  world.service_up = false;
  world.feed(session::SetPaused{true});
  world.run_for(std::chrono::seconds(1));
  world.feed(session::SetPaused{false});
  world.run_for(std::chrono::seconds(4));
  world.service_up = true;
  world.feed(session::SwitchTo{std::nullopt});
  world.run_for(std::chrono::seconds(5));
  world.primary_status = status::ChannelStatus::stopped;
  world.run_for(std::chrono::seconds(4));
  world.feed(session::EndSession{});
  if (events != nullptr) *events = world.events();
  return world.trace();
}

bool has(const std::vector<Event>& events, EventType type) {
  return std::any_of(events.begin(), events.end(), [&](const Event& e) { return e.type == type; });
}

std::string without_line(std::string text, std::size_t at) {
  text.erase(at, text.find('\n', at) + 1 - at);
  return text;
}

std::string rerecorded(const std::string& trace) {
  std::string text;
  REQUIRE(trace::rerecord(trace, [&](std::string_view line) { (text += line) += '\n'; }));
  return text;
}

}  // namespace

TEST_CASE("an eventful session replays to the same outputs") {
  std::vector<Event> events;
  const std::string recorded = eventful_trace(&events);
  CHECK(has(events, EventType::started));
  CHECK(has(events, EventType::committed));
  CHECK(has(events, EventType::switched));
  CHECK(has(events, EventType::stopped));

  const auto result = trace::replay(recorded);
  REQUIRE(result);
  if (result->difference) FAIL(result->difference->line << "\n" << result->difference->recorded << "\n" << result->difference->replayed);
  CHECK(result->inputs > 100);
  CHECK(result->outputs > result->inputs);
  CHECK(rerecorded(recorded) == recorded);
}

TEST_CASE("a session that is recorded twice gives the same trace") { CHECK(eventful_trace() == eventful_trace()); }

TEST_CASE("another seed gives another trace, and the replay says where") {
  std::string recorded = eventful_trace();
  const std::size_t seed = recorded.find("seed=42");
  REQUIRE(seed != std::string::npos);
  recorded.replace(seed, 7, "seed=43");
  const auto result = trace::replay(recorded);
  REQUIRE(result);
  REQUIRE(result->difference);
  CHECK(result->difference->line > 1);
  CHECK(result->difference->recorded != result->difference->replayed);
}

TEST_CASE("a missing output is the first difference") {
  const std::string recorded = eventful_trace();
  const std::size_t fetch = recorded.find("> fetch ");
  REQUIRE(fetch != std::string::npos);
  const auto line = static_cast<std::size_t>(std::count(recorded.begin(), recorded.begin() + static_cast<std::ptrdiff_t>(fetch), '\n')) + 1;
  const auto result = trace::replay(without_line(recorded, fetch));
  REQUIRE(result);
  REQUIRE(result->difference);
  CHECK(result->difference->line == line);
  CHECK(result->difference->replayed.rfind("> fetch ", 0) == 0);
}

TEST_CASE("a poster is kept by its size alone") {
  const std::string recorded = eventful_trace();
  CHECK(recorded.find("PNG") == std::string::npos);
  CHECK(recorded.find("> poster_loaded body=~7\n") != std::string::npos);
}

TEST_CASE("asking again for the deadline is not recorded") {
  std::string text;
  session::Session session(config());
  trace::Recorder recorder(session, config(), [&](std::string_view line) { (text += line) += '\n'; });
  recorder.handle(session::Tick{}, Instant{}, WallTime{});
  while (!std::holds_alternative<session::Deadline>(recorder.poll_output())) {
  }
  const std::string before = text;
  recorder.poll_output();
  CHECK(text == before);
}

TEST_CASE("a trace that was cut off within a line replays up to there") {
  const std::string recorded = eventful_trace();
  const auto result = trace::replay(std::string_view(recorded).substr(0, recorded.size() - 3));
  REQUIRE(result);
  CHECK_FALSE(result->difference);
}

TEST_CASE("a bad line is named") {
  const std::string header = trace::write_header(config()) + "\n";
  const auto result = trace::replay(header + "< 0 0 tick\n< 0 0 tock\n");
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::bad_trace);
  CHECK(result.error().detail == "line 3: column 11: expected a known kind of line");
  CHECK(trace::replay("").error().detail == "line 1: not a trace");
}

// Run with the tag by name, after a change of the engine's behaviour: unit_core "[write-trace]"
TEST_CASE("the trace in tests/data is written anew", "[.][write-trace]") {
  std::ofstream out(UNDERSTUDY_SOURCE_DIR "/tests/data/traces/eventful.trace", std::ios::binary);
  out << eventful_trace();
  REQUIRE(out.good());
}
