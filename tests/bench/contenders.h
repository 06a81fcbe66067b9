// The players that are compared, and how each is started so that the comparison is fair.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace understudy::bench {

struct Command {
  std::vector<std::string> words;
  std::vector<std::string> environment;
};

struct Contender {
  std::string name;
  bool ours = false;
  /// With a window on this display.
  Command (*on_screen)(const std::string& url, const std::string& display);
  /// Without window and sound device; null where the player can't.
  Command (*headless)(const std::string& url);
  /// What it prints when the first picture was shown.
  std::string first_frame_line;
};

/// Ours first, then the peers that are installed.
std::vector<Contender> contenders();

}  // namespace understudy::bench
