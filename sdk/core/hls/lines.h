// What both playlist parsers share: the walk over the lines, the warnings, the first error, variables and bounds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/hls/playlist.h"

namespace understudy::hls {

/// One line that is not blank and not a comment. Of a tag: `tag` without '#', `value` behind the colon.
struct Line {
  std::string_view tag;    // empty: a URI line
  std::string_view value;  // of a URI line, all of it
};

class Lines {
 public:
  Lines(std::string_view text, std::string_view base_url, const Variables* imported)
      : rest_(text), base_url_(base_url), imported_(imported) {}

  /// The next line; nothing at the end or after fail().
  std::optional<Line> next();

  void warn(std::string_view text);
  /// The first failure counts.
  void fail(ErrorCode code, std::string_view text);
  const std::optional<Error>& error() const { return error_; }
  std::vector<Warning> take_warnings() { return std::move(warnings_); }

  /// `text` with its variables substituted. Fails where one is not defined.
  std::string expand(std::string_view text);
  /// expand(), then resolved against the playlist's URL.
  std::string resolve(std::string_view uri);
  /// EXT-X-DEFINE.
  void define(std::string_view value);
  Variables take_variables() { return std::move(variables_); }

 private:
  void import(std::string_view name);
  void grow(std::size_t bytes);

  std::string_view rest_;
  std::string_view base_url_;
  const Variables* imported_;
  Variables variables_;
  std::vector<Warning> warnings_;
  std::optional<Error> error_;
  std::size_t expanded_bytes_ = 0;
  int number_ = 0;
};

}  // namespace understudy::hls
