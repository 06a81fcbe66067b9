// One run as a picture: what was on screen by source, the sound, the buffer, and when the fault, the suspicion, the
// hedge, the commit and the switch were.
#pragma once

#include <string>

#include "evidence.h"
#include "measure.h"

namespace understudy::bench::failover {

std::string timeline_svg(const Evidence& evidence, const Row& row);

}  // namespace understudy::bench::failover
