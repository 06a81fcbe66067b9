#include "net/header_fields.h"

#include <algorithm>
#include <charconv>

#include "net/http_date.h"

namespace understudy::net {
namespace {

// Servers send absurd waits; nothing in the engine waits longer than this (FAILOVER.md 2 caps Retry-After at 30 s
// itself).
constexpr std::int64_t kMaxSeconds = 365 * 24 * 3600;

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

/// Decimal digits only, the whole of it.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::optional<Duration> parse_seconds(std::string_view text) {
  const auto value = parse_number(text);
  if (!value) return std::nullopt;
  return std::chrono::seconds(std::min<std::uint64_t>(*value, kMaxSeconds));
}

std::optional<Duration> parse_max_age(std::string_view cache_control) {
  while (!cache_control.empty()) {
    const std::size_t comma = cache_control.find(',');
    const std::string_view directive = trimmed(cache_control.substr(0, comma));
    cache_control = comma == std::string_view::npos ? std::string_view() : cache_control.substr(comma + 1);
    constexpr std::string_view kName = "max-age=";
    if (directive.size() > kName.size() && equal_ignoring_case(directive.substr(0, kName.size()), kName)) {
      return parse_seconds(directive.substr(kName.size()));
    }
  }
  return std::nullopt;
}

/// "bytes 100-199/4000" → 100
std::optional<std::uint64_t> parse_range_begin(std::string_view value) {
  constexpr std::string_view kUnit = "bytes ";
  if (value.substr(0, kUnit.size()) != kUnit) return std::nullopt;
  value.remove_prefix(kUnit.size());
  return parse_number(value.substr(0, value.find('-')));
}

}  // namespace

bool HeaderFields::add_line(std::string_view raw) {
  const std::string_view line = trimmed(raw);
  if (line.substr(0, 5) == "HTTP/") {
    *this = HeaderFields();
    const std::size_t space = line.find(' ');
    const auto status = space == std::string_view::npos ? std::nullopt : parse_number(line.substr(space + 1, 3));
    status_ = status ? static_cast<int>(*status) : 0;
    return false;
  }
  if (line.empty()) return true;
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) add_field(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  return false;
}

void HeaderFields::add_field(std::string_view name, std::string_view value) {
  if (has_control(value)) return;
  if (equal_ignoring_case(name, "location")) has_location_ = true;
  if (equal_ignoring_case(name, "etag")) head_.etag = std::string(value);
  if (equal_ignoring_case(name, "content-length")) head_.content_length = parse_number(value);
  if (equal_ignoring_case(name, "content-encoding")) content_encoded_ = !equal_ignoring_case(value, "identity");
  if (equal_ignoring_case(name, "content-range")) range_begin_ = parse_range_begin(value);
  if (equal_ignoring_case(name, "cache-control")) head_.max_age = parse_max_age(value);
  if (equal_ignoring_case(name, "age")) head_.age = parse_seconds(value).value_or(Duration::zero());
  if (equal_ignoring_case(name, "retry-after")) retry_after_ = std::string(value);
  if (equal_ignoring_case(name, "date")) date_ = std::string(value);
}

bool HeaderFields::is_redirect() const {
  const bool redirects = status_ == 301 || status_ == 302 || status_ == 303 || status_ == 307 || status_ == 308;
  return redirects && has_location_;
}

std::optional<Duration> HeaderFields::retry_after() const {
  if (retry_after_.empty()) return std::nullopt;
  if (const auto seconds = parse_seconds(retry_after_)) return seconds;
  // A date is meant on the server's clock, so it is compared with the answer's own Date: viewers' clocks are wrong too
  // often.
  const auto until = parse_http_date(retry_after_);
  const auto sent = parse_http_date(date_);
  if (!until || !sent) return std::nullopt;
  return std::chrono::seconds(std::clamp<std::int64_t>(*until - *sent, 0, kMaxSeconds));
}

HttpHead HeaderFields::head() const {
  HttpHead head = head_;
  head.status = status_;
  head.retry_after = retry_after();
  if (content_encoded_) head.content_length.reset();  // it counts the encoded bytes; the observer sees the decoded ones
  return head;
}

}  // namespace understudy::net
