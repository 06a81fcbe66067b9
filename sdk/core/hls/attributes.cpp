#include "core/hls/attributes.h"

#include <algorithm>

#include "core/hls/values.h"

namespace understudy::hls {

namespace {

/// More than any tag has; keeps find() cheap on hostile lines.
constexpr std::size_t kMaxAttributes = 256;

}  // namespace

Attributes::Attributes(std::string_view text) {
  while (!text.empty() && pairs_.size() < kMaxAttributes) {
    const std::size_t name_end = text.find_first_of("=,");
    if (name_end == std::string_view::npos || text[name_end] == ',') {
      malformed_ |= !trim(text.substr(0, name_end)).empty();
      text.remove_prefix(name_end == std::string_view::npos ? text.size() : name_end + 1);
      continue;
    }
    const std::string_view name = trim(text.substr(0, name_end));
    text.remove_prefix(name_end + 1);
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    std::string_view value;
    if (!text.empty() && text.front() == '"') {
      text.remove_prefix(1);
      const std::size_t close = text.find('"');
      malformed_ |= close == std::string_view::npos;
      value = text.substr(0, close);
      text.remove_prefix(close == std::string_view::npos ? text.size() : close + 1);
      const std::size_t comma = text.find(',');
      malformed_ |= !trim(text.substr(0, comma)).empty();
      text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    } else {
      const std::size_t comma = text.find(',');
      value = trim(text.substr(0, comma));
      text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    if (name.empty() || has(name)) {
      malformed_ = true;
    } else {
      pairs_.emplace_back(name, value);
    }
  }
  malformed_ |= !text.empty();
}

const std::string_view* Attributes::find(std::string_view name) const {
  for (const auto& pair : pairs_) {
    if (pair.first == name) return &pair.second;
  }
  return nullptr;
}

std::string_view Attributes::get(std::string_view name) const {
  const std::string_view* value = find(name);
  return value == nullptr ? std::string_view{} : *value;
}

}  // namespace understudy::hls
