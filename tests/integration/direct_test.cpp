// A URL that is not HLS is opened by FFmpeg. A recording so short that probing reads all of it loses nothing of it.
#include "rig.h"
#include "support/catch.h"

namespace understudy::test {
namespace {

TEST_CASE("a short recording that is not HLS is played from its first frame to its last") {
  TempDir dir("direct");
  for (const std::string name : {"clip.mp4", "clip.ts"}) {
    Process encode({"/usr/bin/ffmpeg", "-loglevel", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4", "-f", "lavfi", "-i",
                    "sine=f=440:r=48000:d=4", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", dir.file(name)},
                   dir.file("ffmpeg.log"));
    REQUIRE(encode.wait(seconds(30)) == 0);
    Viewer viewer(dir, name + "-viewer", {"--primary", "file://" + dir.file(name)}, false);
    INFO(name << "\n" << viewer.log());
    REQUIRE(viewer.wait_end(seconds(30)) == 0);
    const Json summary = viewer.report()["summary"];
    CHECK(summary["frames_presented"].get<int>() + summary["frames_dropped_late"].get<int>() == 100);
    CHECK(summary["frames_lost"] == 0);
    CHECK(summary["final_state"] == "stopped");
  }
}

}  // namespace
}  // namespace understudy::test
