// Where the corpora are: UNDERSTUDY_CORPORA, else ../shared/corpora beside the project. Empty where there are none: the
// tests that need them then say so and are skipped.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace understudy::test {

inline std::optional<std::filesystem::path> corpora() {
  const char* named = std::getenv("UNDERSTUDY_CORPORA");
  const std::filesystem::path path =
      named != nullptr ? std::filesystem::path(named) : std::filesystem::path(UNDERSTUDY_SOURCE_DIR) / "../shared/corpora";
  if (std::filesystem::exists(path / "manifest.json")) return path;
  return std::nullopt;
}

}  // namespace understudy::test
