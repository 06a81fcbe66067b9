#include "watch.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace understudy::test {

using bench::failover::Row;

std::int64_t monotonic_ns() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

void sleep_until_ns(std::int64_t at_ns) {
  std::this_thread::sleep_for(std::chrono::nanoseconds(at_ns - monotonic_ns()));
}

void add_unwaited(Service& service, const std::string& id, const Json& origin, const std::string& fallback) {
  service.add_channel(id, origin, fallback, false);
  service.call("POST", "/channels/" + id + "/start");
}

void Watch::begin(Service& service) {
  viewer = std::make_unique<Viewer>(
      service.dir(), name,
      std::vector<std::string>{"--trace", service.dir().file(name + ".trace"), service.playout(channel)});
}

bool Watch::wait_started() {
  if (!viewer->wait_for("started", seconds(20))) return false;
  for (const Json& event : viewer->events())
    if (event.value("type", "") == "started") evidence.started_ns = event["monotonic_ns"];
  evidence.fault_ns = evidence.started_ns;
  return true;
}

void Watch::break_source(Service& service, Json fault, double after_s) {
  const std::int64_t now = monotonic_ns();
  evidence.fault_ns = std::max(now, evidence.started_ns + static_cast<std::int64_t>(after_s * 1e9));
  fault["start_s"] = static_cast<double>(evidence.fault_ns - now) / 1e9;
  fault["seed"] = 1;
  service.set_fault(channel, fault);
}

void Watch::finish() {
  evidence.end_ns = monotonic_ns();
  const int code = viewer->finish();
  if (code != 0) evidence.problem = "the player ended with " + std::to_string(code);
  evidence.pictures = read_y4m(viewer->file("y4m"));
  evidence.presented_ns = bench::failover::read_presented(viewer->file("csv"));
  evidence.sound = read_wav(viewer->file("wav"));
  for (const Json& event : viewer->events()) evidence.events.push_back(bench::failover::Json::parse(event.dump()));
  evidence.report = bench::failover::Json::parse(viewer->report().dump());
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  evidence.wall_minus_monotonic_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(wall).count() - monotonic_ns();
}

std::int64_t pictures_lost(const Row& row) { return std::max<std::int64_t>(0, row.frames_lost - row.dropped_late); }

}  // namespace understudy::test
