// What is counted of an act: in tenths of a second, each viewer as many times as it stands for. Tallies of parts of the crowd add
// up to the same whole in any order, so the figures depend on no thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/loading/commands.h"
#include "simulation/crowd/act.h"
#include "simulation/crowd/hosts.h"

namespace understudy::crowd {

inline constexpr Duration kBin = from_ms(100);
inline constexpr int kPurposes = 6;
using Series = std::vector<std::int64_t>;  // by bin

struct Tally {
  explicit Tally(const Act& act)
      : bins(static_cast<std::size_t>(act.end / kBin) + 1), arrivals(static_cast<std::size_t>(act.end / from_ms(10)) + 1) {
    for (auto& of_place : requests)
      for (Series& s : of_place) s.resize(bins);
    for (Series& s : bytes) s.resize(bins);
  }

  void request(Place place, loading::Purpose purpose, Instant at) {
    if (const auto b = bin(at); b < bins) ++requests[static_cast<std::size_t>(place)][static_cast<std::size_t>(purpose)][b];
  }
  void received(Place place, std::int64_t count, Instant at) {
    if (const auto b = bin(at); b < bins) bytes[static_cast<std::size_t>(place)][b] += count;
  }
  void arrived(Duration after_mark) {
    const auto b = static_cast<std::size_t>(after_mark / from_ms(10));
    ++arrivals[b < arrivals.size() ? b : arrivals.size() - 1];
  }
  void add(const Tally& other);

  Series of(Place place) const;  // requests of all purposes

  std::size_t bins;
  std::array<std::array<Series, kPurposes>, kPlaces> requests;
  std::array<Series, kPlaces> bytes;
  Series arrivals;  // viewers by when they reached the goal, in hundredths of a second after the mark
  std::int64_t viewers = 0;
  std::int64_t reached = 0;
  std::int64_t stalled_viewers = 0;  // from the mark on
  std::int64_t stalls = 0;
  std::int64_t stalled_ms = 0;
  std::int64_t early_stalls = 0;     // before it
  std::int64_t switches = 0;         // from the mark on
  std::int64_t frames_lost = 0;
  std::int64_t frames_repeated = 0;
  std::int64_t idle_hedges = 0;      // hedges before the mark: nothing was lost

 private:
  static std::size_t bin(Instant at) { return static_cast<std::size_t>((at - kBegin) / kBin); }
};

}  // namespace understudy::crowd
