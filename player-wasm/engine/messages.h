// What the engine tells the page, as JSON texts (package/src/messages.md).
#pragma once

#include <string>

#include "understudy/player.h"

namespace understudy::wasm {

std::string event_message(const Event& event, Instant start);
std::string state_message(PlayerState state, const Card& card);
std::string stats_message(const PlayerStats& stats, bool audible);
std::string fatal_message(const Error& error);

}  // namespace understudy::wasm
