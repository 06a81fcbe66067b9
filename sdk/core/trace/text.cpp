#include "core/trace/text.h"

namespace understudy::trace {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";

int hex_value(char c) {
  const std::size_t i = kHex.find(c);
  return i == std::string_view::npos ? -1 : static_cast<int>(i);
}

bool is_plain(unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

}  // namespace

void Writer::put(std::string_view text) {
  out_ += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(byte)) out_ += c;
    else if (c == '\n') out_ += "\\n";
    else if (c == '"' || c == '\\') out_ += {'\\', c};
    else out_ += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
  }
  out_ += '"';
}

bool Reader::get(std::string& text) {
  text.clear();
  if (take("~")) return get_omitted(text);
  if (!take("\"")) return expected("a quoted string");
  while (!take("\"")) {
    if (at_end()) return expected("a closing quote");
    const char c = text_[at_];
    if (c == '\\') {
      if (!get_escape(text)) return false;
    } else {
      if (!is_plain(static_cast<unsigned char>(c))) return expected("printable ASCII or an escape");
      text += c;
      ++at_;
    }
  }
  return true;
}

bool Reader::get_escape(std::string& text) {
  const std::string_view rest = text_.substr(at_ + 1, 3);
  if (!rest.empty() && (rest[0] == 'n' || rest[0] == '"' || rest[0] == '\\')) {
    text += rest[0] == 'n' ? '\n' : rest[0];
    at_ += 2;
    return true;
  }
  if (rest.size() < 3 || rest[0] != 'x' || hex_value(rest[1]) < 0 || hex_value(rest[2]) < 0) return expected("an escape");
  text += static_cast<char>(hex_value(rest[1]) * 16 + hex_value(rest[2]));
  at_ += 4;
  return true;
}

bool Reader::get_omitted(std::string& text) {
  std::uint64_t size = 0;
  if (!get(size)) return false;
  if (size > kMaxOmittedBytes) return expected("a smaller body");
  text.assign(static_cast<std::size_t>(size), '\0');
  return true;
}

bool Reader::get(bool& flag) {
  flag = take("true");
  return flag || take("false") || expected("true or false");
}

bool Reader::take(std::string_view token) {
  if (text_.substr(at_, token.size()) != token) return false;
  at_ += token.size();
  return true;
}

std::string_view Reader::word() {
  const std::size_t begin = at_;
  while (!at_end() && ((text_[at_] >= 'a' && text_[at_] <= 'z') || (text_[at_] >= '0' && text_[at_] <= '9') || text_[at_] == '_'))
    ++at_;
  return text_.substr(begin, at_ - begin);
}

bool Reader::begins_field(std::string_view before, std::string_view name) const {
  const std::string_view rest = text_.substr(at_);
  return rest.size() > before.size() + name.size() && rest.substr(0, before.size()) == before &&
         rest.substr(before.size(), name.size()) == name && rest[before.size() + name.size()] == '=';
}

bool Reader::expected(std::string_view what) {
  if (expected_.empty()) {
    failed_at_ = at_;
    expected_ = what;
  }
  return false;
}

}  // namespace understudy::trace
