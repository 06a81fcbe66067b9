#include "support/world/observer.h"

#include <algorithm>
#include <map>

namespace understudy::world {

std::vector<Event> Observer::events(EventType type) const {
  std::vector<Event> chosen;
  std::copy_if(events_.begin(), events_.end(), std::back_inserter(chosen), [&](const Event& e) { return e.type == type; });
  return chosen;
}

void Observer::on_event(const Event& event) {
  if (event.sequence != ++last_sequence_) complain("event sequence numbers have a hole");
  if (forgets) forget_old(event.at);
  events_.push_back(event);
  switch (event.type) {
    case EventType::committed:
    case EventType::switched: check_switch(event); break;
    case EventType::started:
      stopped_ = false;
      last_.reset();
      break;
    case EventType::pre_live:
    case EventType::stopped:
      owed_switches_ = 0;
      stopped_ = event.type == EventType::stopped;
      last_.reset();
      break;
    default: break;
  }
}

/// Voluntary switches are counted over ten minutes.
void Observer::forget_old(Instant now) {
  const auto old = std::find_if(events_.begin(), events_.end(), [&](const Event& e) { return now - e.at < std::chrono::minutes(10); });
  if (static_cast<std::size_t>(old - events_.begin()) > events_.size() / 2) events_.erase(events_.begin(), old);
}

/// Invariants 2, 6 and 10.
void Observer::check_switch(const Event& event) {
  if (event.reason == Reason::none) complain("a switch without a reason");
  if (event.type == EventType::switched) {
    if (--owed_switches_ != 0) complain("a switched event that no commit announced, or one missing");
    if (!event.switch_facts) complain("a switched event without facts");
    return;
  }
  ++owed_switches_;
  if (may_be_switched_to && event.source && !may_be_switched_to(*event.source)) complain("switched to a member that is not able");
  const auto voluntary = std::count_if(events_.begin(), events_.end(), [&](const Event& e) {
    return e.type == EventType::committed && e.reason == Reason::failback && event.at - e.at < std::chrono::minutes(10);
  });
  if (voluntary > 4) complain("more than four voluntary switches in ten minutes");
}

void Observer::on_shown(const Shown& shown) {
  if (forgets) shown_.clear();
  shown_.push_back(shown);
  if (stopped_) complain("a picture after the stop");
  if (last_) {
    const std::int64_t step = shown.frame - last_->frame;
    if (step > 1) lost_ += step - 1;
    if (step < 1) repeated_ += 1 - step;
    if (step < 1 && sources_are_aligned) complain("content ran backwards at frame " + std::to_string(shown.frame));
    longest_gap_ = std::max(longest_gap_, shown.at - last_->at - kFrame);
  }
  last_ = shown;
}

/// Invariant 9.
void Observer::check_rates(const std::vector<RequestRecord>& requests, std::vector<std::string>& out) const {
  std::map<std::string, std::vector<Instant>> by_host;
  for (const RequestRecord& r : requests) by_host[r.host].push_back(r.at);
  for (const auto& [host, times] : by_host) {
    std::size_t first = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
      while (times[i] - times[first] >= std::chrono::seconds(1)) ++first;
      if (static_cast<std::int64_t>(i - first) < most_requests_per_second) continue;
      out.push_back("more than " + std::to_string(most_requests_per_second) + " requests within a second to " + host);
      break;
    }
  }
}

std::vector<std::string> Observer::violations(const std::vector<RequestRecord>& requests) const {
  std::vector<std::string> out = complaints_;
  if (owed_switches_ < 0 || owed_switches_ > 1) out.push_back("commits and switched events do not pair");
  check_rates(requests, out);
  return out;
}

}  // namespace understudy::world
