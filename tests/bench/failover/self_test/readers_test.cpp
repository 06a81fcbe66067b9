// The recordings as files: what their headers say of time.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "evidence.h"
#include "origin/strip.h"
#include "rig.h"
#include "support/catch.h"

namespace understudy::bench::failover {
namespace {

TEST_CASE("a y4m tells channel, number and time of each tick, and ticks without a strip") {
  test::TempDir dir("failover-readers");
  const std::string path = dir.file("a.y4m");
  {
    std::ofstream file(path, std::ios::binary);
    file << "YUV4MPEG2 W64 H48 F25:1 Ip A1:1 C420jpeg\n";
    for (int i = 0; i < 3; ++i) {
      std::vector<std::uint8_t> picture(64 * 48 * 3 / 2, 128);
      if (i < 2) server::paint_strip(picture.data(), 64, 64, 48, {2, 77 + i});
      file << "FRAME XT" << 5'000'000 + i << " XF\n";
      file.write(reinterpret_cast<const char*>(picture.data()), static_cast<std::streamsize>(picture.size()));
    }
  }
  const test::Recording recording = test::read_y4m(path);
  REQUIRE(recording.ticks.size() == 3);
  CHECK(recording.ticks_per_second == 25);
  CHECK(recording.ticks[1].channel == 2);
  CHECK(recording.ticks[1].frame == 78);
  CHECK(recording.ticks[1].at_ns == 5'000'001);
  CHECK(recording.ticks[2].channel == -1);
  CHECK(recording.unreadable == 1);
}

TEST_CASE("a trace tells the buffer of each source") {
  test::TempDir dir("failover-readers");
  std::ofstream(dir.file("a.trace")) << "understudy-trace 1 {}\n> deadline\n< 500 7 media_state\n"
                                        "< 1000 7 media_state playing=true playhead=2000000000 "
                                        "sources=[{good_until=6000000000} {source=1 good_until=4500000000}]\n";
  const auto points = read_buffer(dir.file("a.trace"));
  REQUIRE(points.size() == 2);
  CHECK(points[0].at_ns == 1000);
  CHECK(points[0].channel == kPrimary);
  CHECK(points[0].seconds == 4.0);
  CHECK(points[1].channel == kFallback);
  CHECK(points[1].seconds == 2.5);
}

TEST_CASE("what is missing or no recording is nothing") {
  CHECK_FALSE(test::read_wav("/nonexistent.wav"));
  CHECK(test::read_y4m("/nonexistent.y4m").ticks.empty());
  CHECK(read_presented("/nonexistent.csv").empty());
  CHECK(read_buffer("/nonexistent.trace").empty());
}

}  // namespace
}  // namespace understudy::bench::failover
