#include "core/session/reach.h"

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "core/base/reach.h"

namespace understudy::session {
namespace {

// More than any body, any rate and any loss of frames; sums of many still fit.
constexpr std::int64_t kMostCounted = std::int64_t{1} << 40;

void adjust(Duration& d) { bring_into_reach(d); }
template <class Clock>
void adjust(std::chrono::time_point<Clock, Duration>& t) {
  bring_into_reach(t);
}
void adjust(std::int64_t& count) { count = std::clamp(count, std::int64_t{0}, kMostCounted); }
void adjust(std::uint64_t& count) { count = std::min<std::uint64_t>(count, kMostCounted); }
template <class T>
void adjust(std::optional<T>& value) {
  if (value) adjust(*value);
}

/// Calls `f` with every time, wait and count of an input, of a constant one too.
template <class T, class F>
void each(T& in, const F& f) {
  const auto all = [&f](auto&... fields) { (f(fields), ...); };
  using Kind = std::remove_const_t<T>;
  if constexpr (std::is_same_v<Kind, loading::FetchDone>) {
    all(in.retry_after, in.max_age, in.age, in.connect, in.first_byte, in.total, in.body_bytes);
  } else if constexpr (std::is_same_v<Kind, loading::FetchProgress>) {
    all(in.bytes, in.content_length);
  } else if constexpr (std::is_same_v<Kind, loading::SegmentOpened>) {
    all(in.first_pts);
  } else if constexpr (std::is_same_v<Kind, MediaState>) {
    all(in.playhead, in.output_latency);
    for (auto& buffer : in.sources) all(buffer.good_until, buffer.planned_splice, buffer.decode_permille);
  } else if constexpr (std::is_same_v<Kind, MediaDamaged> || std::is_same_v<Kind, FirstFrame>) {
    all(in.content_time);
  } else if constexpr (std::is_same_v<Kind, Switched>) {
    all(in.content_time, in.gap, in.frames_lost, in.frames_repeated);
  } else if constexpr (std::is_same_v<Kind, Aligned>) {
    all(in.skew, in.error_bound);
  } else if constexpr (std::is_same_v<Kind, Resumed>) {
    all(in.gap);
  }
}

bool in_reach(const Input& input) {
  bool all = true;
  const auto look = [&all](const auto& field) {
    auto adjusted = field;
    adjust(adjusted);
    all = all && adjusted == field;
  };
  std::visit([&](const auto& in) { each(in, look); }, input);
  return all;
}

}  // namespace

std::optional<Input> brought_into_reach(const Input& input) {
  if (in_reach(input)) return std::nullopt;
  Input adjusted = input;
  std::visit([](auto& in) { each(in, [](auto& field) { adjust(field); }); }, adjusted);
  return adjusted;
}

}  // namespace understudy::session
