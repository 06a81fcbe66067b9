// Seeded damage to real playlists: whatever comes out, parsing and reloading end in a value or a typed error.
#include <fstream>
#include <iostream>
#include <sstream>

#include "core/hls/reload.h"
#include "support/catch.h"
#include "support/corpora.h"

using namespace understudy;
using namespace understudy::hls;

namespace {

class Damage {
 public:
  explicit Damage(std::uint64_t seed) : state_(seed) {}

  std::string apply(std::string text) {
    const std::size_t times = 1 + below(6);
    for (std::size_t i = 0; i < times && !text.empty(); ++i) once(text);
    return text;
  }

 private:
  std::uint64_t next() {  // splitmix64
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(next() % n); }

  void once(std::string& text) {
    static const std::string kTokens[] = {"\n",
                                          "#EXT-X-",
                                          ",",
                                          "=",
                                          "\"",
                                          "@",
                                          "-1",
                                          "99999999999999999999",
                                          "{$x}",
                                          "#EXTINF:",
                                          "#EXTM3U\n",
                                          "\0",
                                          "#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n",
                                          "#EXT-X-MEDIA-SEQUENCE:5\n",
                                          "0.0000000001",
                                          "://",
                                          "..//../",
                                          "\xFF\xFE"};
    const std::size_t at = below(text.size());
    switch (below(6)) {
      case 0: text[at] = static_cast<char>(next()); break;
      case 1: text.erase(at, 1 + below(40)); break;
      case 2: text.insert(at, kTokens[below(std::size(kTokens))]); break;
      case 3: text.resize(at); break;
      case 4: repeat(text, at); break;
      default: text[at] ^= static_cast<char>(1u << below(8)); break;
    }
  }

  void repeat(std::string& text, std::size_t at) {
    const std::size_t from = below(text.size());  // named: the order of draws must not depend on the compiler
    const std::size_t count = 1 + below(200);
    text.insert(at, text.substr(from, count));
  }

  std::uint64_t state_;
};

std::vector<std::string> playlists() {
  std::vector<std::filesystem::path> paths;
  const auto folder = test::corpora();
  if (!folder) return {};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder)) {
    const bool small = entry.is_regular_file() && entry.file_size() < 20'000;
    if (small && entry.path().extension() == ".m3u8") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> texts;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    texts.push_back(text.str());
  }
  return texts;
}

const MediaPlaylist* media(const Result<Playlist>& parsed) {
  return parsed ? std::get_if<MediaPlaylist>(&*parsed) : nullptr;
}

}  // namespace

TEST_CASE("damaged playlists end in a value or a typed error") {
  const auto texts = playlists();
  if (texts.empty()) {
    std::cout << "skipped: the corpora are not here; set UNDERSTUDY_CORPORA\n";
    return;
  }
  constexpr std::uint64_t kSeed = 20'261'121;
  Damage damage(kSeed);
  int refused = 0;
  int reloads = 0;
  const int rounds = 20'000;
  for (int i = 0; i < rounds; ++i) {
    const std::string& text = texts[static_cast<std::size_t>(i) % texts.size()];
    const auto parsed = parse_playlist(damage.apply(text), "https://h/a/b.m3u8?x=1");
    if (!parsed) {
      ++refused;
      const bool typed =
          parsed.error().code == ErrorCode::bad_playlist || parsed.error().code == ErrorCode::limit_exceeded;
      CHECK(typed);
      CHECK(parsed.error().detail.substr(0, 5) == "line ");
    }
    const auto original = parse_playlist(text, "https://h/a/b.m3u8?x=1");
    const MediaPlaylist* before = media(original);
    const MediaPlaylist* after = media(parsed);
    if (before == nullptr || after == nullptr) continue;
    ++reloads;
    const auto result = reload(before, *after);
    if (!result) continue;
    const auto& segments = result->playlist.segments;
    for (std::size_t s = 1; s < segments.size(); ++s) {
      REQUIRE(segments[s].msn.value == segments[s - 1].msn.value + 1);
    }
  }
  std::cout << "mutated playlists: seed " << kSeed << ", " << rounds << " parsed, " << refused
            << " refused with a typed error, " << reloads << " reloads\n";
  CHECK(reloads > 500);
}
