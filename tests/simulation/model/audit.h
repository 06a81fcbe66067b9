// Whether states that were taken for one are one: both are led through every event, and must decide alike and end alike.
//
// A member that Controller is given later and that insight.cpp does not know would merge states that differ; this finds it.
#pragma once

#include <optional>
#include <string>

#include "alphabet.h"

namespace understudy::model {

/// The first event by which two controllers of equal memory can be told apart.
std::optional<Event> told_apart(const failover::Controller& one, const failover::Controller& other, const Policy& policy,
                                std::size_t members);

}  // namespace understudy::model
