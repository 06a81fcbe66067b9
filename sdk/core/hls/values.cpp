#include "core/hls/values.h"

#include <charconv>
#include <limits>

namespace understudy::hls {

namespace {

constexpr std::int64_t kMaxSeconds = 9'000'000'000;
constexpr std::int64_t kNanos = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <class T>
std::optional<T> parse_integer(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [at, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc{} || at != end) return std::nullopt;
  return value;
}

/// The digits after the decimal point as nanoseconds, 0 to 10^9 inclusive (rounded).
std::int64_t fraction_nanos(std::string_view digits) {
  std::int64_t nanos = 0;
  for (std::size_t i = 0; i < 9; ++i) nanos = nanos * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  return digits.size() > 9 && digits[9] >= '5' ? nanos + 1 : nanos;
}

/// Takes characters off the front of a date.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  bool at_end() const { return rest_.empty(); }
  bool take(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view digits() {
    std::size_t n = 0;
    while (n < rest_.size() && is_digit(rest_[n])) ++n;
    const std::string_view taken = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return taken;
  }
  /// Exactly `count` digits, or −1.
  int number(std::size_t count) {
    if (rest_.size() < count) return -1;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(rest_[i])) return -1;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  char front() const { return rest_.empty() ? '\0' : rest_.front(); }

 private:
  std::string_view rest_;
};

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar; years count from March here.
std::int64_t days_from_civil(int year, int month, int day) {
  const int y = month <= 2 ? year - 1 : year;
  const int era = y / 400;
  const int year_of_era = y - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return std::int64_t{era} * 146'097 + day_of_era - 719'468;
}

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

/// Seconds east of UTC; nothing where the zone is malformed.
std::optional<int> parse_zone(Cursor& at, bool& missing) {
  missing = at.at_end();
  if (missing || at.take("Zz")) return 0;
  const int sign = at.front() == '-' ? -1 : 1;
  if (!at.take("+-")) return std::nullopt;
  const int hours = at.number(2);
  at.take(":");
  const int minutes = at.at_end() ? 0 : at.number(2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return sign * (hours * 3600 + minutes * 60);
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) { return parse_integer<std::uint64_t>(trim(text)); }
std::optional<std::int64_t> parse_signed(std::string_view text) { return parse_integer<std::int64_t>(trim(text)); }

std::optional<Duration> parse_seconds(std::string_view text) {
  text = trim(text);
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  Cursor at(text);
  const std::string_view whole = at.digits();
  std::string_view fraction;
  if (at.take(".")) fraction = at.digits();
  if (!at.at_end() || (whole.empty() && fraction.empty())) return std::nullopt;
  const std::optional<std::int64_t> seconds = whole.empty() ? 0 : parse_integer<std::int64_t>(whole);
  if (!seconds || *seconds > kMaxSeconds) return std::nullopt;
  const std::int64_t nanos = *seconds * kNanos + fraction_nanos(fraction);
  return Duration(negative ? -nanos : nanos);
}

std::optional<ParsedRange> parse_byte_range(std::string_view text, std::uint64_t implied_offset) {
  const std::size_t at = text.find('@');
  ParsedRange parsed;
  const auto length = parse_unsigned(text.substr(0, at));
  if (!length) return std::nullopt;
  parsed.range = {implied_offset, *length};
  if (at != std::string_view::npos) {
    const auto offset = parse_unsigned(text.substr(at + 1));
    if (!offset) return std::nullopt;
    parsed.range.offset = *offset;
    parsed.stated_offset = true;
  }
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (parsed.range.offset > kMax || parsed.range.length > kMax - parsed.range.offset) return std::nullopt;
  return parsed;
}

std::optional<ParsedDate> parse_date(std::string_view text) {
  Cursor at(trim(text));
  const int year = at.number(4);
  const bool extended = at.take("-");
  const int month = at.number(2);
  if (extended && !at.take("-")) return std::nullopt;
  const int day = at.number(2);
  if (year < 1900 || year > 2105 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) {
    return std::nullopt;
  }
  if (!at.take("Tt ")) return std::nullopt;
  const int hour = at.number(2);
  at.take(":");
  const int minute = at.number(2);
  int second = 0;
  if (at.take(":") || is_digit(at.front())) second = at.number(2);  // seconds may be left out
  // 60 is a leap second: POSIX time has none, it counts as the first second of the next minute.
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return std::nullopt;
  std::int64_t nanos = 0;
  if (at.take(".,")) {
    const std::string_view digits = at.digits();
    if (digits.empty()) return std::nullopt;
    nanos = fraction_nanos(digits);
  }
  ParsedDate parsed;
  const auto zone = parse_zone(at, parsed.zone_missing);
  if (!zone || !at.at_end()) return std::nullopt;
  const std::int64_t seconds = days_from_civil(year, month, day) * 86'400 + hour * 3600 + minute * 60 + second - *zone;
  parsed.time = WallTime(Duration(seconds * kNanos + nanos));
  return parsed;
}

}  // namespace understudy::hls
