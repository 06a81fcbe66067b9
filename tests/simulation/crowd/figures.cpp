#include "simulation/crowd/figures.h"

#include <algorithm>

namespace understudy::crowd {

namespace {

constexpr std::size_t kPerSecond = std::chrono::seconds(1) / kBin;
constexpr Duration kEarly = from_ms(1500);
constexpr Duration kLast = std::chrono::seconds(10);

std::size_t bin_of(Duration at) { return static_cast<std::size_t>(at / kBin); }

std::int64_t mean(const Series& s, std::size_t from, std::size_t to) {
  std::int64_t sum = 0;
  for (std::size_t i = from; i < to; ++i) sum += s[i];
  return to > from ? sum / static_cast<std::int64_t>(to - from) : 0;
}

/// Most in any second that lies within [from, to).
std::int64_t busiest_second(const Series& s, std::size_t from, std::size_t to) {
  std::int64_t most = 0;
  for (std::size_t i = from; i + kPerSecond <= to; ++i) most = std::max(most, mean(s, i, i + kPerSecond));
  return most;
}

Series scaled(Series s, const Tally& tally, std::int64_t viewers) {
  for (std::int64_t& v : s) v = v * static_cast<std::int64_t>(kPerSecond) * viewers / std::max<std::int64_t>(1, tally.viewers);
  return s;
}

Load load_of(const Act& act, const Tally& tally, Place place, std::int64_t viewers) {
  const Series s = rate(tally, place, viewers);
  const Series bytes = scaled(tally.bytes[static_cast<std::size_t>(place)], tally, viewers);
  const std::size_t mark = bin_of(act.mark);
  const std::size_t last = s.size() - 1;  // the bin that the act's end cuts is left out
  Load load;
  load.before = mean(s, bin_of(kSteadyFrom), bin_of(kMark));
  load.after = mean(s, bin_of(act.end - kLast), last);
  load.peak = busiest_second(s, mark, last);
  const std::size_t early = bin_of(act.mark + kEarly) + 1;
  load.early_peak = busiest_second(s, mark, early);
  load.peak_tenth = *std::max_element(s.begin() + static_cast<std::ptrdiff_t>(mark), s.end() - 1);
  load.early_tenth = *std::max_element(s.begin() + static_cast<std::ptrdiff_t>(mark),
                                       s.begin() + static_cast<std::ptrdiff_t>(early));
  load.peak_bytes = busiest_second(bytes, mark, last);
  load.bytes_after = mean(bytes, bin_of(act.end - kLast), last);
  return load;
}

std::int64_t quantile_ms(const Tally& tally, std::int64_t per_mille) {
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < tally.arrivals.size(); ++i) {
    seen += tally.arrivals[i];
    if (seen * 1000 >= tally.viewers * per_mille) return static_cast<std::int64_t>(i + 1) * 10;
  }
  return -1;
}

}  // namespace

Series rate(const Tally& tally, Place place, std::int64_t viewers) { return scaled(tally.of(place), tally, viewers); }

Figures figures_of(const Act& act, const Tally& tally, std::int64_t viewers) {
  Figures f;
  f.viewers = viewers;
  for (const Place place : {Place::primary, Place::fallback, Place::cache})
    f.load[static_cast<int>(place)] = load_of(act, tally, place, viewers);
  Load& service = f.load[static_cast<int>(Place::service)];
  service.before = service.after = service.peak = service.early_peak = kEdges;  // see hosts.cpp
  f.busiest = act.busiest;
  const Load& busiest = f.load[static_cast<int>(act.busiest)];
  f.steady = std::max<std::int64_t>(1, std::max(busiest.before, busiest.after));
  f.ratio_permille = busiest.early_peak * 1000 / f.steady;
  f.tenth_permille = busiest.early_tenth * 1000 / f.steady;
  f.whole_permille = busiest.peak * 1000 / f.steady;
  const std::int64_t n = std::max<std::int64_t>(1, tally.viewers);
  f.stalled_per_100k = tally.stalled_viewers * 100'000 / n;
  f.stalled_ms_mean = tally.stalled_viewers > 0 ? tally.stalled_ms / tally.stalled_viewers : 0;
  f.early_stalls_per_100k = tally.early_stalls * 100'000 / n;
  f.reached_per_100k = tally.reached * 100'000 / n;
  f.reached_ms[0] = quantile_ms(tally, 500);
  f.reached_ms[1] = quantile_ms(tally, 990);
  f.reached_ms[2] = quantile_ms(tally, 999);
  f.switches = tally.switches * viewers / n;
  f.frames_lost = tally.frames_lost * viewers / n;
  f.frames_repeated = tally.frames_repeated * viewers / n;
  const std::int64_t watched_ms = to_ms(kMark) - to_ms(kJoining) / 2;
  f.idle_hedges_per_1k_hours = tally.idle_hedges * 3'600'000 / watched_ms * 1000 / n;
  return f;
}

}  // namespace understudy::crowd
