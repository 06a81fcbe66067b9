// FAILOVER.md 3 and 11 over real sockets: each fault of the origin, with a healthy fallback, two-second segments, a shared content
// clock, two independent encoders and the default policy. What counts is what the real-time sinks recorded. Prints the table.
#include <cstdio>
#include <string>
#include <vector>

#include "rig.h"
#include "support/catch.h"

namespace understudy::test {
namespace {

struct Fault {
  std::string name;
  Json json;
  bool leaves;  // the source is lost for good: the fallback must be on screen at the end
};

// All begin three seconds after the first picture, so that a whole buffer is held, and last until the end, unless said otherwise.
std::vector<Fault> faults() {
  return {
      {"refuse", {}, true},
      {"reset", {}, true},
      {"black_hole", {}, true},
      {"trickle", {{"bytes_per_second", 2000}}, true},
      {"slow_first_byte", {{"delay_ms", 20000}}, true},
      {"segment_404", {}, true},
      {"http_503", {}, true},
      {"stale_playlist", {}, true},
      {"missing_segment", {{"length_s", 2}}, false},
      {"truncated", {}, true},
      {"corrupt", {}, true},
      {"sequence_restart", {{"length_s", 1}}, false},
      {"endlist", {}, true},
      {"drop", {}, true},
      {"pdt_skew", {{"skew_ms", 700}}, false},
      {"black", {}, false},
      {"frozen", {}, false},
      {"silence", {}, false},
  };
}

struct Run {
  Fault fault;
  std::string channel;
  std::unique_ptr<Viewer> viewer;
};

Json fault_json(const Fault& fault) {
  Json json = {{"fault", fault.name}, {"start_s", 3}, {"seed", 1}};
  json.update(fault.json.is_null() ? Json::object() : fault.json);
  return json;
}

void print_row(const Run& run, const Verdict& verdict, const Sound& sound, const Json& report) {
  const Json switches = report.contains("summary") ? report["summary"]["switches"] : Json::array();
  const Json first = switches.empty() ? Json::object() : switches[0];
  const auto ms = [&](const char* key) { return first.contains(key) ? std::to_string(first[key].get<std::int64_t>()) : std::string("-"); };
  std::printf("| %-16s | %6s | %7s | %7.0f | %4lld | %8lld | %9.0f | %-8s | %zu |\n", run.fault.name.c_str(), ms("detect_ms").c_str(),
              ms("prepare_ms").c_str(), verdict.longest_gap_ms, static_cast<long long>(verdict.lost),
              static_cast<long long>(verdict.repeated), sound.longest_silence_ms,
              verdict.last_channel == 1 ? "fallback" : (verdict.last_channel > 1 ? "primary" : "nothing"), switches.size());
}

TEST_CASE("every fault of the primary ends on a moving picture, and nothing is shown twice") {
  Service service;
  service.add_channel("b", {{"pts_base", 900000}, {"gop_s", 1}, {"media_sequence", 5000}, {"segment_phase_s", 0.7}});  // channel index 1
  std::vector<Fault> all = faults();
  std::printf("\n| fault            | detect | prepare | gap  ms | lost | repeated | silence ms | at the end | switches |\n");
  std::printf("|------------------|--------|---------|---------|------|----------|-----------|----------|---|\n");
  // Several at once, no more than two cores encode and decode in real time.
  const std::size_t at_once = 3;
  for (std::size_t begin = 0; begin < all.size(); begin += at_once) {
    std::vector<Run> runs;
    for (std::size_t i = begin; i < std::min(all.size(), begin + at_once); ++i) {
      Run run{all[i], "f-" + all[i].name, nullptr};
      service.add_channel(run.channel, {}, "b");
      runs.push_back(std::move(run));
    }
    for (Run& run : runs)
      run.viewer = std::make_unique<Viewer>(service.dir(), run.channel,
                                            std::vector<std::string>{"--duration", "18", service.playout(run.channel)});
    for (Run& run : runs) REQUIRE(run.viewer->wait_for("started", seconds(15)));
    for (Run& run : runs) service.set_fault(run.channel, fault_json(run.fault));
    for (Run& run : runs) {
      INFO(run.fault.name << "\n" << run.viewer->log());
      CHECK(run.viewer->wait_end(seconds(60)) == 0);
      const Verdict verdict = run.viewer->verdict();
      print_row(run, verdict, run.viewer->sound(), run.viewer->report());
      CHECK(verdict.ticks > 0);
      CHECK(verdict.repeated == 0);
      if (run.fault.leaves) CHECK(verdict.last_channel == 1);
      service.stop(run.channel);
    }
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace understudy::test
