// What one run left behind, read back: the recordings of the real-time sinks, what the player said, and when the bench
// did what to it. All times are nanoseconds of the monotonic clock, which all processes of a machine share.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cases.h"
#include "judge.h"
#include "sound.h"

namespace understudy::bench::failover {

using Json = nlohmann::ordered_json;

inline constexpr int kPrimary = 1;  // channel indices in the strips
inline constexpr int kFallback = 2;
inline constexpr double kFps = 25;

struct BufferPoint {
  std::int64_t at_ns = 0;
  int channel = kPrimary;  // or kFallback: fetched from it
  double seconds = 0;      // good media ahead of the playhead
};

struct Evidence {
  Case one;
  std::int64_t started_ns = 0;  // the player's first picture
  std::int64_t fault_ns = 0;    // of a run without a fault: where it would have been
  std::int64_t end_ns = 0;
  std::int64_t wall_minus_monotonic_ns = 0;
  test::Recording pictures;
  std::vector<std::int64_t> presented_ns;  // each picture that was handed to the sink
  std::optional<test::Wav> sound;
  std::vector<Json> events;
  Json report;
  std::vector<BufferPoint> buffer;  // empty where the player's trace does not tell
  std::string problem;              // why there is nothing to judge; empty: all is well

  /// The first event of this type at or after the fault (by its JSON name).
  const Json* event(const std::string& type) const;
  std::optional<std::int64_t> event_ns(const std::string& type) const;
};

/// Columns of --frames: the first one is when.
std::vector<std::int64_t> read_presented(const std::string& csv_path);
/// From a trace (--trace): the playhead, and until when the media of each source is good. `zero_ns`: where the engine's
/// time begins on the machine's clock.
std::vector<BufferPoint> read_buffer(const std::string& trace_path, std::int64_t zero_ns = 0);

}  // namespace understudy::bench::failover
