// An attribute list (RFC 8216 4.2): NAME=VALUE pairs separated by commas. Read leniently: empty places are skipped, a
// quote that is not closed ends with the line, the first of two equal names counts.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace understudy::hls {

class Attributes {
 public:
  /// Views into `text`, which must outlive this.
  explicit Attributes(std::string_view text);

  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// The value without its quotes; empty where there is none.
  std::string_view get(std::string_view name) const;
  bool yes(std::string_view name) const { return get(name) == "YES"; }
  bool malformed() const { return malformed_; }
  const std::vector<std::pair<std::string_view, std::string_view>>& all() const { return pairs_; }

 private:
  const std::string_view* find(std::string_view name) const;

  std::vector<std::pair<std::string_view, std::string_view>> pairs_;
  bool malformed_ = false;
};

}  // namespace understudy::hls
