#include "core/hls/lines.h"

#include "core/hls/attributes.h"
#include "core/hls/values.h"
#include "core/hls/variables.h"

namespace understudy::hls {

std::optional<Line> Lines::next() {
  while (!rest_.empty() && !error_) {
    const std::size_t end = rest_.find('\n');
    const std::string_view line = trim(rest_.substr(0, end));
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++number_;
    if (line.empty()) continue;
    if (line.front() != '#') return Line{{}, line};
    if (line.substr(0, 4) != "#EXT") continue;
    const std::size_t colon = line.find(':');
    Line tag;
    tag.tag = line.substr(1, colon == std::string_view::npos ? colon : colon - 1);
    if (colon != std::string_view::npos) tag.value = trim(line.substr(colon + 1));
    return tag;
  }
  return std::nullopt;
}

void Lines::warn(std::string_view text) {
  if (warnings_.size() < kMaxWarnings) warnings_.push_back({number_, std::string(text)});
}

void Lines::fail(ErrorCode code, std::string_view text) {
  if (!error_) error_ = Error{code, "line " + std::to_string(number_) + ": " + std::string(text)};
}

void Lines::grow(std::size_t bytes) {
  expanded_bytes_ += bytes;
  if (expanded_bytes_ > kMaxExpandedBytes)
    fail(ErrorCode::limit_exceeded, "URIs and variables expand to too much text");
}

std::string Lines::expand(std::string_view text) {
  if (!has_variable(text)) return std::string(text);
  Substituted result = substitute(text, variables_, kMaxPlaylistBytes);
  if (result.undefined) fail(ErrorCode::bad_playlist, "a variable is used that is not defined");
  if (result.too_long) fail(ErrorCode::limit_exceeded, "a variable expands to too much text");
  grow(result.text.size());
  return std::move(result.text);
}

std::string Lines::resolve(std::string_view uri) {
  if (error_) return {};
  const std::string expanded = expand(uri);
  if (error_) return {};
  grow(base_url_.size() + expanded.size());
  return error_ ? std::string() : resolve_uri(base_url_, expanded);
}

void Lines::import(std::string_view name) {
  const auto found = imported_ == nullptr ? Variables::const_iterator{} : imported_->find(name);
  if (imported_ == nullptr || found == imported_->end())
    return warn("EXT-X-DEFINE imports a variable that there is not");
  variables_.emplace(found->first, found->second);
}

void Lines::define(std::string_view value) {
  const Attributes attributes(value);
  if (variables_.size() >= kMaxVariables) return fail(ErrorCode::limit_exceeded, "too many variables");
  if (attributes.has("IMPORT")) return import(attributes.get("IMPORT"));
  if (attributes.has("QUERYPARAM")) {
    const std::string_view name = attributes.get("QUERYPARAM");
    auto parameter = query_parameter(base_url_, name);
    // The draft lets the whole playlist fail here; only a use of the variable has to.
    if (!parameter) return warn("EXT-X-DEFINE names a query parameter that the URL has not");
    grow(parameter->size());
    variables_.emplace(std::string(name), std::move(*parameter));
    return;
  }
  if (!attributes.has("NAME") || !attributes.has("VALUE")) return warn("EXT-X-DEFINE without a name or a value");
  if (variables_.count(attributes.get("NAME")) != 0) return warn("EXT-X-DEFINE of a variable that is defined already");
  variables_.emplace(std::string(attributes.get("NAME")), expand(attributes.get("VALUE")));
}

}  // namespace understudy::hls
