#include "simulation/crowd/act.h"

#include <cstdlib>

namespace understudy::crowd {

namespace {

using namespace std::chrono_literals;
using status::ChannelStatus;

// Nowhere near a segment's border, so that no act owes its figures to a coincidence.
constexpr Duration kMoment = kMark + 730ms;

Act lose_primary(std::string name, std::string title, Fault fault) {
  Act act;
  act.name = std::move(name);
  act.title = std::move(title);
  act.outages = {{Place::primary, fault, kMoment}};
  act.mark = kMoment;
  act.goal = Goal::on_fallback;
  act.end = kMoment + 35s;
  return act;
}

Act failback() {
  Act act = lose_primary("failback", "Primary returns, PRIMARY_PREFERRED", Fault::refuse);
  act.outages.front().until = kMoment + 20s;
  act.policy.recovery = Recovery::primary_preferred;
  act.mark = kMoment + 20s + from_ms(act.policy.clear_ms);  // healthy for so long: from here on they return
  act.goal = Goal::on_primary;
  act.busiest = Place::primary;
  act.end = act.mark + 60s;
  return act;
}

// The service and what caches it, for half a minute: with a cache that serves stale documents nobody would notice.
Act lose_status() {
  Act act;
  act.name = "status";
  act.title = "Status service and its cache fail for 30 s";
  act.outages = {{Place::service, Fault::refuse, kMoment, kMoment + 30s}, {Place::cache, Fault::refuse, kMoment, kMoment + 30s}};
  act.mark = kMoment;
  act.busiest = Place::cache;
  act.end = kMoment + 60s;
  return act;
}

Act lose_both() {
  Act act = lose_primary("both", "Primary and fallback fail, both return after 30 s", Fault::refuse);
  act.outages = {{Place::primary, Fault::refuse, kMoment, kMoment + 30s}, {Place::fallback, Fault::refuse, kMoment, kMoment + 30s}};
  act.mark = kMoment + 30s;
  act.goal = Goal::picture;
  act.busiest = Place::primary;
  act.media_remains = false;
  act.end = act.mark + 35s;
  return act;
}

// As it is in life: the stream ends before the status says that it was stopped.
Act stop() {
  Act act = lose_primary("stop", "The operator stops the channel", Fault::ended);
  act.editions = {{}, {kMoment + 300ms, ChannelStatus::stopped}};
  act.goal = Goal::stopped;
  act.busiest = Place::cache;
  act.media_remains = false;
  act.end = kMoment + 35s;
  return act;
}

// Everybody is there and waits.
Act restart() {
  Act act = lose_primary("start", "The channel starts with all viewers waiting", Fault::stale);
  act.outages.clear();
  act.editions = {{Duration::zero(), ChannelStatus::waiting}, {kMoment, ChannelStatus::playing}};
  act.goal = Goal::picture;
  act.busiest = Place::primary;
  act.end = kMoment + 35s;
  return act;
}

}  // namespace

std::string to_string(Place place) {
  constexpr const char* kNames[] = {"primary", "fallback", "cache", "service"};
  return kNames[static_cast<int>(place)];
}

std::vector<std::string> known_acts() {
  return {"refused", "errors", "silent", "stale", "failback", "status", "both", "stop", "start"};
}

Act make_act(const std::string& name) {
  if (name == "refused") return lose_primary(name, "Primary refuses connections", Fault::refuse);
  if (name == "errors") return lose_primary(name, "Primary answers 503", Fault::errors);
  if (name == "silent") return lose_primary(name, "Primary is a black hole", Fault::silent);
  if (name == "stale") return lose_primary(name, "Primary publishes nothing new", Fault::stale);
  if (name == "failback") return failback();
  if (name == "status") return lose_status();
  if (name == "both") return lose_both();
  if (name == "stop") return stop();
  if (name == "start") return restart();
  std::abort();  // REQUIRES
}

}  // namespace understudy::crowd
