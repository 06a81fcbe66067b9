#include "core/trace/replay.h"

#include <string>

#include "core/trace/recorder.h"

namespace understudy::trace {

namespace {

/// The whole lines of a text, one after the other.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  std::optional<std::string_view> next() {
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    ++number_;
    return line;
  }
  std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

Unexpected at_line(std::size_t number, const Error& error) {
  return fail(error.code, "line " + std::to_string(number) + ": " + error.detail);
}

Result<SessionConfig> config_of(Lines& lines) {
  const auto first = lines.next();
  if (!first) return fail(ErrorCode::bad_trace, "line 1: not a trace");
  auto config = parse_header(*first);
  if (!config) return at_line(1, config.error());
  return config;
}

bool is_output(std::string_view line) { return line.substr(0, 1) == ">"; }

}  // namespace

Result<Replay> replay(std::string_view trace) {
  Lines lines(trace);
  const auto config = config_of(lines);
  if (!config) return Unexpected{config.error()};
  session::Session session(*config);
  Replay result;
  while (const auto line = lines.next()) {
    if (!is_output(*line)) {
      const auto input = parse_input(*line);
      if (!input) return at_line(lines.number(), input.error());
      session.handle(input->input, input->now, input->wall);
      ++result.inputs;
      continue;
    }
    // Read as well as compared: a damaged trace is told apart from a different engine.
    if (const auto output = parse_output(*line); !output) return at_line(lines.number(), output.error());
    const std::string replayed = write_output(session.poll_output());
    ++result.outputs;
    if (replayed == *line) continue;
    result.difference = Difference{lines.number(), std::string(*line), replayed};
    break;
  }
  return result;
}

Result<void> rerecord(std::string_view trace, const std::function<void(std::string_view)>& line) {
  Lines lines(trace);
  const auto config = config_of(lines);
  if (!config) return Unexpected{config.error()};
  session::Session session(*config);
  Recorder recorder(session, *config, line);
  while (const auto text = lines.next()) {
    if (is_output(*text)) continue;
    const auto input = parse_input(*text);
    if (!input) return at_line(lines.number(), input.error());
    recorder.handle(input->input, input->now, input->wall);
    while (!std::holds_alternative<session::Deadline>(recorder.poll_output())) {
    }
  }
  return {};
}

}  // namespace understudy::trace
