#include "play.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>

namespace understudy::soak {
namespace {

using std::chrono::seconds;

// What no slow machine excuses. FAILOVER.md's own bounds are far below; the figures are in the report.
constexpr seconds kStart{60};
constexpr seconds kBack{60};  // pictures after a mending: probes up to 8 s, polls 2 s, an encoder that fills its window
constexpr seconds kStopHeard{20};       // 4: 1.2 polls, the cache's second, one request
constexpr double kGapWithSourceS = 12;  // a source delivers all the time
constexpr double kAfterStopS = 2;       // pictures that were on their way
constexpr int kQuietMs = 6000;

void pause(double s) { std::this_thread::sleep_for(std::chrono::duration<double>(s)); }

}  // namespace

void Play::wrong(const std::string& what) {
  std::fprintf(stderr, "soak_run: %s\n", what.c_str());
  if (wrong_.size() < 50) wrong_.push_back(what);
}

bool Play::time_for_another() const {
  // An outage of average length, its mending and the quiet time after it.
  return theatre_.seconds() + 28 < 60 * options_.minutes;
}

void Play::run() {
  if (!theatre_.wait_for_pictures(kStart)) return wrong("no pictures at the start");
  pause(kQuietMs / 1000.0);
  while (time_for_another() && wrong_.size() < 20) play_one(outages_.next());
  theatre_.set_quiet(true);
  while (theatre_.seconds() < 60 * options_.minutes) pause(0.1);
  if (!theatre_.wait_for_pictures(kBack)) wrong("no pictures at the end");
}

void Play::play_one(const Outage& outage) {
  OutageRecord record;
  record.outage = outage;
  record.begin_s = theatre_.seconds();
  theatre_.set_quiet(false);
  theatre_.pictures().take_longest_gap_s();
  theatre_.begin_outage(outage);
  if (outage.kind == OutageKind::stopped) {
    hold_stopped(outage);
  } else {
    pause(outage.hold_s);
  }
  theatre_.end_outage(outage);
  record.end_s = theatre_.seconds();
  record.back_s = theatre_.wait_for_pictures(kBack);
  record.longest_gap_s = theatre_.pictures().take_longest_gap_s();
  const std::string name = to_text(outage);
  if (!record.back_s) wrong(name + ": no pictures after it was mended");
  if (leaves_a_source(outage.kind) && record.longest_gap_s > kGapWithSourceS)
    wrong(fmt::format("{}: no new picture for {:.1f} s, and a source delivered", name, record.longest_gap_s));
  if (!theatre_.wait_for_channels(kBack)) wrong(name + ": the channels are not playing again");
  for (const std::string& what : theatre_.wrong()) wrong(name + ": " + what);
  std::printf("%7.1f s  %-60s  longest gap %5.2f s, back after %s\n", record.begin_s, name.c_str(),
              record.longest_gap_s, record.back_s ? fmt::format("{:.2f} s", *record.back_s).c_str() : "never");
  std::fflush(stdout);
  records_.push_back(record);
  theatre_.set_quiet(true);
  pause(kQuietMs / 1000.0);
}

void Play::hold_stopped(const Outage& outage) {
  if (!theatre_.wait_for_stop(kStopHeard))
    return wrong(fmt::format("stopped: the players go on after {} s", kStopHeard.count()));
  pause(kAfterStopS);
  const std::int64_t before = theatre_.pictures().count();
  pause(outage.hold_s);
  if (theatre_.pictures().count() != before) wrong("stopped: pictures went on");
}

std::vector<Verdict> Play::verdicts() {
  for (const std::string& what : theatre_.wrong_at_end()) wrong(what);
  std::vector<Verdict> all;
  all.push_back({"outages", wrong_.empty() && !records_.empty(),
                 fmt::format("{} outages, {} switches, {} stalls; {}", records_.size(), theatre_.count("switched"),
                             theatre_.count("stalled"), wrong_.empty() ? "each ended as it has to" : wrong_.front())});
  for (Verdict& v : figures_verdicts(theatre_.samples(), 60 * options_.minutes)) all.push_back(std::move(v));
  return all;
}

}  // namespace understudy::soak
