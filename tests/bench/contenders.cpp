#include "contenders.h"

#include <filesystem>

namespace understudy::bench {
namespace {

constexpr const char* kSilent = "SDL_AUDIODRIVER=dummy";  // plays in real time, into nothing

// A window, as the peers: going full screen without a window manager, SDL waits a third of a second for its answer.
Command ours_on_screen(const std::string& url, const std::string& display) {
  return {{UNDERSTUDY_PLAYER, "--log-format", "json", url}, {"DISPLAY=" + display, kSilent}};
}
Command ours_headless(const std::string& url) {
  return {{UNDERSTUDY_PLAYER, "--headless", "--log-format", "json", url}, {}};
}

// No user's configuration, no scripts, no key bindings, no on-screen controller: nothing that we do not have either is
// timed. x11 instead of gpu: without a GPU the latter first brings up a software OpenGL.
std::vector<std::string> mpv(const std::string& url) {
  return {
      "mpv", "--no-config", "--load-scripts=no", "--osc=no", "--ytdl=no", "--msg-level=all=no,cplayer=v", "--ao=null",
      url};
}
Command mpv_on_screen(const std::string& url, const std::string& display) {
  Command command{mpv(url), {"DISPLAY=" + display}};
  command.words.insert(command.words.end(), {"--vo=x11", "--geometry=1280x720+0+0", "--no-border"});
  return command;
}
Command mpv_headless(const std::string& url) {
  Command command{mpv(url), {}};
  command.words.emplace_back("--vo=null");
  return command;
}

Command ffplay_on_screen(const std::string& url, const std::string& display) {
  return {{"ffplay", "-hide_banner", "-nostats", "-loglevel", "error", "-noborder", "-left", "0", "-top", "0", "-x",
           "1280", "-y", "720", url},
          {"DISPLAY=" + display, kSilent}};
}

bool installed(const std::string& name) { return std::filesystem::exists("/usr/bin/" + name); }

}  // namespace

std::vector<Contender> contenders() {
  std::vector<Contender> all = {{"understudy-player", true, ours_on_screen, ours_headless, "\"type\":\"started\""}};
  if (installed("mpv"))
    all.push_back({"mpv", false, mpv_on_screen, mpv_headless, "first video frame after restart shown"});
  if (installed("ffplay")) all.push_back({"ffplay", false, ffplay_on_screen, nullptr, ""});
  return all;
}

}  // namespace understudy::bench
