// Bad input from everywhere that the player reads: it says what was wrong and whose, lives on, and ends when it is told
// to.
#include <algorithm>
#include <memory>

#include "rig.h"
#include "support/catch.h"
#include "support/hostile_server.h"

namespace understudy::test {
namespace {

using Kind = HostileAnswer::Kind;

struct Case {
  std::string name;
  HostileServer::Answers answers;
  std::string code;   // of the error event
  std::string names;  // in the event: the source's name, or the begin of the detail
  bool plain = true;  // the URL is given with --primary; else it is a status URL
  std::vector<int> exits = {3};
};

std::string repeated(const std::string& text, std::size_t count) {
  std::string all;
  all.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

const std::string kHtml = "<!DOCTYPE html><html><head><title>Login</title></head><body>Please log in.</body></html>";
const std::string kGarbage = std::string("\x00\xff\xfe\x80\x01garbage\x00", 13) + repeated("\xaa\x47\x00\x1f", 500);

std::string playlist_of(const std::string& segment, const std::string& before = "") {
  return "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:1\n" + before + "#EXTINF:2,\n" +
         segment + "\n";
}

/// The document that `@/a` answers: playing, with this playout URL.
std::string document_of(const std::string& hls, const std::string& status = "playing", const std::string& poster = "") {
  const Json document = {
      {"version", 1},
      {"id", "a"},
      {"kind", "channel"},
      {"active", true},
      {"revision", 1},
      {"ttlMs", 2000},
      {"channel", {{"id", "a"}, {"status", {{"code", status}, {"message", ""}}}}},
      {"playout", {{"hls", hls}}},
      {"prelive", {{"announcement", "Soon."}, {"posterImg", poster}}},
      {"failover", {{"mode", "prioritized"}, {"policy", Json::object()}, {"members", Json::array()}}}};
  return document.dump();
}

/// A PNG that claims this size and has one byte of pixels; `whole` says whether it ends properly.
std::string png_of(std::uint32_t width, std::uint32_t height) {
  const auto u32 = [](std::uint32_t v) {
    return std::string{static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8),
                       static_cast<char>(v)};
  };
  const std::string header = u32(width) + u32(height) + std::string("\x08\x02\x00\x00\x00", 5);
  return std::string("\x89PNG\r\n\x1a\n", 8) + u32(13) + "IHDR" + header + u32(0) + u32(1000) + "IDAT" + "x";
}

std::vector<Case> playlist_cases() {
  const auto one = [](const std::string& name, HostileAnswer answer, const std::string& code) {
    return Case{name, {{"/a.m3u8", std::move(answer)}}, code, "primary"};
  };
  return {
      one("garbage for a playlist", {Kind::body, kGarbage}, "bad_playlist"),
      one("a web page for a playlist", {Kind::body, kHtml}, "bad_playlist"),
      one("an empty playlist", {Kind::body, ""}, "bad_playlist"),
      one("an oversized playlist", {Kind::body, "#EXTM3U\n" + repeated("#comment\n", 1'000'000)}, "response_too_large"),
      one("an endless playlist", {Kind::endless, repeated("#EXTINF:2,\na.ts\n", 4096)}, "response_too_large"),
      one("a playlist that is cut", {Kind::cut, playlist_of("@/a.ts")}, "body_truncated"),
      one("a redirect loop", {Kind::redirect, ""}, "too_many_redirects"),
      one("a redirect to another protocol", {Kind::redirect, "ftp://127.0.0.1/a.m3u8"}, "bad_url"),
      one("a redirect to a file", {Kind::redirect, "file:///etc/passwd"}, "bad_url"),
      one("no playlist", {Kind::status, "404 Not Found"}, "http_status"),
      one("a forbidden playlist", {Kind::status, "403 Forbidden"}, "http_status"),
      one("more segments than a playlist may have",
          {Kind::body, "#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + repeated("#EXTINF:2,\na\n", 400'000)}, "limit_exceeded"),
      one("a multivariant playlist without variant streams", {Kind::body, "#EXTM3U\n#EXT-X-INDEPENDENT-SEGMENTS\n"},
          "bad_playlist"),
      {"a multivariant playlist in a multivariant playlist",
       {{"/a.m3u8", {Kind::body, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n@/a.m3u8\n"}}},
       "bad_playlist",
       "primary"},
      {"a variant stream elsewhere",
       {{"/a.m3u8", {Kind::body, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nftp://127.0.0.1/b\n"}}},
       "bad_url",
       "primary"},
  };
}

std::vector<Case> media_cases() {
  const auto segment = [](const std::string& name, HostileAnswer answer, const std::string& code) {
    return Case{
        name, {{"/a.m3u8", {Kind::body, playlist_of("@/s.ts")}}, {"/s.ts", std::move(answer)}}, code, "primary"};
  };
  return {
      segment("garbage for a segment", {Kind::body, kGarbage}, "bad_media"),
      segment("a web page for a segment", {Kind::body, kHtml}, "bad_media"),
      segment("an empty segment", {Kind::body, ""}, "bad_media"),
      segment("a segment of nothing but sync bytes",
              {Kind::body, repeated(std::string(1, '\x47') + std::string(187, '\xff'), 2000)}, "bad_media"),
      segment("a segment that is cut", {Kind::cut, repeated(std::string(1, '\x47') + std::string(187, '\xff'), 100)},
              "body_truncated"),
      segment("an endless segment", {Kind::endless, repeated(std::string(1, '\x47') + std::string(187, '\xff'), 5000)},
              "response_too_large"),
      segment("a segment that is a redirect loop", {Kind::redirect, ""}, "too_many_redirects"),
      segment("no segment", {Kind::status, "404 Not Found"}, "http_status"),
      {"a segment of another protocol",
       {{"/a.m3u8", {Kind::body, playlist_of("ftp://127.0.0.1/s.ts")}}},
       "bad_url",
       "primary"},
      {"a media initialization section of garbage",
       {{"/a.m3u8", {Kind::body, playlist_of("@/s.m4s", "#EXT-X-MAP:URI=\"@/i.mp4\"\n")}},
        {"/i.mp4", {Kind::body, kGarbage}},
        {"/s.m4s", {Kind::body, kGarbage}}},
       "bad_media",
       "primary"},
      {"no media initialization section",
       {{"/a.m3u8", {Kind::body, playlist_of("@/s.m4s", "#EXT-X-MAP:URI=\"@/i.mp4\"\n")}},
        {"/s.m4s", {Kind::body, kGarbage}}},
       "http_status",
       "primary"},
      {"encrypted segments",
       {{"/a.m3u8", {Kind::body, playlist_of("@/s.ts", "#EXT-X-KEY:METHOD=AES-128,URI=\"@/key\"\n")}}},
       "unsupported_media",
       "primary"},
  };
}

std::vector<Case> status_cases() {
  const auto one = [](const std::string& name, HostileAnswer answer, const std::string& code,
                      std::vector<int> exits = {3}) {
    return Case{name, {{"/a", std::move(answer)}}, code, "status: ", false, std::move(exits)};
  };
  const auto json = [&](const std::string& name, const std::string& text) {
    return one(name, {Kind::body, text}, "bad_status_document");
  };
  Case unknown = one("an unknown id", {Kind::status, "404 Not Found"}, "unknown_id", {2});
  Case refused = one("an id that is not ours to see", {Kind::status, "403 Forbidden"}, "access_denied", {2});
  unknown.names = refused.names = "the status service";
  return {
      json("garbage for a status document", kGarbage),
      json("a web page for a status document", kHtml),
      json("an empty status document", ""),
      json("a status document of the wrong type", "[1, 2, 3]"),
      json("a status with a number for a name", R"({"version":1,"id":7,"kind":[],"active":"yes","channel":3})"),
      json("a playout URL of another protocol", document_of("ftp://127.0.0.1/a.m3u8")),
      json("a playout URL that is a script", document_of("javascript:alert(1)")),
      one("a status document that is too deep", {Kind::body, repeated("[", 100'000)}, "limit_exceeded"),
      one("an oversized status document", {Kind::body, document_of("") + std::string(300u << 10, ' ')},
          "response_too_large"),
      one("an endless status document", {Kind::endless, std::string(4096, ' ')}, "response_too_large"),
      one("a status document that is cut", {Kind::cut, document_of("@/x.m3u8")}, "body_truncated"),
      one("a status that is a redirect loop", {Kind::redirect, ""}, "too_many_redirects"),
      std::move(unknown),
      std::move(refused),
  };
}

std::vector<Case> poster_cases() {
  const auto one = [](const std::string& name, HostileAnswer answer, const std::string& code) {
    return Case{name,
                {{"/a", {Kind::body, document_of("", "waiting", "@/p.png")}}, {"/p.png", std::move(answer)}},
                code,
                "poster: ",
                false};
  };
  return {
      one("a web page for a poster", {Kind::body, kHtml}, "bad_image"),
      one("garbage for a poster", {Kind::body, kGarbage}, "bad_image"),
      one("an empty poster", {Kind::body, ""}, "bad_image"),
      one("a poster that ends in its first pixels", {Kind::body, png_of(64, 64)}, "bad_image"),
      one("a poster that claims 400 million pixels", {Kind::body, png_of(20'000, 20'000)}, "limit_exceeded"),
      one("an oversized poster", {Kind::body, std::string(9u << 20, 'x')}, "response_too_large"),
      one("an endless poster", {Kind::endless, std::string(65536, 'x')}, "response_too_large"),
      one("no poster", {Kind::status, "404 Not Found"}, "http_status"),
      one("a poster that is a redirect loop", {Kind::redirect, ""}, "too_many_redirects"),
  };
}

bool tells(const Viewer& viewer, const Case& c) {
  const auto events = viewer.events();
  return std::any_of(events.begin(), events.end(), [&](const Json& event) {
    if (!event.contains("error") || event["error"].value("code", "") != c.code) return false;
    return event.value("source", "") == c.names || event["error"].value("detail", "").rfind(c.names, 0) == 0;
  });
}

struct Run {
  Case what;
  std::unique_ptr<HostileServer> server = std::make_unique<HostileServer>();
  std::unique_ptr<Viewer> viewer;
};

/// Each case with a player of its own, several at once. A player has 20 s to tell; it is then told to end, and has to
/// at once.
void check_all(const std::string& group, std::vector<Case> cases) {
  TempDir dir("bad-" + group);
  constexpr std::size_t kAtOnce = 4;
  for (std::size_t begin = 0; begin < cases.size(); begin += kAtOnce) {
    std::vector<Run> runs;
    for (std::size_t i = begin; i < std::min(cases.size(), begin + kAtOnce); ++i) {
      Run& run = runs.emplace_back();
      run.what = std::move(cases[i]);
      run.server->set(run.what.answers);
      std::vector<std::string> arguments = {"--duration", "60"};
      if (run.what.plain) arguments.emplace_back("--primary");
      arguments.push_back(run.server->url(run.what.plain ? "/a.m3u8" : "/a"));
      run.viewer = std::make_unique<Viewer>(dir, std::to_string(i), arguments, false);
    }
    const auto deadline = std::chrono::steady_clock::now() + seconds(20);
    for (Run& run : runs) {
      while (!tells(*run.viewer, run.what) && !run.viewer->ended() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(milliseconds(20));
      const int exit = run.viewer->ended() ? run.viewer->wait_end(seconds(1)).value_or(-1) : run.viewer->finish();
      INFO(run.what.name << ": wanted " << run.what.code << " of " << run.what.names << ", got exit " << exit << "\n"
                         << run.viewer->log());
      CHECK(tells(*run.viewer, run.what));
      CHECK(std::count(run.what.exits.begin(), run.what.exits.end(), exit) == 1);
      CHECK(run.viewer->report().is_object());
    }
  }
}

TEST_CASE("a hostile playlist is an error with its source and reason") { check_all("playlist", playlist_cases()); }
TEST_CASE("hostile media is an error with its source and reason") { check_all("media", media_cases()); }
TEST_CASE("a hostile status document is an error that says so") { check_all("status", status_cases()); }
TEST_CASE("a hostile poster is an error, and the announcement is shown without it") {
  check_all("poster", poster_cases());
}

TEST_CASE("a hostile primary gives way to its fallback") {
  Service service;
  service.add_channel("good");
  HostileServer server;
  server.set({{"/a.m3u8", {Kind::body, kHtml}}});
  Viewer viewer(service.dir(), "hostile-primary",
                {"--primary", server.url("/a.m3u8"), "--fallback", service.media_url("good")}, false);
  REQUIRE(viewer.wait_for("started", seconds(20)));
  CHECK(viewer.events().back().value("source", "") == "fallback");
  CHECK(viewer.finish() == 0);
}

struct BadCommand {
  std::vector<std::string> arguments;
  int exit;
  std::string says;
};

TEST_CASE("wrong URLs and flags are refused in one line") {
  TempDir dir("bad-flags");
  const std::string url = "http://127.0.0.1:1/a.m3u8";
  const std::vector<BadCommand> commands = {
      {{}, 1, "--primary"},
      {{"ftp://127.0.0.1/a.m3u8"}, 1, "ftp://127.0.0.1/a.m3u8"},
      {{"file:///etc/passwd"}, 1, "file:///etc/passwd"},
      {{"not a url"}, 1, "not a url"},
      {{""}, 1, "URL"},
      {{"http://127.0.0.1:1/" + std::string(100'000, 'a')}, 1, "longer than"},
      {{"http://127.0.0.1:1/a\r\nX-Injected: 1"}, 1, "control character"},
      {{"--primary", url, "--fallback", "gopher"}, 1, "not a URL: gopher"},
      {{"--fallback", url, "http://127.0.0.1:1/playout/a"}, 1, "--fallback"},
      {{"--primary", url, url}, 1, "--primary"},
      {{"--no-such-flag", url}, 1, "--no-such-flag"},
      {{"--duration", "-1", url}, 1, "--duration"},
      {{"--duration", "soon", url}, 1, "--duration"},
      {{"--duration", "nan", url}, 1, "--duration"},
      {{"--volume", "300", url}, 1, "--volume"},
      {{"--seed", "-3", url}, 1, "--seed"},
      {{"--log-format", "xml", url}, 1, "--log-format"},
      {{"--vo", "mp4=x", url}, 1, "--vo"},
      {{"--ao", "wav=", url}, 1, "--ao"},
      {{"--policy", "loss_threshold_ms=0", url}, 1, "loss_threshold_ms"},
      {{"--policy", "loss_threshold_ms=99999999999999999999", url}, 1, "loss_threshold_ms"},
      {{"--policy", "nonsense", url}, 1, "nonsense"},
      {{"--policy", "recovery=never", url}, 1, "recovery"},
      {{"--report", "/nonexistent/report.json", "--headless", url}, 4, "/nonexistent/report.json"},
      {{"--frames", "/nonexistent/frames.csv", "--headless", url}, 4, "/nonexistent/frames.csv"},
      {{"--vo", "y4m=/nonexistent/v.y4m", "--headless", url}, 4, "/nonexistent/v.y4m"},
      {{"--ao", "wav=/nonexistent/a.wav", "--headless", url}, 4, "/nonexistent/a.wav"},
  };
  for (const BadCommand& command : commands) {
    std::vector<std::string> words = {UNDERSTUDY_PLAYER};
    words.insert(words.end(), command.arguments.begin(), command.arguments.end());
    Process process(words, dir.file("output"));
    const auto exit = process.wait(seconds(10));
    INFO("exit " << exit.value_or(-1) << " of: " << Catch::Detail::stringify(command.arguments) << "\n"
                 << process.output());
    CHECK(exit == command.exit);
    CHECK(process.output().find(command.says) != std::string::npos);
  }
}

TEST_CASE("URLs that lead nowhere are typed errors") {
  TempDir dir("bad-urls");
  struct Nowhere {
    std::string url;
    std::vector<std::string> codes;  // any of these: resolvers differ
  };
  const std::vector<Nowhere> all = {
      {"http://127.0.0.1:1/a.m3u8", {"connect_failed"}},          {"http://127.0.0.1:99999/a.m3u8", {"bad_url"}},
      {"http:///a.m3u8", {"bad_url", "resolve_failed"}},          {"http://[::1/a.m3u8", {"bad_url"}},
      {"http://no-such-host.invalid/a.m3u8", {"resolve_failed"}},
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    Viewer viewer(dir, std::to_string(i), {"--duration", "30", "--primary", all[i].url}, false);
    const bool told_in_time = viewer.wait_for("intent_to_fallback", seconds(20));
    INFO(all[i].url << "\n" << viewer.log());
    REQUIRE(told_in_time);
    const auto events = viewer.events();
    const auto told = std::find_if(events.begin(), events.end(), [](const Json& e) { return e.contains("error"); });
    REQUIRE(told != events.end());
    const std::string code = (*told)["error"]["code"];
    CHECK(std::count(all[i].codes.begin(), all[i].codes.end(), code) == 1);
    CHECK(told->value("source", "") == "primary");
    CHECK(viewer.finish() == 3);
  }
}

}  // namespace
}  // namespace understudy::test
