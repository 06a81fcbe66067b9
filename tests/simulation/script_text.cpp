// Scripts as text, and back.
#include <algorithm>
#include <charconv>
#include <optional>

#include "faults.h"
#include "settings.h"

namespace understudy::simulation {

namespace {

constexpr std::string_view kHeader = "understudy-script 1";

void put_values(std::string& out, const std::string& subject, const Values& values) {
  out += "set " + subject;
  for (const auto& [name, value] : values) out += " " + name + "=" + std::to_string(value);
  out += "\n";
}

class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}
  std::string_view next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(word.size());
    return word;
  }

 private:
  std::string_view rest_;
};

bool number(std::string_view text, std::int64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool assignment(std::string_view word, std::string& name, std::int64_t& value) {
  const std::size_t sign = word.find('=');
  if (sign == std::string_view::npos) return false;
  name = word.substr(0, sign);
  return number(word.substr(sign + 1), value);
}

bool is_source(std::string_view name) { return name.size() == 1 && name[0] >= 'a' && name[0] < 'a' + int{kMaxSources}; }

/// What is wrong with the rest of a `set` line; empty: nothing.
std::string parse_set(Words& words, Script& script) {
  const std::string_view subject = words.next();
  Values* values = nullptr;
  if (subject == "run") values = &script.run;
  if (subject == "policy") values = &script.policy;
  if (subject == "source") {
    const std::string_view source = words.next();
    if (!is_source(source)) return "expected a source, a to e";
    values = &script.sources[std::string(source)];
  }
  if (values == nullptr) return "expected run, policy or source";
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    std::string name;
    std::int64_t value = 0;
    if (!assignment(word, name, value)) return "expected name=number";
    const Setting* setting = subject == "run"      ? find_setting(kRunSettings, name)
                             : subject == "source" ? find_setting(kSourceSettings, name)
                                                   : nullptr;
    const bool good = subject == "policy" ? is_policy_setting(name, value)
                                          : setting != nullptr && setting->min <= value && value <= setting->max;
    if (!good) return "no such setting, or out of range: " + std::string(word);
    (*values)[name] = value;
  }
  return "";
}

std::string parse_fault(Words& words, Script& script) {
  Fault fault;
  if (!number(words.next(), fault.at) || fault.at < 0 || fault.at > 86'400'000) return "expected a time in milliseconds";
  fault.kind = words.next();
  const Kind* kind = find_kind(fault.kind);
  if (kind == nullptr) return "no such kind of fault: " + fault.kind;
  if (kind->of_source) {
    fault.on = words.next();
    if (fault.on != "*" && !is_source(fault.on)) return "expected a source, a to e, or *";
  }
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    std::string name;
    std::int64_t value = 0;
    if (word == "for") {
      if (!number(words.next(), fault.lasts) || fault.lasts < 0 || fault.lasts > 86'400'000) return "expected a duration";
    } else if (assignment(word, name, value) && (name == "x" || name == "y")) {
      (name == "x" ? fault.x : fault.y) = value;
    } else {
      return "expected x=, y= or for";
    }
  }
  if (fault.x < kind->x.min || fault.x > kind->x.max) return "x is out of range";
  if (fault.y < kind->y.min || fault.y > kind->y.max) return "y is out of range";
  if (script.faults.size() == kMaxFaults) return "too many faults";
  script.faults.push_back(std::move(fault));
  return "";
}

}  // namespace

std::string to_text(const Script& script) {
  std::string out(kHeader);
  out += "\n";
  put_values(out, "run", script.run);
  put_values(out, "policy", script.policy);
  for (const auto& [name, values] : script.sources) put_values(out, "source " + name, values);
  for (const Fault& fault : script.faults) {
    out += "at " + std::to_string(fault.at) + " " + fault.kind;
    if (!fault.on.empty()) out += " " + fault.on;
    if (fault.x != 0) out += " x=" + std::to_string(fault.x);
    if (fault.y != 0) out += " y=" + std::to_string(fault.y);
    if (fault.lasts != 0) out += " for " + std::to_string(fault.lasts);
    out += "\n";
  }
  return out;
}

Result<Script> parse_script(std::string_view text) {
  Script script;
  std::size_t line_number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line_number;
    std::string wrong;
    Words words(line);
    if (line_number == 1) {
      if (line != kHeader) wrong = "not a script";
    } else if (const std::string_view verb = words.next(); verb == "set") {
      wrong = parse_set(words, script);
    } else if (verb == "at") {
      wrong = parse_fault(words, script);
    } else if (!verb.empty() && verb[0] != '#') {
      wrong = "expected set or at";
    }
    if (!wrong.empty()) return fail(ErrorCode::bad_trace, "line " + std::to_string(line_number) + ": " + wrong);
  }
  if (script.sources.count("a") == 0) return fail(ErrorCode::bad_trace, "no source a");
  for (const Fault& fault : script.faults)
    if (!fault.on.empty() && fault.on != "*" && script.sources.count(fault.on) == 0) return fail(ErrorCode::bad_trace, "no source " + fault.on);
  if (run_value(script, "heal") > run_value(script, "end")) return fail(ErrorCode::bad_trace, "heal is behind the end");
  std::stable_sort(script.faults.begin(), script.faults.end(), [](const Fault& l, const Fault& r) { return l.at < r.at; });
  return script;
}

}  // namespace understudy::simulation
