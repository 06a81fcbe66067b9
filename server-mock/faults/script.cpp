#include "faults/script.h"

#include <algorithm>
#include <sstream>

#include "faults/fault.h"

namespace understudy::server {
namespace {

constexpr std::size_t kMaxSteps = 10'000;

Result<ScriptStep> parse_line(const std::string& line) {
  std::istringstream in(line);
  double seconds = -1;
  std::string action;
  ScriptStep step;
  if (!(in >> seconds >> step.channel >> action) || !(seconds >= 0) || seconds > 1e6) {
    return fail(ErrorCode::invalid_config, "expected: seconds channel action");
  }
  step.at = Duration(static_cast<std::int64_t>(seconds * 1e9));
  std::getline(in >> std::ws, step.faults);
  if (action == "fault") {
    FaultSchedule trial;
    auto added = trial.add(step.faults, WallTime{});
    if (!added) return Unexpected{added.error()};
    return step;
  }
  if (!step.faults.empty()) return fail(ErrorCode::invalid_config, "nothing may follow " + action);
  if (action == "drop") {
    step.faults = R"({"fault": "drop"})";
  } else if (action == "restore") {
    step.action = ScriptStep::Action::restore;
  } else if (action == "stop") {
    step.action = ScriptStep::Action::stop;
  } else if (action == "start") {
    step.action = ScriptStep::Action::start;
  } else {
    return fail(ErrorCode::invalid_config, "no such action: " + action.substr(0, 40));
  }
  return step;
}

}  // namespace

Result<std::vector<ScriptStep>> parse_script(const std::string& text) {
  std::vector<ScriptStep> steps;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line[first] == '#') continue;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    auto step = parse_line(line);
    if (!step) return fail(step.error().code, "script line " + std::to_string(number) + ": " + step.error().detail);
    if (steps.size() == kMaxSteps) return fail(ErrorCode::limit_exceeded, "script: more than 10000 steps");
    steps.push_back(std::move(*step));
  }
  std::stable_sort(steps.begin(), steps.end(), [](const ScriptStep& a, const ScriptStep& b) { return a.at < b.at; });
  return steps;
}

}  // namespace understudy::server
