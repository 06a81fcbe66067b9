// The script of --script: what happens to which channel, and when.
//
//   # seconds  channel  action  [fault object or array, for `fault`]
//   10         main     drop
//   20         main     restore
//   25         main     fault   {"fault": "reset", "length_s": 5}
//   40         main     stop
//   50         main     start
#pragma once

#include <string>
#include <vector>

#include "understudy/result.h"
#include "understudy/time.h"

namespace understudy::server {

struct ScriptStep {
  enum class Action { fault, restore, stop, start } action = Action::fault;
  Duration at{};  // since the script began
  std::string channel;
  std::string faults;  // JSON, for Action::fault; `drop` is short for the fault of that name
};

/// Steps in order of time. Error: invalid_config with the line number. Fault objects are checked, too.
Result<std::vector<ScriptStep>> parse_script(const std::string& text);

}  // namespace understudy::server
