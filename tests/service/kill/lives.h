// One life of the service after another on one database, each ended by SIGKILL at a moment drawn from the seed: after
// some time, within a write, or before it is ready.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../server.h"
#include "writer.h"

namespace understudy::test {

struct KillOptions {
  std::int64_t writes = 10'000;  // acknowledged
  double seconds = 0;            // 0: until all are written
  std::uint64_t seed = 1;
  int connections = 4;
};

struct KillFigures {
  std::int64_t kills = 0;
  std::int64_t within_a_write = 0;
  std::int64_t while_starting = 0;
  std::int64_t logs_left = 0;  // deaths after which the write-ahead log held something
  std::int64_t checks = 0;     // integrity checks
  double slowest_start_ms = 0;
  double seconds = 0;
};

/// Restarting within this is promised for databases as large as the service's bounds allow, on a slow and busy machine
/// too.
inline constexpr std::chrono::seconds kRestartBound{10};

class Lives {
 public:
  explicit Lives(const KillOptions& options);

  /// Until the writes are done or the time is over; then one last life in which everything is looked at.
  void run();
  KillFigures figures;
  Tally tally;

 private:
  enum class Death { in_time, within_a_write, while_starting };
  bool over() const;
  bool begin(Death death);
  void live(Death death);
  void on_sent();
  void look_at_database();
  void end_in_order();

  KillOptions options_;
  Folder folder_;
  std::string database_;
  Server server_;
  std::mt19937_64 random_;
  std::vector<Writer> writers_;
  std::atomic<std::int64_t> writes_until_death_{0};  // of this life; negative: it is not a write that ends it
  std::atomic<int> death_delay_us_{0};
  std::chrono::steady_clock::time_point begun_;
};

/// What `PRAGMA integrity_check` says of a copy of the database with its log: "ok".
std::string integrity_of_copy(const std::string& database, const std::string& copy);

}  // namespace understudy::test
