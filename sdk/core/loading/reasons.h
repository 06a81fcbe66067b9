// Errors of requests as reasons of a loss.
#pragma once

#include "understudy/error.h"
#include "understudy/event.h"

namespace understudy::loading {

Reason reason_of(const Error& error);

/// 401 and 403: retrying is useless and impolite (FAILOVER.md 3).
bool access_denied(const Error& error);

}  // namespace understudy::loading
