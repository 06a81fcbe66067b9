#include "aims.h"

#include <fmt/format.h>

#include <cmath>

namespace understudy::bench::failover {
namespace {

constexpr double kSoundResolutionMs = 2;
// A request that is on its way when the fault begins, the machine, and the bench's own stamp.
constexpr double kAllowanceMs = 250;

bool of_one_clock(const Case& one) { return one.alignment == "aligned" || one.alignment == "lag"; }

double allowed_ms(const Row& row) { return of_one_clock(row.one) ? 0 : static_cast<double>(row.error_bound_ms); }

bool is_moving(const std::string& end) { return end == "primary" || end == "fallback"; }

void check_end(const Row& row, std::vector<Miss>& out) {
  const auto say = [&](const char* wanted) {
    out.push_back({"end", fmt::format("{} after {} switches instead of {}", row.end, row.switches, wanted)});
  };
  if (leaves(row.one)) {
    if (row.end != "fallback" || row.switches != 1) say("the fallback after one");
  } else if (row.one.brief_s > 0 || row.one.fault == kNoFault) {
    if (row.end != "primary" || row.switches != 0) say("the primary after none");
  } else if (!is_moving(row.end) || row.switches > 1) {
    say("a moving picture after at most one");
  }
}

void check_health(const Row& row, std::vector<Miss>& out) {
  if (row.one.fault != kNoFault || row.bytes_total == 0) return;
  const auto percent = [&](std::int64_t bytes) {
    return 100.0 * static_cast<double>(bytes) / static_cast<double>(row.bytes_total);
  };
  if (percent(row.bytes_hedged) > 5)
    out.push_back({"bytes", fmt::format("hedges {:.1f} %", percent(row.bytes_hedged))});
  if (row.one.standby == "warm" && percent(row.bytes_standby) > 2)
    out.push_back({"bytes", fmt::format("warm {:.1f} %", percent(row.bytes_standby))});
}

}  // namespace

double detection_bound_ms(const Case& one) {
  const double segment_ms = 1000.0 * one.segment_s;
  double after_due = 0;  // refused, reset, 404, 5xx, missing, truncated, corrupt, restart, ENDLIST: at the next answer
  if (one.fault == "black_hole" || one.fault == "slow_first_byte") after_due = 150;
  if (one.fault == "trickle") after_due = 1000;
  if (one.fault == "stale_playlist")
    after_due = 1.5 * segment_ms;  // of the last new segment, which may come one reload after the fault
  return segment_ms + after_due + kAllowanceMs;
}

std::vector<Miss> misses(const Row& row) {
  std::vector<Miss> out;
  if (!row.problem.empty()) return {{"end", row.problem}};
  if (std::lround(row.added_gap_ms) > std::lround(kTickMs))
    out.push_back({"gap", fmt::format("gap {:.0f} ms", row.added_gap_ms)});
  // A bound in milliseconds, in whole pictures.
  const double allowed_frames = std::ceil(allowed_ms(row) * kFps / 1000);
  if (static_cast<double>(row.frames_lost) > allowed_frames)
    out.push_back({"lost", fmt::format("{} lost", row.frames_lost)});
  if (row.frames_repeated > 0) out.push_back({"repeated", fmt::format("{} repeated", row.frames_repeated)});
  // Silence is never a matter of wrong dates.
  if (row.silence_ms > kSoundResolutionMs || row.audio_gap_ms > allowed_ms(row) + kSoundResolutionMs)
    out.push_back({"sound", fmt::format("sound {:.0f} ms", row.audio_gap_ms)});
  if (row.click) out.push_back({"click", fmt::format("click, {:.1f} times the programme's step", row.click_ratio)});
  if (leaves(row.one) && row.fault_to_suspect_ms.value_or(1e9) > detection_bound_ms(row.one))
    out.push_back({"detected", row.fault_to_suspect_ms
                                   ? fmt::format("suspected {:.0f} ms after the fault, bound {:.0f}",
                                                 *row.fault_to_suspect_ms, detection_bound_ms(row.one))
                                   : std::string("never suspected")});
  if (!row.in_order) out.push_back({"order", "events out of order"});
  check_end(row, out);
  check_health(row, out);
  return out;
}

std::vector<Miss> wrong(const Row& row) {
  constexpr std::int64_t kMeasuredMs = 1;  // what the player states where it compared the sound
  const bool could_know = of_one_clock(row.one) || row.error_bound_ms <= kMeasuredMs;
  std::vector<Miss> out;
  for (Miss& miss : misses(row)) {
    if (miss.aim == "order" || miss.aim == "end" || (miss.aim == "repeated" && could_know))
      out.push_back(std::move(miss));
  }
  return out;
}

}  // namespace understudy::bench::failover
