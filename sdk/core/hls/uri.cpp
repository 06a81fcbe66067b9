// RFC 3986 section 5.2. Components keep their delimiters, so that an empty query and no query stay apart.
#include <string>

#include "core/hls/playlist.h"

namespace understudy::hls {

namespace {

struct Uri {
  std::string_view scheme;     // with ':'
  std::string_view authority;  // with "//"
  std::string_view path;
  std::string_view query;     // with '?'
  std::string_view fragment;  // with '#'
};

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_scheme(std::string_view text) {
  if (text.empty() || !is_alpha(text.front())) return false;
  for (const char c : text) {
    if (!is_alpha(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') return false;
  }
  return true;
}

std::string_view take(std::string_view& text, std::size_t count) {
  const std::string_view taken = text.substr(0, count);
  text.remove_prefix(taken.size());
  return taken;
}

Uri split(std::string_view text) {
  Uri uri;
  const std::size_t colon = text.find_first_of(":/?#");
  if (colon != std::string_view::npos && text[colon] == ':' && is_scheme(text.substr(0, colon))) {
    uri.scheme = take(text, colon + 1);
  }
  if (text.substr(0, 2) == "//") uri.authority = take(text, text.find_first_of("/?#", 2));
  uri.path = take(text, text.find_first_of("?#"));
  uri.query = take(text, text.find('#'));
  uri.fragment = text;
  return uri;
}

/// 5.2.4: takes "." and ".." out of an absolute path; ".." above the root is dropped.
std::string remove_dot_segments(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  while (!path.empty()) {
    const std::size_t end = path.find('/', 1);
    const std::string_view piece = take(path, end);
    const bool last = path.empty();
    if (piece == "/." || piece == "/..") {
      if (piece == "/..") out.resize(out.rfind('/') == std::string::npos ? 0 : out.rfind('/'));
      if (last) out += '/';
    } else {
      out += piece;
    }
  }
  return out;
}

std::string merge(const Uri& base, std::string_view path) {
  const bool bare = !base.authority.empty() && base.path.empty();
  std::string out(bare ? "/" : base.path.substr(0, base.path.rfind('/') + 1));
  return out.append(path);
}

std::string join(std::string_view scheme, std::string_view authority, std::string_view path, std::string_view query,
                 std::string_view fragment) {
  std::string out;
  out.reserve(scheme.size() + authority.size() + path.size() + query.size() + fragment.size());
  return out.append(scheme).append(authority).append(path).append(query).append(fragment);
}

}  // namespace

std::string resolve_uri(std::string_view base_text, std::string_view reference_text) {
  const Uri reference = split(reference_text);
  if (!reference.scheme.empty()) return std::string(reference_text);
  const Uri base = split(base_text);
  if (!reference.authority.empty()) {
    return join(base.scheme, reference.authority, remove_dot_segments(reference.path), reference.query,
                reference.fragment);
  }
  if (reference.path.empty()) {
    const std::string_view query = reference.query.empty() ? base.query : reference.query;
    return join(base.scheme, base.authority, base.path, query, reference.fragment);
  }
  const std::string path =
      remove_dot_segments(reference.path.front() == '/' ? std::string(reference.path) : merge(base, reference.path));
  return join(base.scheme, base.authority, path, reference.query, reference.fragment);
}

}  // namespace understudy::hls
