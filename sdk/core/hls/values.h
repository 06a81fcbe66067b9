// The value types of RFC 8216 4.2 and the dates of 4.3.2.6, read exactly: no floating point, no locale, no exceptions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/hls/playlist.h"
#include "understudy/time.h"

namespace understudy::hls {

std::string_view trim(std::string_view text);

/// decimal-integer, all of `text`. Nothing where it is not one or does not fit.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);
std::optional<std::int64_t> parse_signed(std::string_view text);

/// (signed-)decimal-floating-point seconds, rounded to the nearest nanosecond, half away from zero.
/// Nothing where it is not a number or beyond ±9·10⁹ s.
std::optional<Duration> parse_seconds(std::string_view text);

/// "<n>[@<o>]"; `implied_offset` where there is no o. Nothing where it is not that, or its end does not fit 63 bits.
struct ParsedRange {
  ByteRange range;
  bool stated_offset = false;
};
std::optional<ParsedRange> parse_byte_range(std::string_view text, std::uint64_t implied_offset);

/// ISO 8601 date and time: extended or basic, any number of decimals, Z or ±hh, ±hhmm, ±hh:mm. `zone_missing` is set
/// where none is stated; UTC is assumed then, as other players do. Years 1900 to 2105.
struct ParsedDate {
  WallTime time{};
  bool zone_missing = false;
};
std::optional<ParsedDate> parse_date(std::string_view text);

}  // namespace understudy::hls
