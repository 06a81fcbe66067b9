// The command line, checked. Nothing else in the player looks at argv.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "understudy/config.h"
#include "understudy/time.h"

namespace understudy::desktop {

/// Documented in --help and README.md.
enum ExitCode : int {
  kExitOk = 0,             // ended by the user, --duration or the channel's stop, after something was played
  kExitUsage = 1,          // wrong arguments
  kExitCouldNotStart = 2,  // unknown id, access denied, nothing playable, no window
  kExitNothingPlayed = 3,  // it ended before a first picture was on screen
  kExitOutputFailed = 4,   // a report, recording or picture could not be written
  kExitInternal = 5,       // a broken invariant of ours
};

enum class LogFormat { text, json };

struct Options {
  SessionConfig session;
  bool headless = false;
  bool fullscreen = false;
  bool overlay = false;
  std::optional<Duration> duration;
  bool end_on_stop = false;  // quit when the channel stops; what headless runs do
  int volume = 100;
  bool muted = false;
  LogFormat log_format = LogFormat::text;
  std::string report_file;
  std::string frames_file;
  std::string y4m_file;  // "-": standard output
  std::string wav_file;
  bool null_audio = false;
  std::string filmstrip_file;
  std::string snapshot_file;
  std::string trace_file;
};

/// What to print instead of playing.
struct EarlyExit {
  int code = kExitOk;
  std::string text;
};

/// `arguments` without the program's name.
std::variant<Options, EarlyExit> parse_options(std::vector<std::string> arguments);

}  // namespace understudy::desktop
