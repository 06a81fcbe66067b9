// What the viewer saw and what the engine said, and the invariants of FAILOVER.md 12 that hold on every run.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "support/world/media_model.h"
#include "support/world/network.h"

namespace understudy::world {

class Observer {
 public:
  void on_event(const Event& event);
  void on_shown(const Shown& shown);
  /// Whatever is wrong so far, in sentences; empty on a good run.
  std::vector<std::string> violations(const std::vector<RequestRecord>& requests) const;
  void complain(std::string what) {
    if (complaints_.size() < kMaxComplaints) complaints_.push_back(std::move(what));
  }

  const std::vector<Event>& events() const { return events_; }
  std::vector<Event> events(EventType type) const;
  std::size_t count(EventType type) const { return events(type).size(); }
  const std::vector<Shown>& shown() const { return shown_; }

  // -- the picture, by the numbers that the encoders gave the frames; joined over all viewings
  std::int64_t lost() const { return lost_; }
  std::int64_t repeated() const { return repeated_; }
  /// Longest time between two pictures of one viewing beyond a frame's duration.
  Duration longest_gap() const { return longest_gap_; }
  /// Forget what was counted; what follows is judged alone.
  void reset_counts() { lost_ = repeated_ = 0, longest_gap_ = {}; }

  /// Of what is shown and said only what the invariants need is kept: endless runs.
  bool forgets = false;

  bool sources_are_aligned = true;          // false: undated or skewed on purpose, repeats are expected
  std::int64_t most_requests_per_second = 12;  // to one host
  std::function<bool(SourceId)> may_be_switched_to;

 private:
  static constexpr std::size_t kMaxComplaints = 100;  // the first ones tell the most
  void forget_old(Instant now);
  void check_switch(const Event& event);
  void check_rates(const std::vector<RequestRecord>& requests, std::vector<std::string>& out) const;

  std::vector<Event> events_;
  std::vector<Shown> shown_;
  std::vector<std::string> complaints_;
  std::uint64_t last_sequence_ = 0;
  std::optional<Shown> last_;
  int owed_switches_ = 0;
  bool stopped_ = false;
  std::int64_t lost_ = 0;
  std::int64_t repeated_ = 0;
  Duration longest_gap_{};
};

}  // namespace understudy::world
