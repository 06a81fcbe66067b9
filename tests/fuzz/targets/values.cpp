// Attribute lists and the values in them: whatever the text, an attribute lies within it, a number is the one that the text
// says, a range ends where 63 bits do, and a date lies within the years that the engine can count with.
#include <charconv>

#include "core/base/reach.h"
#include "core/hls/attributes.h"
#include "core/hls/values.h"
#include "support/target.h"

using namespace understudy;
using namespace understudy::hls;

namespace {

bool within(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_attributes(std::string_view text) {
  const Attributes attributes(text);
  for (const auto& [name, value] : attributes.all()) {
    PROMISE(within(name, text) && within(value, text));
    PROMISE(attributes.has(name));
  }
  PROMISE(attributes.all().size() <= text.size() + 1);
}

void check_numbers(std::string_view untrimmed) {
  const std::string_view text = trim(untrimmed);
  if (const auto number = parse_unsigned(text)) {
    std::uint64_t other = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), other);
    PROMISE(error == std::errc() && end == text.data() + text.size() && other == *number);
  }
  if (const auto number = parse_signed(text)) {
    const std::string back = std::to_string(*number);
    PROMISE(parse_signed(back) == number);
  }
  if (const auto seconds = parse_seconds(text)) {
    PROMISE(*seconds <= std::chrono::seconds(9'000'000'000) && *seconds >= -std::chrono::seconds(9'000'000'000));
  }
}

void check_range(std::string_view text) {
  const auto parsed = parse_byte_range(text, 17);
  if (!parsed) return;
  PROMISE(parsed->range.offset <= INT64_MAX && parsed->range.length <= INT64_MAX - parsed->range.offset);
  if (!parsed->stated_offset) PROMISE(parsed->range.offset == 17);
}

void check_date(std::string_view text) {
  const auto parsed = parse_date(text);
  if (!parsed) return;
  // Within reach of the engine, whatever the zone.
  const auto since = parsed->time.time_since_epoch();
  PROMISE(since >= -kFarthest && since <= kFarthest);
}

}  // namespace

UNDERSTUDY_FUZZ_TARGET(values) {
  const std::string_view text = fuzz::text_of(input);
  check_attributes(text);
  check_numbers(text);
  check_range(text);
  check_date(text);
  const std::string_view trimmed = trim(text);
  PROMISE(within(trimmed, text));
  PROMISE(trim(trimmed) == trimmed);
}
