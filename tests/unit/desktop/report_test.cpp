#include "report.h"

#include <nlohmann/json.hpp>

#include "event_text.h"
#include "player/event_json.h"
#include "pictures.h"
#include "summary.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::desktop;
using namespace understudy::test;

namespace {

constexpr Instant kStart{from_ms(5000)};

Event make_event(EventType type, std::int64_t at_ms) {
  Event event;
  event.sequence = 1;
  event.type = type;
  event.at = kStart + from_ms(at_ms);
  event.wall = WallTime(from_ms(1'767'323'045'678));
  event.sources = {{SourceId{0}, "ch-a", SourceState::unhealthy}, {SourceId{1}, "ch-b", SourceState::active}};
  return event;
}

Event make_switch() {
  Event event = make_event(EventType::switched, 12'345);
  event.reason = Reason::connect_failed;
  event.from = SourceId{0};
  event.source = SourceId{1};
  event.switch_facts =
      SwitchFacts{MediaTime(from_ms(1'767'323'050'000)), 120, 640, 2000, 310, 7, 1, 2, Alignment::program_date_time,
                  20};
  return event;
}

Report make_report() {
  Report report({"http://h/playout/ch-a", 7, kStart, WallTime(from_ms(1'767'323'045'678))});
  report.add(make_event(EventType::started, 800));
  report.add(make_switch());
  PlayerStats stats;
  stats.state = PlayerState::stopped;
  stats.first_frame_ms = 800;
  stats.frames_presented = 500;
  stats.longest_gap_ms = 7;
  stats.standby[1] = {from_ms(120'000), 2000};
  ScreenLog log(kStart);
  log.show_picture(make_picture(4, 4, 0), kStart + from_ms(800));
  log.tick(false, kStart + from_ms(1500));
  log.show_picture(make_picture(4, 4, 0, from_ms(40), 1), kStart + from_ms(2000));
  log.show_card(Card::Kind::stopped, kStart + from_ms(3000));
  report.finish(stats, log.spans(kStart + from_ms(4000)), kStart + from_ms(4000));
  return report;
}

}  // namespace

TEST_CASE("the report tells the switches and what was on screen") {
  const auto json = make_report().json();
  const auto& one = json["summary"]["switches"][0];
  CHECK(one["from"] == "ch-a");
  CHECK(one["to"] == "ch-b");
  CHECK(one["reason"] == "connect_failed");
  CHECK(one["detect_ms"] == 120);
  CHECK(one["prepare_ms"] == 640);
  CHECK(one["commit_ms"] == 2000);
  CHECK(one["buffer_at_commit_ms"] == 310);
  CHECK(one["gap_ms"] == 7);
  CHECK(one["frames_lost"] == 1);
  CHECK(one["frames_repeated"] == 2);
  CHECK(one["content_time"] == 1'767'323'050'000);
  REQUIRE(json["summary"]["standby"].size() == 1);
  CHECK(json["summary"]["standby"][0]["level"] == "warm");
  CHECK(json["summary"]["standby"][0]["bytes_per_hour"] == 60'000);
  CHECK(json["summary"]["bytes_standby"] == 2000);
  CHECK(json["summary"]["final_state"] == "stopped");
  CHECK(json["summary"]["first_frame_ms"] == 800);
  CHECK(json["events"].size() == 2);
  REQUIRE(json["on_screen"].size() == 5);
  CHECK(json["on_screen"][0]["card"] == "joining");
  CHECK(json["on_screen"][1]["source"] == "ch-a");
  CHECK(json["on_screen"][2]["kind"] == "held");
  CHECK(json["on_screen"][2]["from_ms"] == 840);
  CHECK(json["on_screen"][3]["source"] == "ch-b");
  CHECK(json["on_screen"][4]["card"] == "stopped");
  CHECK(json["on_screen"][4]["to_ms"] == 4000);
}

TEST_CASE("the report has every member that its schema requires") {
  std::ifstream file(UNDERSTUDY_SOURCE_DIR "/player-desktop/report.schema.json");
  const auto schema = nlohmann::json::parse(file);
  const auto json = make_report().json();
  for (const auto& name : schema["required"]) CHECK(json.contains(name.get<std::string>()));
  for (const auto& name : schema["properties"]["summary"]["required"])
    CHECK(json["summary"].contains(name.get<std::string>()));
  for (const auto& name : schema["$defs"]["switch"]["required"]) {
    CHECK(json["summary"]["switches"][0].contains(name.get<std::string>()));
  }
  for (const auto& name : schema["$defs"]["event"]["required"])
    CHECK(json["events"][0].contains(name.get<std::string>()));
}

TEST_CASE("the report is written whole or not at all") {
  const TempFile file("report.json");
  REQUIRE(make_report().write(file.path()));
  CHECK(nlohmann::json::parse(file.read())["version"] == 1);
  CHECK(make_report().write("/nonexistent/report.json").error().code == ErrorCode::file_output_failed);
}

TEST_CASE("a name that is no UTF-8 does not spoil the report") {
  Report report({"http://h/", 7, kStart, {}});
  Event event = make_event(EventType::error, 1);
  event.detail = "bad \xff\xfe bytes";
  report.add(event);
  const TempFile file("bytes.json");
  REQUIRE(report.write(file.path()));
  CHECK_FALSE(nlohmann::json::parse(file.read()).is_discarded());
}

TEST_CASE("the summary says what was on screen and how each switch went") {
  const std::string text = summary_text(make_report());
  CHECK(text.find("0.80 –     0.84 s  ch-a\n") != std::string::npos);
  CHECK(text.find("ch-a (picture held)") != std::string::npos);
  CHECK(text.find("card: stopped") != std::string::npos);
  CHECK(text.find("12.35 s  ch-a → ch-b  (connect_failed)  gap 7 ms, 1 frames lost, 2 repeated") != std::string::npos);
  CHECK(text.find("first picture after 800 ms") != std::string::npos);
}

TEST_CASE("an event is one line of text") {
  const std::string line = to_text(make_switch(), kStart);
  CHECK(line.find("12.345 s  switched  ch-a → ch-b  reason=connect_failed  gap=7ms lost=1 repeated=2") !=
        std::string::npos);
  CHECK(line.find('\n') == std::string::npos);
}

TEST_CASE("secrets of a URL stay out of reports") {
  CHECK(redacted_url("https://user:pw@host/playout/a?token=x#y") == "https://host/playout/a");
  CHECK(redacted_url("http://host/a@b") == "http://host/a@b");
  CHECK(redacted_url("http://host") == "http://host");
}

TEST_CASE("jitter is not a picture that stands, half a second is") {
  ScreenLog log(kStart);
  log.show_picture(make_picture(4, 4, 0), kStart);
  log.tick(false, kStart + from_ms(200));
  CHECK(log.spans(kStart + from_ms(200)).back().kind == ScreenSpan::Kind::source);
  log.tick(false, kStart + from_ms(500));
  const auto spans = log.spans(kStart + from_ms(500));
  CHECK(spans.back().kind == ScreenSpan::Kind::held);
  CHECK(spans.back().from == kStart + from_ms(40));
}

TEST_CASE("a pause is not a picture that stands") {
  ScreenLog log(kStart);
  log.show_picture(make_picture(4, 4, 0), kStart);
  log.tick(true, kStart + from_ms(100));
  log.tick(true, kStart + from_ms(5000));
  const auto spans = log.spans(kStart + from_ms(5000));
  CHECK(spans.back().kind == ScreenSpan::Kind::paused);
  CHECK(spans.size() == 3);  // joining, source, paused
}
