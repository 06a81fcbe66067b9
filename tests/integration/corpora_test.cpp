// Streams and clips that nobody here wrote, with the real binaries: recordings play to their end, a real clip is a live
// channel.
#include "support/corpora.h"

#include "rig.h"
#include "support/catch.h"
#include "support/file_server.h"

namespace understudy::test {
namespace {

std::optional<std::filesystem::path> corpora_or_warning() {
  auto root = corpora();
  if (!root) WARN("no corpora: skipped");
  return root;
}

/// Pictures that a viewer got or that were decoded and came too late on a busy machine.
std::int64_t pictures_of(const Json& report) {
  const Json& summary = report["summary"];
  return summary["frames_presented"].get<std::int64_t>() + summary["frames_dropped_late"].get<std::int64_t>();
}

std::string last_reason(const Viewer& viewer) { return viewer.events().back().value("reason", ""); }

// Real time: all three at once.
TEST_CASE("recordings of the corpora play to their end: a gap, renditions apart, b-frames") {
  const auto root = corpora_or_warning();
  if (!root) return;
  FileServer server(*root / "streams");
  TempDir dir("corpora");
  const auto viewer = [&](const std::string& name, const std::string& playlist) {
    return Viewer(dir, name, {"--primary", server.url(playlist)}, false);
  };
  Viewer gap = viewer("gap", "shaka-hls-gap/playlist.m3u8");
  Viewer renditions = viewer("renditions", "shaka-hls-multivideo/master.m3u8");
  Viewer b_frames = viewer("b-frames", "shaka-hls-ts-b-frames/playlist.m3u8");
  for (Viewer* one : {&gap, &renditions, &b_frames}) {
    INFO(one->log());
    CHECK(one->wait_end(seconds(60)) == 0);
    CHECK(last_reason(*one) == "end_of_stream");
    CHECK(one->count("error") == 0);
    CHECK(one->count("intent_to_fallback") == 0);
  }
  CHECK(pictures_of(renditions.report()) == 120);
  CHECK(renditions.report()["summary"]["frames_lost"] == 0);
  CHECK(pictures_of(b_frames.report()) == 144);
  CHECK(b_frames.report()["summary"]["frames_lost"] == 0);
  // Six segments of 240 pictures; segments 1 and 5 are gaps: never asked for, and what they would have held is told as
  // lost.
  CHECK(pictures_of(gap.report()) == 6 * 240);
  // The manifest's playhead_must_reach_s: 15. Each segment lasts 4.004 s.
  CHECK(static_cast<double>(pictures_of(gap.report())) / 240 * 4.004 >= 15);
  CHECK(gap.report()["summary"]["frames_lost"] == 240);
  CHECK_FALSE(server.was_asked_for("shaka-hls-gap/1.ts"));
  CHECK_FALSE(server.was_asked_for("shaka-hls-gap/5.ts"));
  // The best variant stream within no bound, its default sound, and nothing else.
  CHECK(server.was_asked_for("shaka-hls-multivideo/red_1.ts"));
  CHECK(server.was_asked_for("shaka-hls-multivideo/original_128k.ts"));
  for (const char* other : {"red_2", "green_1", "blue_1", "high_pitch_128k", "low_pitch_128k"})
    CHECK_FALSE(server.was_asked_for("shaka-hls-multivideo/" + std::string(other) + ".ts"));
}

TEST_CASE("a real clip is a live channel, and the player shows it") {
  const auto root = corpora_or_warning();
  if (!root) return;
  Service service;
  const std::vector<std::pair<std::string, bool>> clips = {{"streams/shaka-hls-ts-b-frames/1.ts", false},
                                                           {"media/mux.js/test-segment.ts", true}};
  for (const auto& [clip, has_sound] : clips) {
    INFO(clip);
    const std::string id = "clip-" + std::to_string(clip.size());
    service.add_channel(id, {{"source", (*root / clip).string()}});
    // Long enough to have been round the loop of either.
    Viewer viewer(service.dir(), id, {"--duration", "16", service.playout(id)});
    CHECK(viewer.wait_end(seconds(60)) == 0);
    INFO(viewer.log());
    CHECK(viewer.count("started") == 1);
    const Verdict verdict = viewer.verdict();
    CHECK(verdict.channels.size() == 1);
    CHECK(verdict.ticks > 0);
    CHECK(verdict.repeated == 0);
    CHECK(viewer.count("error") == 0);
    CHECK(viewer.count("stalled") == 0);
    if (has_sound) CHECK(viewer.sound().seconds > 5);
  }
}

}  // namespace
}  // namespace understudy::test
