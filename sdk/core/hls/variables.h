// EXT-X-DEFINE (rfc8216bis 4.4.2.3) and the substitution of {$name} (4.3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/hls/playlist.h"

namespace understudy::hls {

/// Whether `text` refers to any variable.
inline bool has_variable(std::string_view text) { return text.find("{$") != std::string_view::npos; }

struct Substituted {
  std::string text;
  bool undefined = false;  // it names a variable that there is not: the playlist must fail to parse
  bool too_long = false;   // beyond `max_bytes`
};
/// Substitutes once: a value that looks like a reference stays as it is.
Substituted substitute(std::string_view text, const Variables& variables, std::size_t max_bytes);

/// The value of a parameter of the URL's query, percent-decoded; nothing where it has none.
std::optional<std::string> query_parameter(std::string_view url, std::string_view name);

}  // namespace understudy::hls
