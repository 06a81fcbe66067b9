// The few lines of plain text that a run ends with.
#pragma once

#include <string>

#include "report.h"

namespace understudy::desktop {

std::string summary_text(const Report& report);

}  // namespace understudy::desktop
