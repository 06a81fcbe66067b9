#include "simulation/crowd/tally.h"

namespace understudy::crowd {

namespace {
void add_to(Series& sum, const Series& more) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more[i];
}
}  // namespace

void Tally::add(const Tally& other) {
  for (std::size_t place = 0; place < requests.size(); ++place) {
    for (std::size_t purpose = 0; purpose < requests[place].size(); ++purpose)
      add_to(requests[place][purpose], other.requests[place][purpose]);
    add_to(bytes[place], other.bytes[place]);
  }
  add_to(arrivals, other.arrivals);
  viewers += other.viewers;
  reached += other.reached;
  stalled_viewers += other.stalled_viewers;
  stalls += other.stalls;
  stalled_ms += other.stalled_ms;
  early_stalls += other.early_stalls;
  switches += other.switches;
  frames_lost += other.frames_lost;
  frames_repeated += other.frames_repeated;
  idle_hedges += other.idle_hedges;
}

Series Tally::of(Place place) const {
  Series sum(bins);
  for (const Series& s : requests[static_cast<std::size_t>(place)]) add_to(sum, s);
  return sum;
}

}  // namespace understudy::crowd
