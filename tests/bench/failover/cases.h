// What is measured: the cases of the bench, and which of them make a run. Pure; the same options and seed give the same
// cases.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::bench::failover {

inline constexpr std::array<std::string_view, 13> kFaults = {
    "refuse",         "reset",           "black_hole", "trickle", "slow_first_byte",  "segment_404", "http_503",
    "stale_playlist", "missing_segment", "truncated",  "corrupt", "sequence_restart", "endlist"};
inline constexpr std::array<std::string_view, 4> kAlignments = {"aligned", "skew", "lag", "no_pdt"};
inline constexpr std::array<std::string_view, 3> kStandbys = {"cold", "warm", "hot"};
inline constexpr std::array<int, 2> kSegmentSeconds = {2, 6};
inline constexpr std::array<std::string_view, 2> kContainers = {"ts", "fmp4"};
/// No fault at all: what the machine and the engine do in health.
inline constexpr std::string_view kNoFault = "none";

struct Case {
  std::string fault;
  std::string alignment;
  std::string standby;
  int segment_s = 2;
  std::string container;
  int repeat = 0;      // 0, 1, …: the same case with another fault time
  double brief_s = 0;  // the fault is gone after this; 0: it stays
  std::string decoder;  // of the player in the browser: "webcodecs", "software"; empty: the desktop player

  /// "black_hole-aligned-cold-2s-ts", "…-r1", "…-brief", "…-software"; a file name.
  std::string name() const;
  friend bool operator==(const Case&, const Case&) = default;
};

/// Whether the source is lost for good. A missing segment and a restart of the numbers are over by themselves, and it
/// may be left or not.
bool leaves(const Case& one);

/// Each pair of values of two of the five dimensions is in at least one case; at most 60 cases.
std::vector<Case> pairwise_cases(std::uint64_t seed);
/// Every fault once, the other dimensions dealt out evenly, all but one with two-second segments.
std::vector<Case> quick_cases();
std::vector<Case> all_cases();
/// Faults that are over before the buffer is empty: no switch is right.
std::vector<Case> brief_cases();

/// For the player in the browser. Of two decoders each case is for one, in turns, unless `each`: then for both.
std::vector<Case> in_browser(const std::vector<Case>& cases, const std::vector<std::string>& decoders, bool each);

/// Each case `times` times, those whose name does not contain `filter` left out, neighbours of one configuration
/// together: they share a fallback.
std::vector<Case> schedule(std::vector<Case> cases, int times, const std::string& filter);

/// In [0, 1): where in its segment period the case's fault begins.
double fault_phase(const Case& one, std::uint64_t seed);

}  // namespace understudy::bench::failover
