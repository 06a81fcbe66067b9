// The soak's own judges: one that catches nothing is none.
#include "judge.h"

#include <set>

#include "outage.h"
#include "play.h"
#include "support/catch.h"

namespace understudy::soak {
namespace {

/// A value a second: `begin`, growing by `per_hour`, with a fault's peak now and then.
std::vector<Point> line(double begin, double per_hour, double run_s) {
  std::vector<Point> points;
  for (double t = 0; t < run_s; t += 1) {
    const bool peak = static_cast<int>(t) % 60 < 3;
    points.push_back({t, begin + per_hour * t / 3600 + (peak ? begin : 0)});
  }
  return points;
}

LoggedEvent event(std::int64_t sequence, const char* type) { return {type, sequence, sequence * 1000, ""}; }

std::vector<std::string> observe(EventJudge& judge, std::initializer_list<const char*> types) {
  std::vector<std::string> wrong;
  std::int64_t n = 0;
  for (const char* type : types)
    for (const std::string& what : judge.observe(event(++n, type))) wrong.push_back(what);
  return wrong;
}

Samples sampled(const std::string& name, double leak_kb_per_hour, int descriptors_at_end, double av_offset_ms,
                double clock_ms_per_hour) {
  Samples samples(name);
  for (int t = 0; t < 1200; ++t) {
    for (const char* who : {"recorded", "cheap"}) {
      Sample s;
      s.t_s = t;
      s.who = who;
      s.quiet = t % 30 > 20;
      s.process.alive = true;
      s.process.rss_kb = s.process.pss_kb = 60'000 + static_cast<std::int64_t>(leak_kb_per_hour * t / 3600);
      s.process.descriptors = t > 800 ? descriptors_at_end : 20;
      s.process.sockets = 5;
      s.process.threads = 7;
      s.log_bytes = 20 * t;
      if (who == std::string("recorded")) {
        s.av_offset_ms = av_offset_ms;
        s.sound_clock_ms = clock_ms_per_hour * t / 3600;
        s.stamp_delay_ms = 1;
      }
      samples.add(s);
    }
  }
  return samples;
}

std::vector<std::string> failed(const Samples& samples) {
  std::vector<std::string> names;
  for (const Verdict& v : figures_verdicts(samples, 1200))
    if (!v.ok) names.push_back(v.name);
  return names;
}

using Names = std::vector<std::string>;
constexpr const char* kNoFile = "/dev/null";

}  // namespace

TEST_CASE("a trend is the slope of what is usual, not of the peaks", "[soak]") {
  const Trend flat = trend_of(line(50'000, 0, 1200), 60);
  CHECK(std::abs(flat.growth) < 1);
  CHECK(flat.median == 50'000);
  const Trend leak = trend_of(line(50'000, 36'000, 1200), 60);
  CHECK(leak.per_hour == Approx(36'000).epsilon(0.02));
  CHECK(leak.growth == Approx(36'000.0 * 1130 / 3600).epsilon(0.03));
  CHECK(trend_of({}, 0).pieces == 0);
}

TEST_CASE("a healthy run has no verdict against it, and each defect the one that is meant for it", "[soak]") {
  CHECK(failed(sampled(kNoFile, 0, 20, 5, 0)).empty());
  CHECK(failed(sampled(kNoFile, 200 << 10, 20, 5, 0)) ==
        Names{"recorded: RSS", "recorded: PSS", "cheap: RSS", "cheap: PSS"});
  CHECK(failed(sampled(kNoFile, 0, 60, 5, 0)) == Names{"recorded: descriptors", "cheap: descriptors"});
  CHECK(failed(sampled(kNoFile, 0, 20, -90, 0)) == Names{"sound and picture"});
  CHECK(failed(sampled(kNoFile, 0, 20, 5, 400)) == Names{"sound's clock"});
}

TEST_CASE("events that do not pair up are told", "[soak]") {
  EventJudge good;
  CHECK(observe(good, {"started", "committed", "switched", "stalled", "resumed", "committed", "stopped", "started"})
            .empty());
  CHECK(good.at_end().empty());
  EventJudge twice;
  CHECK(observe(twice, {"committed", "committed"}).size() == 1);
  CHECK(twice.at_end().size() == 1);
  EventJudge unasked;
  CHECK(observe(unasked, {"started", "switched"}).size() == 1);
  EventJudge stalled;
  CHECK(observe(stalled, {"stalled", "stalled"}).size() == 1);
  CHECK(stalled.at_end().size() == 1);
  EventJudge gap;
  CHECK(gap.observe(event(1, "started")).empty());
  CHECK(gap.observe(event(3, "switched")).size() == 2);
}

TEST_CASE("the same seed has the same outages, and all kinds come", "[soak]") {
  Outages one(7);
  Outages two(7);
  std::set<OutageKind> kinds;
  for (int i = 0; i < 200; ++i) {
    const Outage outage = one.next();
    CHECK(to_text(outage) == to_text(two.next()));
    kinds.insert(outage.kind);
  }
  CHECK(kinds.size() == 8);
}

}  // namespace understudy::soak
