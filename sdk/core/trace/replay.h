// Feeds the inputs of a trace to a fresh Session: same config and same inputs give the same outputs, bit for bit.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "understudy/result.h"

namespace understudy::trace {

struct Difference {
  std::size_t line = 0;  // of the trace, from 1
  std::string recorded;
  std::string replayed;
  friend bool operator==(const Difference&, const Difference&) = default;
};

struct Replay {
  std::size_t inputs = 0;
  std::size_t outputs = 0;  // that were compared
  std::optional<Difference> difference;  // the first one; the replay stops there
};

/// Error: bad_trace, naming the line. A last line without its line feed was cut off by a crash or a full disk and is ignored.
Result<Replay> replay(std::string_view trace);

/// Feeds the inputs alone and hands out the whole trace that comes of it, line by line.
Result<void> rerecord(std::string_view trace, const std::function<void(std::string_view)>& line);

}  // namespace understudy::trace
