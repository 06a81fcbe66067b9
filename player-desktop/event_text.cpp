#include "event_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "clock.h"

namespace understudy::desktop {
namespace {

double ms_since(Instant start, Instant at) { return static_cast<double>((at - start).count() / 1000) / 1000.0; }

nlohmann::ordered_json facts_to_json(const SwitchFacts& facts) {
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
  return fmt::format("source {}", id.value);
}

std::string to_text(const Event& event, Instant start) {
  std::string line = fmt::format("{:9.3f} s  {}", ms_since(start, event.at) / 1000, to_string(event.type));
  if (event.from && event.source && event.from != event.source) {
    line += fmt::format("  {} → {}", name_of(event, *event.from), name_of(event, *event.source));
  } else if (event.source || event.from) {
    line += "  " + name_of(event, event.source ? *event.source : *event.from);
  }
  if (event.reason != Reason::none) line += fmt::format("  reason={}", to_string(event.reason));
  if (const auto& f = event.switch_facts) {
    line += fmt::format("  gap={}ms lost={} repeated={} detect={}ms prepare={}ms alignment={}", f->gap_ms,
                        f->frames_lost, f->frames_repeated, f->detect_ms, f->prepare_ms, to_string(f->alignment));
  }
  if (event.error) line += fmt::format("  error={}", to_string(event.error->code));
  if (event.error && event.error->http_status != 0) line += fmt::format(" ({})", event.error->http_status);
  if (event.error && !event.error->detail.empty()) line += "  " + event.error->detail;
  if (!event.detail.empty()) line += "  " + event.detail;
  return line;
}

nlohmann::ordered_json to_json(const Event& event, Instant start) {
  nlohmann::ordered_json json;
  json["sequence"] = event.sequence;
  json["type"] = to_string(event.type);
  json["at_ms"] = ms_since(start, event.at);
  json["monotonic_ns"] = event.at.time_since_epoch().count();
  json["wall"] = to_iso8601(event.wall);
  if (event.reason != Reason::none) json["reason"] = to_string(event.reason);
  if (event.source) json["source"] = name_of(event, *event.source);
  if (event.from) json["from"] = name_of(event, *event.from);
  if (event.switch_facts) json["switch"] = facts_to_json(*event.switch_facts);
  if (event.error) {
    json["error"] = {{"code", to_string(event.error->code)}, {"number", static_cast<int>(event.error->code)}};
    json["error"]["detail"] = event.error->detail;
    if (event.error->http_status != 0) json["error"]["http_status"] = event.error->http_status;
  }
  if (!event.detail.empty()) json["detail"] = event.detail;
  json["sources"] = nlohmann::ordered_json::array();
  for (const SourceInfo& source : event.sources) {
    nlohmann::ordered_json row = {{"id", source.id.value}, {"name", source.name}, {"state", to_string(source.state)}};
    if (source.lag_ms) row["lag_ms"] = *source.lag_ms;
    if (source.skew_ms) row["skew_ms"] = *source.skew_ms;
    json["sources"].push_back(std::move(row));
  }
  return json;
}

}  // namespace understudy::desktop
