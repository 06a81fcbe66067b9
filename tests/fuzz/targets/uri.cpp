// A base and a reference, divided by a zero byte; a third text has variables to substitute. References resolve as RFC 3986
// says of any of them: absolute ones stay, dot segments go, and resolving what was resolved changes nothing.
#include "core/hls/playlist.h"
#include "core/hls/variables.h"
#include "support/target.h"

using namespace understudy;
using namespace understudy::hls;

namespace {

void check_resolved(std::string_view reference) {
  const std::string base = "https://host.example:8443/one/two/list.m3u8?token=1";
  const std::string once = resolve_uri(base, reference);
  PROMISE(once.size() <= base.size() + reference.size() + 1);
  const bool same_scheme = once.rfind("https:", 0) == 0;
  if (!same_scheme) PROMISE(once == reference);
  if (once.rfind("https://host.example:8443/", 0) == 0 && once != reference) {
    PROMISE(resolve_uri(base, once) == once);
    const std::string path = once.substr(0, once.find_first_of("?#"));
    PROMISE(path.find("/../") == std::string::npos && path.find("/./") == std::string::npos);
  }
}

void check_substituted(std::string_view text, std::string_view value) {
  Variables variables;
  variables["a"] = std::string(value);
  variables["b"] = "{$a}";
  constexpr std::size_t kMax = 4096;
  const Substituted result = substitute(text, variables, kMax);
  PROMISE(result.text.size() <= kMax || result.too_long);
  if (!has_variable(text) && text.size() <= kMax) PROMISE(result.text == text && !result.undefined);
}

}  // namespace

UNDERSTUDY_FUZZ_TARGET(uri) {
  fuzz::Reader reader(input);
  const std::string_view base = reader.until('\0');
  const std::string_view reference = reader.until('\0');
  const std::string_view name = fuzz::text_of(reader.rest());
  const std::string resolved = resolve_uri(base, reference);
  PROMISE(resolved.size() <= base.size() + reference.size() + 1);
  check_resolved(reference);
  check_substituted(reference, base);
  if (const auto value = query_parameter(base, name)) PROMISE(value->size() <= base.size());
}
