// FAILOVER.md 2 and 11 with little time: a live offset of three seconds, one-second segments, a shared content clock, two
// independent encoders. Prints the table.
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "support/catch.h"
#include "watch.h"

namespace understudy::test {
namespace {

using bench::failover::Row;

constexpr std::size_t kAtOnce = 4;     // two cores decode and record so many in real time
constexpr double kHoldsBufferS = 1.5;  // after the first picture
constexpr double kSettleS = 5;       // the buffer is empty after three, and the new source has been seen

struct Trial {
  std::string fault;
  std::string standby;
};

std::vector<Trial> trials() {
  std::vector<Trial> all;
  for (const char* fault : {"refuse", "reset", "black_hole", "slow_first_byte", "segment_404", "http_503", "stale_playlist", "truncated",
                            "corrupt", "endlist"})
    all.push_back({fault, "hot"});
  for (const char* fault : {"refuse", "reset", "segment_404", "http_503", "truncated", "endlist"}) all.push_back({fault, "warm"});
  return all;
}

std::string primary(std::size_t slot) { return "primary-" + std::to_string(slot); }

void add_channels(Service& service) {
  const Json settings = {{"segment_s", 1}, {"bitrate_kbps", 300}, {"ahead_s", 15}, {"channel_index", 1}};
  Json other = settings;
  other.update({{"channel_index", 2},
                {"pts_base", 900'000},
                {"media_sequence", 5000},
                {"segment_phase_s", 0.35},
                {"gop_s", 0.5},
                {"gop_phase_s", 0.15}});
  add_unwaited(service, "fallback", other, "");
  for (std::size_t slot = 0; slot < kAtOnce; ++slot) add_unwaited(service, primary(slot), settings, "fallback");
  for (std::size_t slot = 0; slot < kAtOnce; ++slot) service.wait_for_status(primary(slot), "playing");
}

void print_row(const Trial& trial, const Row& row) {
  const auto ms = [](const auto& value) { return value ? std::to_string(static_cast<long long>(*value)) : std::string("-"); };
  std::printf("| %-15s | %-4s | %7s | %8s | %6s | %4.0f | %4lld | %8lld | %5.0f | %5.0f | %6.1f | %-8s | %s\n", trial.fault.c_str(),
              trial.standby.c_str(), ms(row.fault_to_suspect_ms).c_str(), ms(row.fault_to_switched_ms).c_str(),
              ms(row.buffer_at_commit_ms).c_str(), row.added_gap_ms, static_cast<long long>(row.frames_lost),
              static_cast<long long>(row.frames_repeated), row.silence_ms, row.sound_jumps_ms, row.live_offset_before_s.value_or(0),
              row.end.c_str(), row.reason.c_str());
}

void run_batch(Service& service, const std::vector<Trial>& trials) {
  std::vector<Watch> watches(trials.size());
  for (std::size_t i = 0; i < trials.size(); ++i) {
    watches[i].name = trials[i].fault + "-" + trials[i].standby;
    watches[i].channel = primary(i);
    const Json policy = {{"policy", {{"standby", trials[i].standby}, {"targetLiveOffsetMs", 3000}}}};
    REQUIRE(service.call("PATCH", "/channels/" + primary(i), policy).status == 204);
    watches[i].begin(service);
  }
  for (std::size_t i = 0; i < trials.size(); ++i) {
    REQUIRE(watches[i].wait_started());
    Json fault = {{"fault", trials[i].fault}};
    if (trials[i].fault == "slow_first_byte") fault["delay_ms"] = 20'000;
    // Another phase of the segment for each.
    watches[i].break_source(service, fault, kHoldsBufferS + 0.25 * static_cast<double>(i));
  }
  for (std::size_t i = 0; i < trials.size(); ++i) {
    Watch& watch = watches[i];
    sleep_until_ns(watch.evidence.fault_ns + static_cast<std::int64_t>(kSettleS * 1e9));
    watch.finish();
    const Row row = measure(watch.evidence);
    INFO(watch.name << "\n" << watch.viewer->log());
    print_row(trials[i], row);
    CHECK(row.problem.empty());
    CHECK(row.end == "fallback");
    CHECK(row.switches == 1);
    CHECK(row.in_order);
    CHECK(pictures_lost(row) == 0);
    CHECK(row.frames_repeated == 0);
    CHECK(row.silence_ms <= 2 + row.audio_underrun_ms);
    CHECK(watch.evidence.report["summary"]["frames_lost"] == 0);
    service.clear_faults(watch.channel);
  }
  std::fflush(stdout);
}

TEST_CASE("a live offset of three seconds with one-second segments is enough, hot for every fault, warm for each that says so") {
  Service service;
  add_channels(service);
  std::printf("\n| fault           |      | suspect | switched | buffer | gap  | lost | repeated | quiet | jumps | offset | end      |\n");
  std::printf("|-----------------|------|---------|----------|--------|------|------|----------|-------|-------|--------|----------|\n");
  const std::vector<Trial> all = trials();
  for (std::size_t begin = 0; begin < all.size(); begin += kAtOnce) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(begin);
    run_batch(service, {first, first + static_cast<std::ptrdiff_t>(std::min(kAtOnce, all.size() - begin))});
  }
}

}  // namespace
}  // namespace understudy::test
