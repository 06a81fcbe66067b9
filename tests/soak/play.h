// One soak: outage after outage until the time is over, each judged by itself; then the verdicts over the whole.
#pragma once

#include <vector>

#include "report.h"
#include "theatre.h"

namespace understudy::soak {

class Play {
 public:
  Play(const Options& options, Theatre& theatre) : options_(options), theatre_(theatre), outages_(options.seed) {}

  /// Prints a line for each outage.
  void run();
  const std::vector<OutageRecord>& records() const { return records_; }
  /// After Theatre::finish().
  std::vector<Verdict> verdicts();

 private:
  bool time_for_another() const;
  void play_one(const Outage& outage);
  void hold_stopped(const Outage& outage);
  void wrong(const std::string& what);

  const Options& options_;
  Theatre& theatre_;
  Outages outages_;
  std::vector<OutageRecord> records_;
  std::vector<std::string> wrong_;
};

/// Of trends, bounds and baselines alone: pure.
std::vector<Verdict> figures_verdicts(const Samples& samples, double run_s);

}  // namespace understudy::soak
