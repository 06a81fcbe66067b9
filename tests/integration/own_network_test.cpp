// FAILOVER.md 3, the viewer's own network: when both sources and the status service fall silent together nobody is to blame.
#include <signal.h>

#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.h"
#include "watch.h"

namespace understudy::test {
namespace {

using bench::failover::Row;

/// One line's faults, its viewer's standby, and how long the two cuts are.
struct Line {
  std::string fault;
  std::string standby;
  double first_s;
  double second_s;
};
// A hot viewer behind a black hole is not among them: it plays what both sources hold, and may go over and back once for that,
// unseen, before it holds the picture.
const Line kLines[] = {{"black_hole", "cold", 0.3, 2}, {"refuse", "cold", 1, 2}, {"refuse", "hot", 0.3, 2}};
constexpr double kSecondCutS = 6;  // a request that the first one swallowed has ended by its time-out
constexpr double kCutsEndS = 11;
constexpr double kHoldsBufferS = 1.5;
constexpr double kOutageS = 8;  // longer than the live offset of three two-second segments
constexpr double kAfterOutageS = 5.5;

std::int64_t after(std::int64_t from_ns, double s) { return from_ns + static_cast<std::int64_t>(s * 1e9); }

std::vector<Watch> watch_all(Service& service) {
  std::vector<Watch> watches;
  for (const Line& line : kLines) {
    Watch watch;
    watch.name = line.fault + "-" + line.standby;
    watch.channel = "primary-" + watch.name;
    const std::string fallback = "fallback-" + watch.name;
    const Json other = {{"channel_index", 2}, {"ahead_s", 15}, {"pts_base", 900'000}, {"gop_s", 1}, {"segment_phase_s", 0.7}};
    add_unwaited(service, fallback, other, "");
    add_unwaited(service, watch.channel, {{"channel_index", 1}, {"ahead_s", 15}}, fallback);
    REQUIRE(service.call("PATCH", "/channels/" + watch.channel, {{"policy", {{"standby", line.standby}}}}).status == 204);
    watches.push_back(std::move(watch));
  }
  for (Watch& watch : watches) service.wait_for_status(watch.channel, "playing");
  for (Watch& watch : watches) watch.begin(service);
  for (Watch& watch : watches) REQUIRE(watch.wait_started());
  return watches;
}

/// All that a viewer's line carries breaks at the same moment and comes back at the same moment.
std::int64_t cut_all(Service& service, const std::vector<Watch>& watches) {
  std::int64_t begin = monotonic_ns();
  for (const Watch& watch : watches) begin = std::max(begin, after(watch.evidence.started_ns, kHoldsBufferS));
  for (const Line& line : kLines)
    for (const std::string channel : {"fallback-", "primary-"})
      for (const auto& [at_s, length_s] : {std::pair(0.0, line.first_s), std::pair(kSecondCutS, line.second_s)}) {
        const double in_s = static_cast<double>(after(begin, at_s) - monotonic_ns()) / 1e9;
        service.set_fault(channel + line.fault + "-" + line.standby,
                          {{"fault", line.fault}, {"start_s", std::max(0.0, in_s)}, {"length_s", length_s}});
      }
  return begin;
}

void print_row(const std::string& name, const char* part, const Row& row) {
  std::printf("| %-15s | %-7s | %4.0f | %4lld | %8lld | %5.0f | %8lld | %s\n", name.c_str(), part, row.added_gap_ms,
              static_cast<long long>(row.frames_lost), static_cast<long long>(row.frames_repeated), row.silence_ms,
              static_cast<long long>(row.switches), row.end.c_str());
}

int commits(const bench::failover::Evidence& evidence, std::int64_t begin_ns, std::int64_t end_ns) {
  int count = 0;
  for (const auto& event : evidence.events) {
    const auto at = event.value("monotonic_ns", std::int64_t{0});
    count += event.value("type", "") == "committed" && at > begin_ns && at <= end_ns;
  }
  return count;
}

void check_cuts(const Watch& watch, std::int64_t begin_ns, std::int64_t end_ns) {
  bench::failover::Evidence evidence = watch.evidence;
  evidence.fault_ns = begin_ns;
  evidence.end_ns = end_ns;
  const Row row = bench::failover::measure(evidence);
  print_row(watch.name, "cuts", row);
  CHECK(pictures_lost(row) == 0);
  CHECK(row.frames_repeated == 0);
  // A request that is swallowed lives out its time-out of three seconds, longer than the cut and than what may be left of the
  // buffer: the fallback is then taken, unseen. What is refused is tried again in time.
  if (watch.name.rfind("refuse", 0) == 0) CHECK(commits(evidence, begin_ns, end_ns) == 0);
}

void check_outage(const Watch& watch, std::int64_t begin_ns) {
  bench::failover::Evidence evidence = watch.evidence;
  evidence.fault_ns = begin_ns;
  const Row row = bench::failover::measure(evidence);
  print_row(watch.name, "outage", row);
  const bool moves = row.end == "primary" || row.end == "fallback";  // of two that come back together either may be first
  CHECK(moves);
  CHECK(commits(evidence, begin_ns, std::numeric_limits<std::int64_t>::max()) <= 1);
  CHECK(row.frames_repeated == 0);
  CHECK(watch.viewer->count("pre_live") == 0);
  CHECK(watch.viewer->count("error") == 0);
  CHECK(evidence.pictures.unreadable == 0);  // no card: the last picture is held
}

TEST_CASE("a short cut of the viewer's own network is not seen, and a long one goes by without blame") {
  Service service;
  std::vector<Watch> watches = watch_all(service);
  const std::int64_t cuts_ns = cut_all(service, watches);
  const std::int64_t outage_ns = after(cuts_ns, kCutsEndS);
  sleep_until_ns(outage_ns);
  REQUIRE(::kill(service.pid(), SIGSTOP) == 0);  // what is connected stays so, and nobody answers
  sleep_until_ns(after(outage_ns, kOutageS));
  REQUIRE(::kill(service.pid(), SIGCONT) == 0);
  sleep_until_ns(after(outage_ns, kOutageS + kAfterOutageS));
  std::printf("\n| viewer          | part    | gap  | lost | repeated | quiet | switches | end\n");
  for (Watch& watch : watches) {
    watch.finish();
    INFO(watch.name << "\n" << watch.viewer->log());
    CHECK(watch.evidence.problem.empty());
    check_cuts(watch, cuts_ns, outage_ns);
    check_outage(watch, outage_ns);
  }
  std::fflush(stdout);
}

}  // namespace
}  // namespace understudy::test
