// The stage of a run: one service, a primary per case, shared fallbacks, one player per case. It does to the sources
// what the case says and brings back the evidence.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "evidence.h"
#include "rig.h"

namespace understudy::bench::failover {

/// The settings of a source in the `origin` object of its channel. A fallback is another encoder of the same content
/// clock: other time stamps, other numbers, other segment and GOP boundaries.
test::Json primary_settings(const Case& one);
test::Json fallback_settings(const Case& one);
/// As the origin takes it, `in_s` from now.
test::Json fault_settings(const Case& one, double in_s);

class Stage {
 public:
  /// `in_browser`: one Chromium for all players that are to come.
  Stage(std::uint64_t seed, bool in_browser);
  ~Stage();

  /// All at once, and beside them one player of the first case's channels without a fault, which comes last. Ends when
  /// all have ended.
  std::vector<Evidence> run(const std::vector<Case>& cases);

 private:
  struct Actor;
  std::string open_fallback(const Case& one);
  void open(Actor& actor, const std::string& fallback);
  /// Fallbacks that no case of this batch needs go off the air: their encoders cost.
  void close_unused(const std::vector<Case>& cases);
  void wait_for_encoders();
  /// The program of the player of this case, with its first arguments.
  std::vector<std::string> player_of(const Case& one) const;
  void play(std::vector<Actor>& actors);
  Evidence collect(Actor& actor);

  std::uint64_t seed_;
  test::Service service_;
  std::unique_ptr<test::Process> browser_;  // none: desktop players
  std::map<std::string, std::string> fallbacks_;  // configuration → channel
  int channels_ = 0;
};

}  // namespace understudy::bench::failover
