// The service's clocks, read at the edge and handed in as values.
#pragma once

#include <cstdint>
#include <string>

#include "model/channel.h"

namespace understudy::companion {

/// "2026-01-02T03:04:05.678Z"
std::string iso_time(std::int64_t unix_ms);
Now current_time();

}  // namespace understudy::companion
