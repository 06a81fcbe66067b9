// What issue and FAILOVER.md ask of a row, and where it falls short. Each aim is judged alone, so that a table can
// count them.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "measure.h"

namespace understudy::bench::failover {

struct Aim {
  std::string_view key;
  std::string_view text;
};

inline constexpr std::array<Aim, 9> kAims = {{
    {"gap", "no added gap between new pictures (one 40 ms tick of the recording is the resolution)"},
    {"lost", "no picture lost; with skew or without dates no more than the error bound the player states"},
    {"repeated", "no picture repeated"},
    {"sound",
     "no silence and no jump of the sound beyond 2 ms of resolution; with skew or without dates a jump up to the error "
     "bound"},
    {"click", "no click: no step of the sound that the programme itself does not have"},
    {"detected", "evidence within the bounds of FAILOVER.md 11"},
    {"order", "intent, hedge, commit, switch: in this order"},
    {"end", "the right moving source on screen at the end, after one switch; none where the fault is over in time"},
    {"bytes", "in health: hedges at most 5 % of all bytes, warm refreshes at most 2 %"},
}};

struct Miss {
  std::string_view aim;  // key
  std::string text;      // what was measured
};

std::vector<Miss> misses(const Row& row);
/// Of these, what no slow machine can excuse: repeated pictures, the source at the end, the order of events. Where the
/// dates are wrong or missing repeats count only after a splice that the player says it aligned by the sound: nothing
/// else could have known.
std::vector<Miss> wrong(const Row& row);

/// From the fault until it is suspected, at the latest: one segment period until the player asks for the next media,
/// and FAILOVER.md 11 from there.
double detection_bound_ms(const Case& one);

}  // namespace understudy::bench::failover
