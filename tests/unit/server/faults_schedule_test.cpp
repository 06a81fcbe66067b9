#include <nlohmann/json.hpp>

#include "faults/fault.h"
#include "faults/script.h"
#include "support/catch.h"

namespace understudy::server {
namespace {

WallTime at(double seconds) {
  return WallTime(std::chrono::hours(1'000)) + Duration(static_cast<std::int64_t>(seconds * 1e9));
}

std::string complaint(const std::string& json) {
  FaultSchedule s;
  auto added = s.add(json, at(0));
  return added ? "" : added.error().detail;
}

}  // namespace

TEST_CASE("a fault begins and ends by itself", "[faults]") {
  FaultSchedule s;
  REQUIRE(s.add(R"([{"fault":"refuse","start_s":2,"length_s":3}])", at(10)));
  CHECK(s.active(FaultKind::refuse, at(11.9)) == nullptr);
  CHECK(s.active(FaultKind::refuse, at(12)) != nullptr);
  CHECK(s.active(FaultKind::refuse, at(14.9)) != nullptr);
  CHECK(s.active(FaultKind::refuse, at(15)) == nullptr);
  CHECK(s.active(FaultKind::black, at(13)) == nullptr);
  CHECK(s.next_change(at(10)) == at(12));
  CHECK(s.next_change(at(12)) == at(15));
  CHECK_FALSE(s.next_change(at(15)));
}

TEST_CASE("a fault without a length lasts until it is cleared", "[faults]") {
  FaultSchedule s;
  REQUIRE(s.add(R"({"fault":"drop"})", at(0)));
  CHECK(s.active(FaultKind::drop, at(1e5)) != nullptr);
  s.clear(at(20));
  CHECK(s.active(FaultKind::drop, at(19)) != nullptr);
  CHECK(s.active(FaultKind::drop, at(20)) == nullptr);
}

TEST_CASE("clearing cancels what is pending", "[faults]") {
  FaultSchedule s;
  REQUIRE(s.add(R"({"fault":"drop","start_s":30,"length_s":5})", at(0)));
  s.clear(at(10));
  CHECK(s.active(FaultKind::drop, at(31)) == nullptr);
  CHECK_FALSE(s.next_change(at(10)));
}

TEST_CASE("a probability is drawn per request, the same for the same seed", "[faults]") {
  const auto hits = [](int seed) {
    FaultSchedule s;
    REQUIRE(s.add(R"({"fault":"segment_404","probability":0.3,"seed":)" + std::to_string(seed) + "}", at(0)));
    std::string out;
    for (int i = 0; i < 1000; ++i) out += s.strikes(FaultKind::segment_404, true, at(1)) != nullptr ? '1' : '0';
    return out;
  };
  const std::string first = hits(1);
  const auto count = std::count(first.begin(), first.end(), '1');
  CHECK(count > 250);
  CHECK(count < 350);
  CHECK(hits(1) == first);
  CHECK(hits(2) != first);
}

TEST_CASE("a state of the channel is drawn once", "[faults]") {
  int happened = 0;
  for (int seed = 0; seed < 200; ++seed) {
    FaultSchedule s;
    REQUIRE(s.add(R"({"fault":"drop","probability":0.5,"seed":)" + std::to_string(seed) + "}", at(0)));
    const bool now = s.active(FaultKind::drop, at(1)) != nullptr;
    CHECK((s.active(FaultKind::drop, at(2)) != nullptr) == now);
    happened += now ? 1 : 0;
  }
  CHECK(happened > 60);
  CHECK(happened < 140);
}

TEST_CASE("a scope limits a fault to playlists or segments", "[faults]") {
  FaultSchedule s;
  REQUIRE(s.add(R"([{"fault":"black_hole","on":"playlists"},{"fault":"reset"},{"fault":"http_503"}])", at(0)));
  CHECK(s.strikes(FaultKind::black_hole, false, at(1)) != nullptr);
  CHECK(s.strikes(FaultKind::black_hole, true, at(1)) == nullptr);
  CHECK(s.strikes(FaultKind::reset, false, at(1)) == nullptr);
  CHECK(s.strikes(FaultKind::reset, true, at(1)) != nullptr);
  CHECK(s.strikes(FaultKind::http_503, false, at(1)) != nullptr);
}

TEST_CASE("a bad fault is refused by name and nothing of its list is taken", "[faults]") {
  CHECK(complaint("nonsense").find("not JSON") != std::string::npos);
  CHECK(complaint("[1]").find("not an object") != std::string::npos);
  CHECK(complaint("{}").find("fault.fault") == 0);
  CHECK(complaint(R"({"fault":"earthquake"})").find("earthquake") != std::string::npos);
  CHECK(complaint(R"({"fault":"drop","length_s":-1})").find("fault.length_s") == 0);
  CHECK(complaint(R"({"fault":"drop","probability":2})").find("fault.probability") == 0);
  CHECK(complaint(R"({"fault":"reset","after_bytes":"x"})").find("fault.after_bytes") == 0);
  CHECK(complaint(R"({"fault":"reset","on":"init"})").find("fault.on") == 0);
  FaultSchedule s;
  CHECK_FALSE(s.add(R"([{"fault":"drop"},{"fault":"?"}])", at(0)));
  CHECK(s.all().empty());
}

TEST_CASE("ended faults make room, running ones are bounded", "[faults]") {
  FaultSchedule s;
  for (int i = 0; i < 300; ++i) REQUIRE(s.add(R"({"fault":"drop","length_s":1})", at(10.0 * i)));
  CHECK(s.all().size() <= 256);
  FaultSchedule full;
  for (int i = 0; i < 256; ++i) REQUIRE(full.add(R"({"fault":"drop"})", at(0)));
  CHECK_FALSE(full.add(R"({"fault":"drop"})", at(1)));
}

TEST_CASE("the list of faults tells their state", "[faults]") {
  FaultSchedule s;
  REQUIRE(s.add(
      R"([{"fault":"trickle","length_s":5,"bytes_per_second":77},{"fault":"pdt_skew","start_s":20,"skew_ms":-5}])",
      at(0)));
  const auto list = nlohmann::json::parse(s.to_json(at(10)));
  CHECK(list[0]["id"] == 1);
  CHECK(list[0]["fault"] == "trickle");
  CHECK(list[0]["state"] == "ended");
  CHECK(list[0]["bytes_per_second"] == 77);
  CHECK(list[1]["state"] == "pending");
  CHECK(list[1]["start_s"] == 10.0);
  CHECK(list[1]["skew_ms"] == -5);
  CHECK(nlohmann::json::parse(s.to_json(at(25)))[1]["state"] == "active");
}

TEST_CASE("a script is read in order of time", "[faults]") {
  const auto steps = parse_script(
      "# demo\n\n  20 main restore\n10 main drop\r\n12.5 backup fault {\"fault\": \"reset\", \"length_s\": 2}\n30 main "
      "stop\n31 main start\n");
  REQUIRE(steps);
  REQUIRE(steps->size() == 5);
  CHECK((*steps)[0].at == std::chrono::seconds(10));
  CHECK((*steps)[0].action == ScriptStep::Action::fault);
  CHECK((*steps)[0].faults == R"({"fault": "drop"})");
  CHECK((*steps)[1].channel == "backup");
  CHECK((*steps)[2].action == ScriptStep::Action::restore);
  CHECK((*steps)[4].action == ScriptStep::Action::start);
}

TEST_CASE("a bad script is refused with its line", "[faults]") {
  for (const char* bad : {"x main drop", "1 main", "1 main explode", "1 main drop now", "1 main fault",
                          "1 main fault {\"fault\":\"?\"}", "-1 main drop"}) {
    const auto steps = parse_script(std::string("# one\n") + bad);
    REQUIRE_FALSE(steps);
    CHECK(steps.error().detail.find("script line 2: ") == 0);
  }
}

}  // namespace understudy::server
