// Pure text helpers of the HTTP server: request targets in, response heads out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/server.h"

namespace understudy::server {

struct Target {
  std::string path;   // percent-decoded, starts with '/'
  std::string query;  // raw, without '?'
};

/// Splits an origin-form or absolute-form request target; nothing where it is malformed or has a NUL, hidden or not.
std::optional<Target> parse_target(std::string_view raw);

/// The reason phrase of a status code, "Unknown" for one that we never send.
std::string_view reason_phrase(int status);

/// Status line and header fields with the empty line. Control bytes in values are dropped, so that no value can add a
/// field. Content-Length is left out where a body is not allowed (1xx, 204, 304).
std::string format_head(const Response& response, bool keep_alive, std::string_view date);

/// The IMF-fixdate of `unix_seconds`, e.g. "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::int64_t unix_seconds);

}  // namespace understudy::server
