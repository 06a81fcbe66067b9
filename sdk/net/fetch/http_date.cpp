#include "net/http_date.h"

#include <cmath>

#include "net/fetch/imports.h"

namespace understudy::net {

std::optional<std::int64_t> parse_http_date(const std::string& text) {
  const double ms = text.empty() ? std::nan("") : understudy_parse_date(text.c_str());
  if (!(ms >= 0 && ms < 1e15)) return std::nullopt;
  return static_cast<std::int64_t>(ms / 1000);
}

}  // namespace understudy::net
