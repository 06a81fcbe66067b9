#include "player/event_json.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace understudy {
namespace {

double ms_since(Instant start, Instant at) { return static_cast<double>((at - start).count() / 1000) / 1000.0; }

template <class Json>
Json facts_to_json(const SwitchFacts& facts) {
  return {{"content_time_ms", to_ms(facts.content_time.time_since_epoch())},
          {"detect_ms", facts.detect_ms},
          {"prepare_ms", facts.prepare_ms},
          {"commit_ms", facts.commit_ms},
          {"buffer_at_commit_ms", facts.buffer_ms},
          {"gap_ms", facts.gap_ms},
          {"frames_lost", facts.frames_lost},
          {"frames_repeated", facts.frames_repeated},
          {"alignment", to_string(facts.alignment)},
          {"error_bound_ms", facts.error_bound_ms}};
}

}  // namespace

std::string name_of(const Event& event, SourceId id) {
  for (const SourceInfo& source : event.sources) {
    if (source.id == id) return source.name;
  }
  return "source " + std::to_string(id.value);
}

std::string to_iso8601(WallTime time) {
  // By the calendar of <chrono>: gmtime_r would bring the time zones of the C library along.
  const auto since = time.time_since_epoch();
  const auto day = std::chrono::floor<std::chrono::days>(since);
  const std::chrono::year_month_day date{std::chrono::sys_days(day)};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::milliseconds>(since - day)};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text.data();
}

template <class Json>
Json to_json(const Event& event, Instant start) {
  Json json;
  json["sequence"] = event.sequence;
  json["type"] = to_string(event.type);
  json["at_ms"] = ms_since(start, event.at);
  json["monotonic_ns"] = event.at.time_since_epoch().count();
  json["wall"] = to_iso8601(event.wall);
  if (event.reason != Reason::none) json["reason"] = to_string(event.reason);
  if (event.source) json["source"] = name_of(event, *event.source);
  if (event.from) json["from"] = name_of(event, *event.from);
  if (event.switch_facts) json["switch"] = facts_to_json<Json>(*event.switch_facts);
  if (event.error) {
    json["error"] = {{"code", to_string(event.error->code)}, {"number", static_cast<int>(event.error->code)}};
    json["error"]["detail"] = event.error->detail;
    if (event.error->http_status != 0) json["error"]["http_status"] = event.error->http_status;
  }
  if (!event.detail.empty()) json["detail"] = event.detail;
  json["sources"] = Json::array();
  for (const SourceInfo& source : event.sources) {
    Json row = {{"id", source.id.value}, {"name", source.name}, {"state", to_string(source.state)}};
    if (source.lag_ms) row["lag_ms"] = *source.lag_ms;
    if (source.skew_ms) row["skew_ms"] = *source.skew_ms;
    json["sources"].push_back(std::move(row));
  }
  return json;
}

template nlohmann::ordered_json to_json(const Event& event, Instant start);
template nlohmann::json to_json(const Event& event, Instant start);

}  // namespace understudy
