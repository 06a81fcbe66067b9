// One viewer: a whole engine, the media pipeline as numbers, and its access to the network, through one act.
#pragma once

#include "simulation/crowd/hosts.h"
#include "simulation/crowd/link.h"
#include "simulation/crowd/tally.h"

namespace understudy::crowd {

/// Who this one is: drawn from the crowd's seed and its number, the same in every act and with or without spreading.
struct Person {
  Duration joins{};  // since the act's begin
  Access access;
  std::uint64_t seed = 1;
  std::uint64_t network_seed = 1;
};
Person draw_person(std::uint64_t crowd_seed, std::uint64_t number);

/// Without the spreading rules everybody throws the same dice, and the first throw for a hedge says "at once".
std::uint64_t seed_of_nobody_in_particular();

void watch(const Act& act, const Hosts& hosts, const Person& person, Tally& tally);

}  // namespace understudy::crowd
