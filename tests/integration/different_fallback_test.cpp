// FAILOVER.md 7 with nothing in common but the content clock: size, frame rate, audio codec, sample rate, channels, container,
// segment length, GOP, numbers and time stamps all differ. Judged by the moments that the pictures and the tone tell.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "support/catch.h"
#include "watch.h"

namespace understudy::test {
namespace {

using bench::failover::Row;

constexpr double kSettleS = 10;  // the longer live offset is nine seconds; less of it is held at the join

struct Source {
  Json settings;
  double fps = 0;
};

Source usual(const std::string& container) {
  return {{{"container", container}, {"ahead_s", 15}, {"bitrate_kbps", 300}}, 25};
}

/// Its time stamps wrap within what is played.
Source other(const std::string& container, const std::string& audio_codec) {
  const std::int64_t before_wrap = std::int64_t{90'000} * 26;  // 18 s of window at its start, then a viewer joins
  return {{{"container", container},
           {"ahead_s", 15},
           {"bitrate_kbps", 500},
           {"width", 640},
           {"height", 360},
           {"fps", 30},
           {"audio_codec", audio_codec},
           {"audio_rate", 44'100},
           {"audio_channels", 1},
           {"segment_s", 3},
           {"segment_phase_s", 1.1},
           {"gop_s", 0.6},
           {"gop_phase_s", 0.2},
           {"media_sequence", 70'000},
           {"pts_base", (std::int64_t{1} << 33) - before_wrap}},
          30};
}

struct Pair {
  std::string name;
  Source primary;
  Source fallback;
  std::string standby;
};

std::vector<Pair> pairs() {
  return {{"ts-to-ts-ac3", usual("ts"), other("ts", "ac3"), "cold"},
          {"ts-ac3-to-ts", other("ts", "ac3"), usual("ts"), "warm"},
          {"ts-to-fmp4", usual("ts"), other("fmp4", "aac"), "hot"},
          {"fmp4-to-ts-ac3", usual("fmp4"), other("ts", "ac3"), "cold"}};
}

/// What the screen was handed: how long the moments of the content jump from one picture to the next.
struct Steps {
  double at_splice_ms = std::numeric_limits<double>::quiet_NaN();
  double smallest_ms = std::numeric_limits<double>::infinity();
  double beyond_a_frame_ms = 0;  // sum, the splice included
};

Steps steps_of(const std::string& csv_path, std::int64_t from_ns) {
  Steps steps;
  std::ifstream file(csv_path);
  std::string row;
  std::getline(file, row);
  std::string last_source;
  std::int64_t last_ns = 0;
  while (std::getline(file, row)) {
    std::istringstream fields(row);
    std::string at, due, moment, date, source;
    for (std::string* field : {&at, &due, &moment, &date, &source}) std::getline(fields, *field, ',');
    const std::int64_t ns = std::stoll(moment);
    if (!last_source.empty() && std::stoll(at) >= from_ns) {
      const double ms = static_cast<double>(ns - last_ns) / 1e6;
      if (source != last_source) steps.at_splice_ms = ms;
      steps.smallest_ms = std::min(steps.smallest_ms, ms);
      steps.beyond_a_frame_ms += std::max(0.0, ms - 41);
    }
    last_ns = ns;
    last_source = source;
  }
  return steps;
}

/// From the strips alone: first picture of the new source minus last one of the old one, in content time.
double painted_step_ms(const Recording& recording, const Pair& pair) {
  const Picture* last = nullptr;
  for (const Picture& picture : recording.ticks) {
    if (picture.channel < 0) continue;
    if (last != nullptr && last->channel == 1 && picture.channel == 2)
      return 1000 * (static_cast<double>(picture.frame) / pair.fallback.fps - static_cast<double>(last->frame) / pair.primary.fps);
    last = &picture;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

void judge(const Pair& pair, Watch& watch) {
  watch.finish();
  const Row row = measure(watch.evidence);
  const Steps steps = steps_of(watch.viewer->file("csv"), watch.evidence.fault_ns);
  const double painted_ms = painted_step_ms(watch.evidence.pictures, pair);
  std::printf("| %-14s | %-4s | %8.1f | %8.1f | %4.0f | %5.1f | %5.1f | %4lld | %s\n", pair.name.c_str(), pair.standby.c_str(), painted_ms,
              steps.at_splice_ms, row.added_gap_ms, row.silence_ms, row.sound_jumps_ms, static_cast<long long>(row.dropped_late),
              row.alignment.c_str());
  INFO(watch.name << "\n" << watch.viewer->log());
  CHECK(row.problem.empty());
  CHECK(row.end == "fallback");
  CHECK(row.switches == 1);
  CHECK(row.in_order);
  const double late_ms = 1000.0 / 25 * static_cast<double>(row.dropped_late);
  const double frames_ms = 1000 / pair.primary.fps + 1000 / pair.fallback.fps;  // a tick may fall past the very first picture
  CHECK(painted_ms > 0);
  CHECK(painted_ms <= frames_ms + late_ms + 0.1);
  CHECK(steps.smallest_ms > 0);
  CHECK(steps.beyond_a_frame_ms <= late_ms);
  CHECK(row.silence_ms <= 2 + row.audio_underrun_ms);
  CHECK(row.sound_jumps_ms <= 2 + row.audio_underrun_ms);
  const Json summary = watch.viewer->report()["summary"];
  CHECK(summary["frames_lost"] == 0);
  CHECK(summary["frames_repeated"] == 0);
}

TEST_CASE("a fallback that differs in everything but its content goes on where the primary ended, in picture and sound") {
  Service service;
  const std::vector<Pair> all = pairs();
  std::vector<Watch> watches(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    Watch& watch = watches[i];
    watch.name = all[i].name;
    watch.channel = "primary-" + std::to_string(i);
    Json settings = all[i].fallback.settings;
    settings["channel_index"] = 2;
    add_unwaited(service, "fallback-" + std::to_string(i), settings, "");
    settings = all[i].primary.settings;
    settings["channel_index"] = 1;
    add_unwaited(service, watch.channel, settings, "fallback-" + std::to_string(i));
    REQUIRE(service.call("PATCH", "/channels/" + watch.channel, {{"policy", {{"standby", all[i].standby}}}}).status == 204);
  }
  for (Watch& watch : watches) service.wait_for_status(watch.channel, "playing");
  for (Watch& watch : watches) watch.begin(service);
  for (Watch& watch : watches) {
    REQUIRE(watch.wait_started());
    watch.break_source(service, {{"fault", "segment_404"}}, 1.5);
  }
  sleep_until_ns(watches.back().evidence.fault_ns + static_cast<std::int64_t>(kSettleS * 1e9));
  std::printf("\n| pair           |      | painted  | step ms  | gap  | quiet | jumps | late | aligned by\n");
  for (std::size_t i = 0; i < all.size(); ++i) judge(all[i], watches[i]);
  std::fflush(stdout);
}

}  // namespace
}  // namespace understudy::test
