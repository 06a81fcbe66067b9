// Ids and keys that the service makes up.
#pragma once

#include "model/operations.h"

namespace understudy::companion {

/// From the system's random source; 125 bits each, lower-case letters and digits.
Fresh fresh_ids();

}  // namespace understudy::companion
