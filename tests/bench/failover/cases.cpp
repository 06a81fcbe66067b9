#include "cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace understudy::bench::failover {
namespace {

constexpr std::size_t kDimensions = 5;
using Row = std::array<std::size_t, kDimensions>;
/// Dimension and value, twice, the lower dimension first.
using Pair = std::tuple<std::size_t, std::size_t, std::size_t, std::size_t>;

// The largest dimensions first: the first uncovered pair is then mostly one of theirs, which no row can cover two of.
constexpr Row kSizes = {kFaults.size(), kAlignments.size(), kStandbys.size(), kSegmentSeconds.size(),
                        kContainers.size()};

Case case_of(const Row& row) {
  Case one;
  one.fault = kFaults[row[0]];
  one.alignment = kAlignments[row[1]];
  one.standby = kStandbys[row[2]];
  one.segment_s = kSegmentSeconds[row[3]];
  one.container = kContainers[row[4]];
  return one;
}

std::uint64_t mix(std::uint64_t x) {  // SplitMix64
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

std::set<Pair> all_pairs() {
  std::set<Pair> pairs;
  for (std::size_t a = 0; a < kDimensions; ++a)
    for (std::size_t b = a + 1; b < kDimensions; ++b)
      for (std::size_t i = 0; i < kSizes[a]; ++i)
        for (std::size_t j = 0; j < kSizes[b]; ++j) pairs.insert({a, i, b, j});
  return pairs;
}

/// How many of `open` the value of dimension `d` covers together with the values that are already chosen.
std::size_t gain(const std::set<Pair>& open, const Row& row, const std::array<bool, kDimensions>& chosen, std::size_t d,
                 std::size_t value) {
  std::size_t n = 0;
  for (std::size_t other = 0; other < kDimensions; ++other) {
    if (!chosen[other]) continue;
    n += other < d ? open.count({other, row[other], d, value}) : open.count({d, value, other, row[other]});
  }
  return n;
}

/// Begins with an uncovered pair and gives each other dimension the value that covers most; the seed breaks ties.
Row next_row(const std::set<Pair>& open, std::uint64_t seed) {
  const auto [a, i, b, j] = *open.begin();
  Row row{};
  std::array<bool, kDimensions> chosen{};
  row[a] = i;
  row[b] = j;
  chosen[a] = chosen[b] = true;
  for (std::size_t d = 0; d < kDimensions; ++d) {
    if (chosen[d]) continue;
    const std::size_t begin = mix(seed + d) % kSizes[d];
    std::size_t best = begin;
    for (std::size_t k = 1; k < kSizes[d]; ++k) {
      const std::size_t value = (begin + k) % kSizes[d];
      if (gain(open, row, chosen, d, value) > gain(open, row, chosen, d, best)) best = value;
    }
    row[d] = best;
    chosen[d] = true;
  }
  return row;
}

}  // namespace

std::string Case::name() const {
  std::string text = fmt::format("{}-{}-{}-{}s-{}", fault, alignment, standby, segment_s, container);
  if (brief_s > 0) text += "-brief";
  if (repeat > 0) text += fmt::format("-r{}", repeat);
  if (!decoder.empty()) text += "-" + decoder;
  return text;
}

bool leaves(const Case& one) {
  return one.brief_s == 0 && one.fault != "missing_segment" && one.fault != "sequence_restart" && one.fault != kNoFault;
}

std::vector<Case> pairwise_cases(std::uint64_t seed) {
  std::set<Pair> open = all_pairs();
  std::vector<Case> cases;
  while (!open.empty()) {
    const Row row = next_row(open, mix(seed) + kDimensions * cases.size());
    for (std::size_t a = 0; a < kDimensions; ++a)
      for (std::size_t b = a + 1; b < kDimensions; ++b) open.erase({a, row[a], b, row[b]});
    cases.push_back(case_of(row));
  }
  return cases;
}

std::vector<Case> quick_cases() {
  std::vector<Case> cases;
  for (std::size_t i = 0; i < kFaults.size(); ++i)
    cases.push_back(case_of({i, i % 4, (i + i / 4) % 3, i == 2 ? std::size_t{1} : std::size_t{0}, (i / 2) % 2}));
  return cases;
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (std::size_t f = 0; f < kSizes[0]; ++f)
    for (std::size_t a = 0; a < kSizes[1]; ++a)
      for (std::size_t s = 0; s < kSizes[2]; ++s)
        for (std::size_t l = 0; l < kSizes[3]; ++l)
          for (std::size_t c = 0; c < kSizes[4]; ++c) cases.push_back(case_of({f, a, s, l, c}));
  return cases;
}

std::vector<Case> brief_cases() {
  std::vector<Case> cases;
  for (const std::string_view fault : {"refuse", "http_503", "black_hole", "stale_playlist"}) {
    Case one;
    one.fault = fault;
    one.alignment = kAlignments[0];
    one.standby = kStandbys[cases.size() % kStandbys.size()];
    one.container = kContainers[cases.size() % kContainers.size()];
    one.brief_s = one.segment_s;  // at least two segments' worth of buffer is left when it ends
    cases.push_back(one);
  }
  return cases;
}

std::vector<Case> in_browser(const std::vector<Case>& cases, const std::vector<std::string>& decoders, bool each) {
  std::vector<Case> out;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (std::size_t d = 0; d < decoders.size(); ++d) {
      if (!each && d != i % decoders.size()) continue;
      out.push_back(cases[i]);
      out.back().decoder = decoders[d];
    }
  }
  return out;
}

std::vector<Case> schedule(std::vector<Case> cases, int times, const std::string& filter) {
  std::vector<Case> out;
  for (int repeat = 0; repeat < times; ++repeat) {
    for (Case one : cases) {
      one.repeat = repeat;
      if (one.name().find(filter) != std::string::npos) out.push_back(std::move(one));
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Case& a, const Case& b) {
    return std::tie(a.segment_s, a.container, a.alignment) < std::tie(b.segment_s, b.container, b.alignment);
  });
  return out;
}

double fault_phase(const Case& one, std::uint64_t seed) {
  std::uint64_t hash = mix(seed);
  for (const char c : one.name()) hash = mix(hash ^ static_cast<std::uint8_t>(c));
  return static_cast<double>(hash >> 11) / 9007199254740992.0;  // 2^53
}

}  // namespace understudy::bench::failover
