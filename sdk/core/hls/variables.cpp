#include "core/hls/variables.h"

#include <algorithm>

namespace understudy::hls {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

Substituted substitute(std::string_view text, const Variables& variables, std::size_t max_bytes) {
  Substituted result;
  while (!text.empty()) {
    const std::size_t open = text.find("{$");
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) {
      result.text += text;
      break;
    }
    const auto variable = variables.find(text.substr(open + 2, close - open - 2));
    if (variable == variables.end()) {
      result.undefined = true;
      return result;
    }
    result.text += text.substr(0, open);
    result.text += variable->second;
    if (result.text.size() > max_bytes) break;
    text.remove_prefix(close + 1);
  }
  result.too_long = result.text.size() > max_bytes;
  return result;
}

std::optional<std::string> query_parameter(std::string_view url, std::string_view name) {
  url = url.substr(0, url.find('#'));
  const std::size_t mark = url.find('?');
  if (mark == std::string_view::npos) return std::nullopt;
  std::string_view query = url.substr(mark + 1);
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const std::size_t equals = pair.find('=');
    if (percent_decode(pair.substr(0, equals)) != name) continue;
    return equals == std::string_view::npos ? std::string() : percent_decode(pair.substr(equals + 1));
  }
  return std::nullopt;
}

}  // namespace understudy::hls
