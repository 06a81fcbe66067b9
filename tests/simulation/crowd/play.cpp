#include "simulation/crowd/play.h"

#include <atomic>
#include <mutex>
#include <thread>

#include "simulation/crowd/viewer.h"

namespace understudy::crowd {

Tally play(Act act, const Crowd& crowd) {
  if (!crowd.spread) act.policy.failback_spread_ms = 0;
  const Hosts hosts(act, crowd.segment);
  const std::uint64_t same_seed = seed_of_nobody_in_particular();
  Tally whole(act);
  std::mutex whole_mutex;
  std::atomic<std::int64_t> next{0};
  const auto work = [&] {
    Tally part(act);
    for (std::int64_t i = next++; i < crowd.controllers; i = next++) {
      Person person = draw_person(crowd.seed, static_cast<std::uint64_t>(i));
      if (!crowd.spread) person.seed = same_seed;
      watch(act, hosts, person, part);
    }
    const std::lock_guard lock(whole_mutex);
    whole.add(part);
  };
  std::vector<std::thread> threads;
  for (int job = 1; job < crowd.jobs; ++job) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return whole;
}

}  // namespace understudy::crowd
