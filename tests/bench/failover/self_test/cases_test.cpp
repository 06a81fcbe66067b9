#include "cases.h"

#include <map>
#include <set>

#include "options.h"
#include "support/catch.h"

namespace understudy::bench::failover {
namespace {

std::array<std::string, 5> values(const Case& one) {
  return {one.fault, one.alignment, one.standby, std::to_string(one.segment_s), one.container};
}

std::set<std::string> pairs(const std::vector<Case>& cases) {
  std::set<std::string> found;
  for (const Case& one : cases) {
    const auto v = values(one);
    for (std::size_t a = 0; a < v.size(); ++a)
      for (std::size_t b = a + 1; b < v.size(); ++b)
        found.insert(std::to_string(a) + v[a] + "|" + std::to_string(b) + v[b]);
  }
  return found;
}

Options options_of(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "failover_bench");
  const auto parsed = parse_options(static_cast<int>(arguments.size()), arguments.data());
  REQUIRE(std::holds_alternative<Options>(parsed));
  return std::get<Options>(parsed);
}

std::string refusal(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "failover_bench");
  const auto parsed = parse_options(static_cast<int>(arguments.size()), arguments.data());
  REQUIRE(std::holds_alternative<Exit>(parsed));
  CHECK(std::get<Exit>(parsed).code == 2);
  return std::get<Exit>(parsed).text;
}

TEST_CASE("every pair of values is in the cover, whatever the seed, with at most 60 cases") {
  CHECK(all_cases().size() == 624);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto cases = pairwise_cases(seed);
    CHECK(cases.size() <= 60);
    CHECK(pairs(cases) == pairs(all_cases()));
  }
}

TEST_CASE("the same seed gives the same cover, another seed another one") {
  CHECK(pairwise_cases(1) == pairwise_cases(1));
  CHECK_FALSE(pairwise_cases(1) == pairwise_cases(2));
}

TEST_CASE("the quick subset has every fault, every alignment, standby, length and container") {
  std::array<std::set<std::string>, 5> seen;
  for (const Case& one : quick_cases())
    for (std::size_t d = 0; d < seen.size(); ++d) seen[d].insert(values(one)[d]);
  CHECK(seen[0].size() == kFaults.size());
  CHECK(seen[1].size() == kAlignments.size());
  CHECK(seen[2].size() == kStandbys.size());
  CHECK(seen[3].size() == kSegmentSeconds.size());
  CHECK(seen[4].size() == kContainers.size());
}

TEST_CASE("no two cases of a schedule share a name, and cases of one configuration are neighbours") {
  std::vector<Case> cases = pairwise_cases(1);
  for (Case& one : brief_cases()) cases.push_back(one);
  const auto scheduled = schedule(cases, 2, "");
  CHECK(scheduled.size() == 2 * cases.size());
  std::set<std::string> names;
  std::map<std::string, std::size_t> last;
  for (std::size_t i = 0; i < scheduled.size(); ++i) {
    names.insert(scheduled[i].name());
    const auto v = values(scheduled[i]);
    const std::string key = v[1] + v[3] + v[4];
    if (last.count(key) > 0) CHECK(last[key] + 1 == i);
    last[key] = i;
  }
  CHECK(names.size() == scheduled.size());
}

TEST_CASE("fault times are drawn over the whole segment period, the same for the same seed") {
  double lowest = 1;
  double highest = 0;
  for (const Case& one : all_cases()) {
    const double phase = fault_phase(one, 1);
    CHECK(phase == fault_phase(one, 1));
    CHECK(phase != fault_phase(one, 2));
    lowest = std::min(lowest, phase);
    highest = std::max(highest, phase);
  }
  CHECK(lowest >= 0);
  CHECK(lowest < 0.05);
  CHECK(highest < 1);
  CHECK(highest > 0.95);
}

TEST_CASE("in the browser each case is run with each decoder, in a quick run with one of them") {
  const auto count = [](const std::vector<Case>& cases, const std::string& decoder) {
    return std::count_if(cases.begin(), cases.end(), [&](const Case& one) { return one.decoder == decoder; });
  };
  const std::vector<Case> desktop = cases_of(options_of({}));
  CHECK(count(desktop, "") == static_cast<std::ptrdiff_t>(desktop.size()));
  const std::vector<Case> both = cases_of(options_of({"--web", "both"}));
  CHECK(count(both, "webcodecs") == static_cast<std::ptrdiff_t>(desktop.size()));
  CHECK(count(both, "software") == static_cast<std::ptrdiff_t>(desktop.size()));
  const std::vector<Case> quick = cases_of(options_of({"--web", "both", "--quick"}));
  CHECK(count(quick, "webcodecs") == 7);
  CHECK(count(quick, "software") == 6);
  CHECK(count(cases_of(options_of({"--web", "software", "--quick"})), "software") == 13);
  CHECK(quick.front().name() != cases_of(options_of({"--quick"})).front().name());
  CHECK(refusal({"--web", "mse"}).find("--web") != std::string::npos);
}

TEST_CASE("options are checked, and a filter that matches nothing is an error") {
  CHECK(refusal({"--jobs", "0"}).find("--jobs") != std::string::npos);
  CHECK(refusal({"--repeat", "many"}).find("--repeat") != std::string::npos);
  CHECK(refusal({"--quick", "--full"}).find("--quick") != std::string::npos);
  CHECK(refusal({"--only", "nonsense"}).find("nonsense") != std::string::npos);
  CHECK(cases_of(options_of({"--quick"})).size() == 13);
  CHECK(cases_of(options_of({"--only", "endlist", "--repeat", "3"})).size() == 12);
}

}  // namespace
}  // namespace understudy::bench::failover
