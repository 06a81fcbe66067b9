// The judge: what a viewer saw, read from what the real-time sink recorded. It knows nothing of the player: picture numbers come
// from the strip in the pictures.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace understudy::test {

struct Picture {
  int channel = -1;  // −1: no readable strip
  std::int64_t frame = 0;
  std::int64_t at_ns = 0;  // of the tick, on the monotonic clock; 0 where the recording does not say
};

/// One entry per tick of the recording (a late picture repeats the last one), by `ticks_per_second`.
struct Recording {
  std::vector<Picture> ticks;
  double ticks_per_second = 0;
  std::int64_t unreadable = 0;
};

Recording read_y4m(const std::string& path);
/// Of the last whole picture that has been recorded so far.
Picture last_picture(const std::string& y4m_path);

struct Verdict {
  std::int64_t ticks = 0;            // from the first readable picture to the last new one
  std::int64_t lost = 0;             // picture numbers that were skipped
  std::int64_t repeated = 0;         // picture numbers that came again after a later one
  double longest_gap_ms = 0;         // longest time between two new pictures, beyond one frame
  int first_channel = -1;
  int last_channel = -1;
  std::vector<int> channels;         // in the order of their appearance, without repeats in a row
};

/// Pictures within the first `skip_s` seconds after the first readable one are not judged: several processes that start at once
/// on a small machine are late, which is no effect of a fault that comes later. `fps`: of the content.
Verdict judge_pictures(const Recording& recording, double fps, double skip_s = 0);

}  // namespace understudy::test
