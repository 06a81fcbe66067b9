// Errors of requests and breaks of a playlist as reasons of a loss.
#pragma once

#include "core/hls/reload.h"
#include "understudy/error.h"
#include "understudy/event.h"

namespace understudy::loading {

Reason reason_of(const Error& error);

/// Why a playlist is not the continuation of the one before. REQUIRES: not none.
Reason reason_of(hls::ResetReason reset);
Error error_of(hls::ResetReason reset);

/// 401 and 403: retrying is useless and impolite (FAILOVER.md 3).
bool access_denied(const Error& error);

}  // namespace understudy::loading
