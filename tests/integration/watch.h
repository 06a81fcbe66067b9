// One viewer in front of a source that is broken at a known moment, and what the judge of the failover bench makes of it. For
// scenarios that the bench's cases do not span.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "measure.h"
#include "rig.h"

namespace understudy::test {

std::int64_t monotonic_ns();
void sleep_until_ns(std::int64_t at_ns);

/// As Service::add_channel, but several may begin to encode at once: wait for the status "playing" later.
void add_unwaited(Service& service, const std::string& id, const Json& origin, const std::string& fallback);

/// The primary must have channel index 1 and the fallback 2, as in the bench.
struct Watch {
  std::string name;  // of the files that it leaves
  std::string channel;
  std::unique_ptr<Viewer> viewer;
  bench::failover::Evidence evidence;

  void begin(Service& service);
  /// False: no first picture within 20 s.
  bool wait_started();
  /// Breaks the source `after_s` after the first picture (at once where that is over).
  void break_source(Service& service, Json fault, double after_s);
  /// Ends the player and reads what it left.
  void finish();
};

/// Pictures that nobody saw, but for those that were decoded and came too late for this machine.
std::int64_t pictures_lost(const bench::failover::Row& row);

}  // namespace understudy::test
