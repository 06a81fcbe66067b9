#include "origin/settings.h"
#include "support/catch.h"

namespace understudy::server {
namespace {

std::string complaint(const std::string& json) {
  auto parsed = parse_settings(json);
  return parsed ? "" : parsed.error().detail;
}

}  // namespace

TEST_CASE("no settings at all are the defaults", "[origin]") {
  CHECK(*parse_settings("{}") == ChannelSettings{});
  CHECK(*parse_settings("") == ChannelSettings{});
  CHECK(parse_settings("{}", "clip.mp4")->source == "clip.mp4");
  CHECK(*parse_settings(R"({"unknown": 1, "label": null})") == ChannelSettings{});
}

TEST_CASE("settings are read", "[origin]") {
  const auto s =
      *parse_settings(R"({"container":"fmp4","segment_s":6,"gop_s":1.5,"pts_base":8589934000,"media_sequence":77,
    "fps":29.97,"audio_rate":44100,"pdt":false,"lag_ms":900,"ahead_s":60,"channel_index":9,"window":3,"label":"X"})");
  CHECK(s.container == Container::fmp4);
  CHECK(s.segment_s == 6);
  CHECK(s.gop_s == 1.5);
  CHECK(s.pts_base == 8'589'934'000);
  CHECK(s.fps == FrameRate{30'000, 1001});
  CHECK_FALSE(s.pdt);
  CHECK(s.channel_index == std::uint8_t{9});
}

TEST_CASE("a bad setting is refused by name", "[origin]") {
  CHECK(complaint("[]").find("not a JSON object") != std::string::npos);
  CHECK(complaint("{").find("not a JSON object") != std::string::npos);
  CHECK(complaint(R"({"segment_s": 11})").find("origin.segment_s") == 0);
  CHECK(complaint(R"({"segment_s": "2"})").find("origin.segment_s") == 0);
  CHECK(complaint(R"({"container": "webm"})").find("origin.container") == 0);
  CHECK(complaint(R"({"width": 321})").find("origin.width") == 0);
  CHECK(complaint(R"({"width": 320.5})").find("origin.width") == 0);
  CHECK(complaint(R"({"fps": 27.3})").find("origin.fps") == 0);
  CHECK(complaint(R"({"audio_rate": 22050})").find("origin.audio_rate") == 0);
  CHECK(complaint(R"({"pts_base": 8589934592})").find("origin.pts_base") == 0);
  CHECK(complaint(R"({"channel_index": 256})").find("origin.channel_index") == 0);
  CHECK(complaint(R"({"pdt": 1})").find("origin.pdt") == 0);
}

TEST_CASE("segments begin at key frames and cover every frame once", "[origin]") {
  for (const double segment : {1.0, 2.0, 3.0, 6.0}) {
    for (const double gop : {0.8, 1.0, 2.0, 4.0}) {
      for (const double phase : {0.0, 0.52, -1.4}) {
        ChannelSettings s;
        s.segment_s = segment;
        s.gop_s = gop;
        s.segment_phase_s = phase;
        s.gop_phase_s = 0.2;
        const SegmentPlan plan(s);
        std::int64_t at = plan.boundary_at_or_before(2'279'000'123);
        CHECK(at <= 2'279'000'123);
        for (int i = 0; i < 50; ++i) {
          const std::int64_t next = plan.boundary_after(at);
          REQUIRE(plan.is_key_frame(at));
          REQUIRE(next > at);
          REQUIRE(next - at <= plan.longest());
          for (std::int64_t n = at; n < next; n += 7) {
            REQUIRE(plan.boundary_after(n) == next);
            REQUIRE(plan.boundary_at_or_before(n) == at);
          }
          at = next;
        }
      }
    }
  }
}

TEST_CASE("with one GOP per segment every boundary is on its phase", "[origin]") {
  ChannelSettings s;
  s.segment_phase_s = 0.4;
  const SegmentPlan plan(s);
  CHECK(plan.boundary_after(0) == 10);
  CHECK(plan.boundary_after(10) == 60);
  CHECK(plan.longest() == 50);
}

}  // namespace understudy::server
