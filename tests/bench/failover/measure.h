// One run's evidence to one row of figures. Pure. Everything is judged from the fault on; what the second before says
// of the machine is kept beside it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "evidence.h"

namespace understudy::bench::failover {

struct Row {
  Case one;
  std::optional<std::int64_t> detect_ms, prepare_ms, commit_ms;
  double added_gap_ms = 0;  // longest time between two new pictures beyond one frame, or from the last one to the end
  std::int64_t frames_lost = 0;  // picture numbers that were never handed to the screen
  std::int64_t frames_repeated = 0;
  double audio_gap_ms = 0;  // longest digital silence, or what the sound skipped beyond what the pictures skipped
  std::optional<double> live_offset_before_s, live_offset_after_s;
  std::int64_t extra_bytes = 0;  // hedges and standby
  std::string end;               // on screen at the end: primary, fallback, held, nothing

  // Beside the fixed columns:
  bool click = false;
  double click_ratio = 0;              // largest step of the sound's slope against that of the programme itself
  double silence_ms = 0;               // of audio_gap_ms: the silence alone
  std::optional<double> silence_at_s;  // since the fault: where the longest silence begins
  double sound_jumps_ms = 0;           // content time that the sound skipped or repeated
  double presented_gap_ms = 0;  // as added_gap_ms, by the player's own stamps: finer than a tick, but its own word
  std::int64_t bytes_total = 0, bytes_hedged = 0, bytes_standby = 0;
  std::int64_t switches = 0;
  std::string reason, alignment;  // of the first switch
  std::int64_t error_bound_ms = 0;
  std::optional<std::int64_t> buffer_at_commit_ms;
  std::optional<double> fault_to_suspect_ms, fault_to_switched_ms;
  std::int64_t brief_frames = 0;  // handed to the screen and replaced within one tick: shown, so not counted as lost
  double audio_underrun_ms = 0;   // the sink had nothing to play; in the whole run, its beginning included
  std::int64_t dropped_late = 0;  // decoded, and not shown because the machine was late; in the whole run
  double gap_before_ms = 0;       // from a second after the first picture until the fault
  std::int64_t lost_before = 0;
  bool in_order = true;  // intent → hedge → committed → switched
  std::string problem;   // why there is nothing to judge
};

/// The width of a tick of the recording: no gap below it can be told from none.
inline constexpr double kTickMs = 1000 / kFps;

Row measure(const Evidence& evidence);

}  // namespace understudy::bench::failover
