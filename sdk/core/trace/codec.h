// A trace is the text of everything that went into a Session and came out of it, one line each:
//
//   understudy-trace 1 {status_url="http://…" seed=7}       version, SessionConfig
//   < 1000000000 1767225600000000000 tick                   an Input with `now` and `wall`, in nanoseconds
//   > fetch id=1 purpose=status url="http://…"              an Output
//   > deadline at=2000000000 reason=status_poll
//
// Fields stand in a fixed order; one that has its default value is left out, so equal values have equal text and a diff shows
// what differs. Strings are quoted; quotes, backslashes and everything but printable ASCII are escaped. The one thing that is
// not kept is the content of posters: `body=~1234` stands for 1234 zero bytes, the engine never looks at them.
//
// A trace contains URLs as they were requested, tokens included: treat it as you treat those.
#pragma once

#include <string>
#include <string_view>

#include "core/session/io.h"
#include "understudy/config.h"
#include "understudy/result.h"

namespace understudy::trace {

inline constexpr int kFormatVersion = 1;

struct TimedInput {
  session::Input input;
  Instant now{};
  WallTime wall{};
  friend bool operator==(const TimedInput&, const TimedInput&) = default;
};

/// Whether FetchDone::body is written as it is or, for a poster, as its size alone.
enum class Bodies { whole, size_only };

// Lines are written and read without their line feed.
std::string write_header(const SessionConfig& config);
std::string write_input(const TimedInput& input, Bodies bodies = Bodies::whole);
std::string write_output(const session::Output& output);

// Any text is safe to read. Error: bad_trace, naming the column and what was expected there.
/// Also refuses what validate(config) refuses.
Result<SessionConfig> parse_header(std::string_view line);
Result<TimedInput> parse_input(std::string_view line);
Result<session::Output> parse_output(std::string_view line);

}  // namespace understudy::trace
