// Dates of HTTP header fields (RFC 9110 5.6.7). Each transport brings a parser; ours would be the third one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace understudy::net {

/// Seconds since the Unix epoch; nothing where the text is no date.
std::optional<std::int64_t> parse_http_date(const std::string& text);

}  // namespace understudy::net
