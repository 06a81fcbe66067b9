#include "net/http_date.h"

#include <curl/curl.h>

namespace understudy::net {

std::optional<std::int64_t> parse_http_date(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const std::int64_t seconds = curl_getdate(text.c_str(), nullptr);
  if (seconds < 0) return std::nullopt;
  return seconds;
}

}  // namespace understudy::net
