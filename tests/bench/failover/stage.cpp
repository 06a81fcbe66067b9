#include "stage.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <thread>

namespace understudy::bench::failover {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kHoldsBufferAfterS =
    1.5;  // after the first picture a player on loopback holds all that the live offset allows
constexpr double kBufferSegments = 4;  // a live offset of three segments, and the one that was about to come
constexpr double kOnNewSourceS = 5;
constexpr double kLagS = 1.5;
constexpr auto kStartDeadline = seconds(60);  // several browser windows open at once
constexpr int kSkewMs = 700;
constexpr double kEncodeAheadS = 20;  // a busy machine delays no segment

std::int64_t now_ns() { return std::chrono::steady_clock::now().time_since_epoch().count(); }
std::int64_t to_ns(double s) { return static_cast<std::int64_t>(s * 1e9); }
void sleep_until(std::int64_t at_ns) { std::this_thread::sleep_for(std::chrono::nanoseconds(at_ns - now_ns())); }

std::string configuration(const Case& one) {
  return fmt::format("{}s-{}-{}", one.segment_s, one.container, one.alignment);
}

/// User and system time of a process so far.
double cpu_seconds(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(file, text);
  std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 2)));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::int64_t wall_minus_monotonic() {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(wall).count() - now_ns();
}

/// What follows `name` in the output of the process, up to the end of its line; empty at the deadline.
std::string said(test::Process& process, const std::string& name, milliseconds deadline) {
  const auto until = std::chrono::steady_clock::now() + deadline;
  do {
    std::istringstream lines(process.output());
    for (std::string line; std::getline(lines, line) && !lines.eof();)
      if (line.rfind(name + " ", 0) == 0) return line.substr(name.size() + 1);
    std::this_thread::sleep_for(milliseconds(50));
  } while (process.running() && std::chrono::steady_clock::now() < until);
  return {};
}

}  // namespace

test::Json primary_settings(const Case& one) {
  return {{"channel_index", kPrimary}, {"segment_s", one.segment_s}, {"container", one.container},
          {"bitrate_kbps", 300},       {"ahead_s", kEncodeAheadS},   {"pdt", one.alignment != "no_pdt"}};
}

test::Json fallback_settings(const Case& one) {
  test::Json settings = primary_settings(one);
  settings.update({{"channel_index", kFallback},
                   {"pts_base", 900'000},
                   {"media_sequence", 5000},
                   {"segment_phase_s", 0.35 * one.segment_s},
                   {"gop_s", one.segment_s / 2},
                   {"gop_phase_s", 0.15 * one.segment_s}});
  if (one.alignment == "skew") settings["pdt_skew_ms"] = kSkewMs;
  if (one.alignment == "lag") settings["lag_ms"] = static_cast<int>(1000 * kLagS);
  return settings;
}

test::Json fault_settings(const Case& one, double in_s) {
  test::Json fault = {{"fault", one.fault}, {"start_s", std::max(0.0, in_s)}, {"seed", 1}};
  if (one.brief_s > 0) fault["length_s"] = one.brief_s;
  if (one.fault == "trickle") fault["bytes_per_second"] = 2000;
  if (one.fault == "slow_first_byte") fault["delay_ms"] = 60'000;
  return fault;
}

Stage::Stage(std::uint64_t seed, bool in_browser) : seed_(seed) {
  if (!in_browser) return;
  browser_ = std::make_unique<test::Process>(
      std::vector<std::string>{UNDERSTUDY_NODE, UNDERSTUDY_BROWSER_TESTS "/viewer/stage.js"},
      service_.dir().file("browser.log"));
  if (said(*browser_, "pages", seconds(60)).empty())
    throw std::runtime_error("no browser to play in: " + browser_->output());
}

Stage::~Stage() {
  if (!browser_) return;
  browser_->signal(SIGTERM);
  browser_->wait(seconds(20));
}

std::vector<std::string> Stage::player_of(const Case& one) const {
  if (!browser_) return {UNDERSTUDY_PLAYER};
  return {UNDERSTUDY_NODE, UNDERSTUDY_BROWSER_TESTS "/viewer/viewer.js",
          "--browser",     said(*browser_, "browser", seconds(1)),
          "--pages",       said(*browser_, "pages", seconds(1)),
          "--decoder",     one.decoder};
}

struct Stage::Actor {
  Case one;
  std::string channel;
  std::unique_ptr<test::Viewer> viewer;
  Evidence evidence;
};

std::string Stage::open_fallback(const Case& one) {
  const std::string key = configuration(one);
  const auto known = fallbacks_.find(key);
  if (known != fallbacks_.end()) return known->second;
  const std::string id = fmt::format("fallback-{}", ++channels_);
  service_.add_channel(id, fallback_settings(one), "", false);
  service_.call("POST", "/channels/" + id + "/start");
  return fallbacks_[key] = id;
}

void Stage::open(Actor& actor, const std::string& fallback) {
  actor.channel = fmt::format("primary-{}", ++channels_);
  service_.add_channel(actor.channel, primary_settings(actor.one), fallback, false);
  const auto answer =
      service_.call("PATCH", "/channels/" + actor.channel, {{"policy", {{"standby", actor.one.standby}}}});
  if (answer.status != 204) throw std::runtime_error("policy of " + actor.channel + ": " + answer.body);
  service_.call("POST", "/channels/" + actor.channel + "/start");
}

void Stage::close_unused(const std::vector<Case>& cases) {
  std::set<std::string> used;
  for (const Case& one : cases) used.insert(configuration(one));
  for (auto it = fallbacks_.begin(); it != fallbacks_.end();) {
    if (used.count(it->first) == 0) service_.call("DELETE", "/channels/" + it->second);
    it = used.count(it->first) == 0 ? fallbacks_.erase(it) : std::next(it);
  }
}

/// What is encoded ahead is there when the service's encoders go at the pace of the clock: a small part of a core.
void Stage::wait_for_encoders() {
  const auto deadline = std::chrono::steady_clock::now() + seconds(120);
  const auto step = milliseconds(500);
  double before = cpu_seconds(service_.pid());
  while (std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(step);
    const double now = cpu_seconds(service_.pid());
    if (now - before < 0.5 * 0.4) return;
    before = now;
  }
}

void Stage::play(std::vector<Actor>& actors) {
  for (Actor& a : actors) {
    const std::string trace = service_.dir().file(a.channel + ".trace");
    a.viewer = std::make_unique<test::Viewer>(service_.dir(), a.channel,
                                              std::vector<std::string>{"--trace", trace, service_.playout(a.channel)},
                                              true, player_of(a.one));
  }
  for (Actor& a : actors) {
    Evidence& e = a.evidence;
    if (!a.viewer->wait_for("started", kStartDeadline)) {
      e.problem = "the player did not start: " + a.viewer->log();
      continue;
    }
    for (const test::Json& event : a.viewer->events())
      if (event.value("type", "") == "started") e.started_ns = event["monotonic_ns"];
    const double phase = kHoldsBufferAfterS + fault_phase(a.one, seed_) * a.one.segment_s;
    e.fault_ns = std::max(e.started_ns + to_ns(phase), now_ns());
    const double settle = kBufferSegments * a.one.segment_s + (a.one.alignment == "lag" ? kLagS : 0) + kOnNewSourceS;
    e.end_ns = e.fault_ns + to_ns(settle + a.one.brief_s);
    if (a.one.fault != kNoFault)
      service_.set_fault(a.channel, fault_settings(a.one, static_cast<double>(e.fault_ns - now_ns()) / 1e9));
  }
  std::vector<Actor*> by_end;
  for (Actor& a : actors) by_end.push_back(&a);
  std::sort(by_end.begin(), by_end.end(), [](auto* x, auto* y) { return x->evidence.end_ns < y->evidence.end_ns; });
  for (Actor* a : by_end) {
    if (a->evidence.problem.empty()) sleep_until(a->evidence.end_ns);
    a->evidence.end_ns = now_ns();
    const int code = a->viewer->finish();
    if (code != 0 && a->evidence.problem.empty()) a->evidence.problem = fmt::format("the player ended with {}", code);
  }
}

Evidence Stage::collect(Actor& a) {
  Evidence e = std::move(a.evidence);
  e.one = a.one;
  const std::string trace = service_.dir().file(a.channel + ".trace");
  if (e.problem.empty()) {
    e.pictures = test::read_y4m(a.viewer->file("y4m"));
    e.presented_ns = read_presented(a.viewer->file("csv"));
    e.sound = test::read_wav(a.viewer->file("wav"));
    for (const test::Json& event : a.viewer->events()) e.events.push_back(Json::parse(event.dump()));
    e.report = Json::parse(a.viewer->report().dump());
    e.buffer = read_buffer(trace, e.report.value(Json::json_pointer("/clock/engine_zero_ns"), std::int64_t{0}));
    e.wall_minus_monotonic_ns = wall_minus_monotonic();
  }
  for (const char* ending : {"y4m", "wav", "csv"}) std::filesystem::remove(a.viewer->file(ending));
  std::filesystem::remove(trace);
  service_.call("DELETE", "/channels/" + a.channel);
  return e;
}

std::vector<Evidence> Stage::run(const std::vector<Case>& cases) {
  std::vector<Actor> actors;
  for (const Case& one : cases) actors.push_back({one, {}, nullptr, {}});
  Case control = cases.front();
  control.fault = kNoFault;
  control.brief_s = 0;
  actors.push_back({control, {}, nullptr, {}});

  close_unused(cases);
  for (Actor& a : actors) open(a, open_fallback(a.one));
  for (const auto& [key, id] : fallbacks_) service_.wait_for_status(id, "playing");
  for (Actor& a : actors) service_.wait_for_status(a.channel, "playing");
  wait_for_encoders();
  play(actors);
  std::vector<Evidence> all;
  for (Actor& a : actors) all.push_back(collect(a));
  return all;
}

}  // namespace understudy::bench::failover
