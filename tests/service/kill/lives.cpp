#include "lives.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <thread>

#include "store/sqlite.h"

namespace understudy::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kStartingPercent = 10;
constexpr int kWithinPercent = 60;
constexpr int kLongestLifeMs = 120;
constexpr int kMostWritesOfALife = 60;
constexpr int kLongestStartUs = 15'000;  // about what a start takes: some die before it, some at its end
constexpr int kLongestWriteUs = 2'000;
constexpr int kLooksEvery = 10;  // deaths from one integrity check to the next

/// Short waits are what this is about: a sleep would come back too late.
void spin_us(int us) {
  const auto until = Clock::now() + std::chrono::microseconds(us);
  while (Clock::now() < until) {
  }
}

}  // namespace

std::string integrity_of_copy(const std::string& database, const std::string& copy) {
  namespace fs = std::filesystem;
  for (const char* part : {"", "-wal"}) {
    fs::remove(copy + part);
    if (fs::exists(database + part)) fs::copy_file(database + part, copy + part);
  }
  fs::remove(copy + "-shm");
  try {
    companion::Database opened(copy);
    companion::Statement check(opened, "PRAGMA integrity_check");
    return check.step() ? check.text(0) : "no answer";
  } catch (const companion::StoreError& e) {
    return e.what();
  }
}

Lives::Lives(const KillOptions& options)
    : options_(options),
      folder_("kill"),
      database_(folder_ / "db.sqlite"),
      server_(database_, folder_ / "server.log"),
      random_(options.seed) {
  for (int i = 0; i < options.connections; ++i) writers_.emplace_back(i, random_(), tally, [this] { on_sent(); });
}

bool Lives::over() const {
  const double elapsed = std::chrono::duration<double>(Clock::now() - begun_).count();
  return tally.acknowledged.load() >= options_.writes || (options_.seconds > 0 && elapsed >= options_.seconds);
}

void Lives::run() {
  begun_ = Clock::now();
  while (!over() && tally.violations().empty()) {
    const int dice = static_cast<int>(random_() % 100);
    const Death death = dice < kStartingPercent                    ? Death::while_starting
                        : dice < kStartingPercent + kWithinPercent ? Death::within_a_write
                                                                   : Death::in_time;
    if (begin(death)) live(death);
    server_.stop(SIGKILL);
    ++figures.kills;
    look_at_database();
  }
  if (tally.violations().empty()) end_in_order();
  figures.seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
}

bool Lives::begin(Death death) {
  const auto spawned = Clock::now();
  server_.spawn();
  if (death == Death::while_starting) {
    std::this_thread::sleep_for(std::chrono::microseconds(random_() % kLongestStartUs));
    ++figures.while_starting;
    return false;
  }
  if (!server_.wait_ready(kRestartBound)) {
    tally.violate(fmt::format("after {} deaths it does not start within {} s: {}", figures.kills, kRestartBound.count(),
                              server_.log()));
    return false;
  }
  const double ms = std::chrono::duration<double, std::milli>(Clock::now() - spawned).count();
  figures.slowest_start_ms = std::max(figures.slowest_start_ms, ms);
  return true;
}

void Lives::live(Death death) {
  const bool within = death == Death::within_a_write;
  writes_until_death_ = within ? 1 + static_cast<int>(random_() % kMostWritesOfALife) : -1;
  death_delay_us_ = static_cast<int>(random_() % kLongestWriteUs);
  const auto lifetime = std::chrono::milliseconds(random_() % kLongestLifeMs);
  std::vector<std::thread> threads;
  for (Writer& writer : writers_) {
    threads.emplace_back([&] { writer.run(server_.port(), [this] { return over(); }); });
  }
  if (!within) {
    std::this_thread::sleep_for(lifetime);
    server_.kill();
  } else {
    ++figures.within_a_write;
  }
  for (std::thread& thread : threads) thread.join();
}

void Lives::on_sent() {
  if (writes_until_death_.load() < 0 || writes_until_death_.fetch_sub(1) != 1) return;
  spin_us(death_delay_us_.load());
  server_.kill();
}

void Lives::look_at_database() {
  std::error_code absent;
  const auto size = std::filesystem::file_size(database_ + "-wal", absent);
  figures.logs_left += !absent && size > 0;
  if (figures.kills % kLooksEvery != 0) return;
  ++figures.checks;
  const std::string verdict = integrity_of_copy(database_, folder_ / "copy.sqlite");
  if (verdict != "ok") tally.violate(fmt::format("after {} deaths integrity_check says: {}", figures.kills, verdict));
}

void Lives::end_in_order() {
  if (!begin(Death::in_time)) return;
  const auto none = [] { return true; };  // looks at everything and writes nothing
  for (Writer& writer : writers_) {
    if (!writer.run(server_.port(), none)) tally.violate("the last start did not answer: " + server_.log());
  }
  if (const int code = server_.stop(SIGTERM); code != 0) tally.violate(fmt::format("SIGTERM ended it with {}", code));
  ++figures.checks;
  const std::string verdict = integrity_of_copy(database_, folder_ / "copy.sqlite");
  if (verdict != "ok") tally.violate("at the end integrity_check says: " + verdict);
}

}  // namespace understudy::test
