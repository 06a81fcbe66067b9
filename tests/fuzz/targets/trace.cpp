// Any text as a trace: each line that can be read is written back to one that reads the same, and the whole is replayed and
// recorded anew without harm. A trace that was recorded anew replays without a difference.
#include "core/trace/codec.h"
#include "core/trace/replay.h"
#include "support/target.h"

using namespace understudy;

namespace {

constexpr std::size_t kMaxRecorded = 4u << 20;

template <class Parse, class Write>
void check_line(std::string_view line, Parse parse, Write write) {
  const auto parsed = parse(line);
  if (!parsed) {
    PROMISE(parsed.error().code == ErrorCode::bad_trace || parsed.error().code == ErrorCode::invalid_config);
    return;
  }
  const std::string written = write(*parsed);
  PROMISE(written.find('\n') == std::string::npos);
  const auto again = parse(written);
  PROMISE(again && *again == *parsed);
  PROMISE(write(*again) == written);
}

void check_header(std::string_view line) {
  const auto parsed = trace::parse_header(line);
  if (!parsed) return;
  PROMISE(validate(*parsed).has_value());
  const std::string written = trace::write_header(*parsed);
  const auto again = trace::parse_header(written);
  PROMISE(again && trace::write_header(*again) == written);
}

}  // namespace

UNDERSTUDY_FUZZ_TARGET(trace) {
  const std::string_view text = fuzz::text_of(input);
  fuzz::Reader reader(input);
  while (!reader.empty()) {
    const std::string_view line = reader.until('\n');
    check_header(line);
    check_line(line, trace::parse_input, [](const trace::TimedInput& in) { return trace::write_input(in); });
    check_line(line, trace::parse_output, [](const session::Output& out) { return trace::write_output(out); });
  }
  if (const auto replayed = trace::replay(text); !replayed) PROMISE(replayed.error().code == ErrorCode::bad_trace);
  std::string recorded;
  const auto rerecorded = trace::rerecord(text, [&](std::string_view line) {
    if (recorded.size() < kMaxRecorded) (recorded += line) += '\n';
  });
  if (!rerecorded || recorded.size() >= kMaxRecorded) return;
  const auto again = trace::replay(recorded);
  PROMISE(again && !again->difference);
}
