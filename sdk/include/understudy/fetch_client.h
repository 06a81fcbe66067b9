// The HTTP client of the WebAssembly build, on the browser's fetch(). Give it to PlayerIo::http.
#pragma once

#include "understudy/http_client.h"

namespace understudy {

/// Owned by the caller; must outlive the Player that uses it. One at a time in a program. Name resolution, connecting and TLS
/// are invisible in a browser: their time-outs add up to one until the first byte, and whatever fails there is
/// connect_failed, a refusal by CORS included. Redirects are the browser's (at most twenty). wait() and wake() do nothing:
/// the worker's event loop calls iterate().
HttpClientPtr make_fetch_client();

}  // namespace understudy
