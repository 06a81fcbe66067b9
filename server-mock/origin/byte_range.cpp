#include "origin/byte_range.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace understudy::server {
namespace {

std::optional<std::uint64_t> digits(std::string_view text) {
  std::uint64_t value = 0;
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return value;
}

void refuse_range(Response& r, std::uint64_t size) {
  r.status = 416;
  r.headers.emplace_back("Content-Range", "bytes */" + std::to_string(size));
  r.body = nullptr;
}

}  // namespace

void apply_byte_range(Response& r, const std::string& field) {
  constexpr std::string_view kUnit = "bytes=";
  if (field.compare(0, kUnit.size(), kUnit) != 0 || field.find(',') != std::string::npos || !r.body) return;
  const std::string_view spec = std::string_view(field).substr(kUnit.size());
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos) return;
  const auto first = digits(spec.substr(0, dash));
  const auto last = digits(spec.substr(dash + 1));
  const std::uint64_t size = r.body->size();
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  if (dash == 0) {
    if (!last) return;
    if (*last == 0 || size == 0) return refuse_range(r, size);
    begin = size - std::min(size, *last);
  } else {
    if (!first || (dash + 1 < spec.size() && !last)) return;
    if (last && *last < *first) return;
    if (*first >= size) return refuse_range(r, size);
    begin = *first;
    if (last) end = std::min(size, *last + 1);
  }
  r.status = 206;
  r.headers.emplace_back("Content-Range",
                         "bytes " + std::to_string(begin) + "-" + std::to_string(end - 1) + "/" + std::to_string(size));
  r.body = std::make_shared<const std::string>(r.body->substr(begin, end - begin));
}

}  // namespace understudy::server
