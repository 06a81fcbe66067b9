// service_pollers: ../README.md says what it shows; --help what it takes.
#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <thread>

#include "../client.h"
#include "../server.h"
#include "crowd.h"
#include "support/proc.h"

namespace understudy::test {
namespace {

using std::chrono::seconds;

constexpr std::size_t kSpareDescriptors = 200;  // of either process, for all but the pollers
constexpr int kWaves = 2;
constexpr double kMaxPerConnectionKb = 16;     // coroutine, timers, socket, a buffer that fits a poll
constexpr std::int64_t kMaxLeftKb = 16 << 10;  // more than after the first wave: an allocator keeps pages, and a next wave uses them
constexpr double kMaxGrowth = 1.1;             // of the second wave against the first: nothing is kept of a connection

struct Options {
  std::size_t connections = 10'000;
  int rounds = 4;
  int interval_ms = 2000;
};

struct Wave {
  std::size_t joined = 0;
  std::int64_t before_kb = 0, joined_kb = 0, polled_kb = 0, left_kb = 0;
  double cpu_s = 0;
  PollFigures polls;
  bool descriptors_back = false;
};

/// Waits until the service has noticed that everybody left.
bool wait_for_descriptors(pid_t pid, int at_most) {
  const auto until = std::chrono::steady_clock::now() + seconds(60);
  while (process_figures(pid).descriptors > at_most) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds(50));
  }
  return true;
}

Wave run_wave(const Options& o, const Server& server) {
  Wave w;
  const ProcessFigures before = process_figures(server.pid());
  w.before_kb = before.rss_kb;
  Crowd crowd(server.port());
  w.joined = crowd.join(o.connections, seconds(60));
  w.joined_kb = rss_kb(server.pid());
  const milliseconds interval(o.interval_ms);
  w.polls = crowd.poll("/playout/ch-a", o.rounds, interval, interval * o.rounds + seconds(60));
  w.polled_kb = rss_kb(server.pid());
  w.cpu_s = cpu_seconds(server.pid()) - before.cpu_s;
  crowd.leave();
  w.descriptors_back = wait_for_descriptors(server.pid(), before.descriptors);
  w.left_kb = rss_kb(server.pid());
  return w;
}

double per_connection_kb(const Wave& w) {
  return static_cast<double>(std::max(w.joined_kb, w.polled_kb) - w.before_kb) / static_cast<double>(w.joined);
}

int run(Options o) {
  const std::size_t allowed = allow_descriptors(o.connections + kSpareDescriptors);
  if (allowed < o.connections + kSpareDescriptors) {
    const std::size_t fewer = allowed > kSpareDescriptors ? allowed - kSpareDescriptors : 0;
    fmt::print("NOTE: this machine allows {} descriptors a process (ulimit -Hn): {} pollers instead of {}\n", allowed,
               fewer, o.connections);
    o.connections = fewer;
  }
  if (o.connections == 0) throw std::runtime_error("no descriptors for a single poller");
  const Folder folder("pollers");
  Server server(":memory:", folder / "server.log");
  server.spawn();
  if (!server.wait_ready(seconds(20))) throw std::runtime_error("the service does not start: " + server.log());
  Client client(server.port());
  for (const char* id : {"ch-b", "ch-a"}) {
    Json body = {{"id", id}, {"ingestLocation", "europe-west"}, {"customization", {{"announcement", "Soon."}}}};
    if (id == std::string("ch-a")) body["fallback"] = {{"src", "ch-b"}, {"enabled", true}};
    if (!client.call("POST", "/channels", body).ok()) throw std::runtime_error("no channel to poll");
  }
  std::vector<std::string> wrong;
  std::vector<Wave> waves;
  for (int i = 0; i < kWaves; ++i) {
    const Wave w = run_wave(o, server);
    fmt::print(
        "wave {}: {} pollers; RSS {} kB before, {} joined, {} polled ({:.1f} kB a connection), {} when they left\n"
        "        {} answers ({} of them 304), latency p50 {:.1f} ms, p99 {:.1f} ms, max {:.1f} ms; {:.1f} s of "
        "processor time\n",
        i + 1, w.joined, w.before_kb, w.joined_kb, w.polled_kb, per_connection_kb(w), w.left_kb, w.polls.answers,
        w.polls.not_modified, w.polls.p50_ms, w.polls.p99_ms, w.polls.max_ms, w.cpu_s);
    std::fflush(stdout);
    waves.push_back(w);
    const std::int64_t expected = static_cast<std::int64_t>(o.connections) * o.rounds;
    if (w.joined != o.connections) wrong.push_back(fmt::format("{} of {} were let in", w.joined, o.connections));
    if (w.polls.answers != expected)
      wrong.push_back(fmt::format("{} right answers of {}: {} wrong, {} missing", w.polls.answers, expected,
                                  w.polls.wrong, w.polls.missing));
    if (per_connection_kb(w) > kMaxPerConnectionKb)
      wrong.push_back(fmt::format("{:.1f} kB a connection", per_connection_kb(w)));
    if (!w.descriptors_back) wrong.push_back("descriptors of closed connections are not given back");
    if (w.left_kb - waves.front().left_kb > kMaxLeftKb)
      wrong.push_back(fmt::format("{} kB more are kept than after the first wave", w.left_kb - waves.front().left_kb));
  }
  if (static_cast<double>(waves.back().polled_kb) > kMaxGrowth * static_cast<double>(waves.front().polled_kb))
    wrong.push_back("the second wave needs more memory than the first");
  if (server.stop(SIGTERM) != 0) wrong.push_back("SIGTERM did not end it in order");
  for (const std::string& what : wrong) fmt::print(stderr, "service_pollers: {}\n", what);
  const Wave& w = waves.front();
  fmt::print("{}\n", Json{{"pollers", w.joined},
                          {"answers", w.polls.answers + waves.back().polls.answers},
                          {"kb_per_connection", per_connection_kb(w)},
                          {"rss_before_kb", w.before_kb},
                          {"rss_polled_kb", w.polled_kb},
                          {"rss_left_kb", waves.back().left_kb},
                          {"p50_ms", w.polls.p50_ms},
                          {"p99_ms", w.polls.p99_ms},
                          {"max_ms", w.polls.max_ms},
                          {"wrong", wrong.size()}}
                         .dump());
  return wrong.empty() ? 0 : 1;
}

}  // namespace
}  // namespace understudy::test

int main(int argc, char** argv) {
  understudy::test::Options options;
  CLI::App app(
      "Thousands of keep-alive pollers on one companion service: all get their answers, and it is told what a "
      "connection costs.",
      "service_pollers");
  app.add_option("--connections", options.connections, "Pollers")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--rounds", options.rounds, "Polls of each, in each of two waves")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  app.add_option("--interval-ms", options.interval_ms, "From one poll to the next")
      ->check(CLI::Range(10, 50'000))
      ->capture_default_str();
  app.footer(
      "Exit codes: 0 nothing wrong, 1 a promise broken (said on standard error), 2 wrong arguments or it cannot run.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  fmt::print("service_pollers --connections {} --rounds {} --interval-ms {}\n", options.connections, options.rounds,
             options.interval_ms);
  std::fflush(stdout);
  try {
    return understudy::test::run(options);
  } catch (const std::exception& e) {
    fmt::print(stderr, "service_pollers: {}\n", e.what());
    return 2;
  }
}
