// Strong entity tags and If-None-Match (RFC 9110, 8.8.3 and 13.1.2).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace understudy::companion {

/// Quoted; differs where one byte of the body differs.
std::string strong_etag(std::int64_t revision, std::string_view body);

/// Whether an If-None-Match value names this tag (weak comparison, as a GET wants it), or is "*".
bool names_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace understudy::companion
