#include "report.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cards.h"
#include "player/event_json.h"

namespace understudy::desktop {
namespace {

constexpr std::size_t kMaxEvents = 100'000;

}  // namespace

void Report::add(const Event& event) {
  if (events_.size() >= kMaxEvents) events_.erase(events_.begin(), events_.begin() + kMaxEvents / 10);
  events_.push_back(event);
  for (const SourceInfo& source : event.sources) names_[source.id] = source.name;
  if (event.type != EventType::switched) return;
  SwitchRow row{event.from ? name_of(event, *event.from) : "", event.source ? name_of(event, *event.source) : "",
                event.reason, event.at, event.switch_facts.value_or(SwitchFacts{})};
  switches_.push_back(std::move(row));
}

void Report::finish(PlayerStats stats, std::vector<ScreenSpan> on_screen, Instant end) {
  stats_ = std::move(stats);
  on_screen_ = std::move(on_screen);
  end_ = end;
  for (const SourceInfo& source : stats_.sources) names_[source.id] = source.name;
}

std::string Report::source_name(SourceId id) const {
  const auto found = names_.find(id);
  return found == names_.end() ? fmt::format("source {}", id.value) : found->second;
}

std::string Report::span_label(const ScreenSpan& span) const {
  switch (span.kind) {
    case ScreenSpan::Kind::source: return source_name(span.source);
    case ScreenSpan::Kind::held: return source_name(span.source) + " (picture held)";
    case ScreenSpan::Kind::paused: return source_name(span.source) + " (paused)";
    case ScreenSpan::Kind::card: return fmt::format("card: {}", name_of(span.card));
  }
  return {};
}

double Report::ms(Instant at) const { return static_cast<double>((at - session_.start).count() / 1000) / 1000.0; }

nlohmann::ordered_json Report::summary() const {
  nlohmann::ordered_json json;
  json["first_frame_ms"] = stats_.first_frame_ms;
  json["switches"] = nlohmann::ordered_json::array();
  for (const SwitchRow& row : switches_) {
    json["switches"].push_back({{"at_ms", ms(row.at)},
                                {"from", row.from},
                                {"to", row.to},
                                {"reason", to_string(row.reason)},
                                {"detect_ms", row.facts.detect_ms},
                                {"prepare_ms", row.facts.prepare_ms},
                                {"commit_ms", row.facts.commit_ms},
                                {"buffer_at_commit_ms", row.facts.buffer_ms},
                                {"gap_ms", row.facts.gap_ms},
                                {"frames_lost", row.facts.frames_lost},
                                {"frames_repeated", row.facts.frames_repeated},
                                {"content_time", to_ms(row.facts.content_time.time_since_epoch())},
                                {"alignment", to_string(row.facts.alignment)},
                                {"error_bound_ms", row.facts.error_bound_ms}});
  }
  json["longest_gap_ms"] = stats_.longest_gap_ms;
  json["frames_presented"] = stats_.frames_presented;
  json["frames_lost"] = stats_.frames_lost;
  json["frames_repeated"] = stats_.frames_repeated;
  json["frames_dropped_late"] = stats_.frames_dropped_late;
  json["stalls"] = stats_.stalls;
  json["audio_underrun_frames"] = stats_.audio_underrun_frames;
  json["bytes_total"] = stats_.bytes_total;
  json["bytes_hedged"] = stats_.bytes_hedged;
  json["bytes_standby"] = stats_.standby[1].bytes + stats_.standby[2].bytes;
  json["standby"] = standby();
  json["final_state"] = understudy::to_string(stats_.state);
  return json;
}

/// What it cost to have members wait at each level; of levels that nobody waited at nothing is known.
nlohmann::ordered_json Report::standby() const {
  constexpr std::array<const char*, 3> kLevels = {"cold", "warm", "hot"};
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    const StandbyUse& use = stats_.standby[i];
    const std::int64_t ms = to_ms(use.time);
    if (ms == 0) continue;
    rows.push_back({{"level", kLevels[i]},
                    {"time_ms", ms},
                    {"bytes", use.bytes},
                    {"bytes_per_hour", static_cast<std::int64_t>(use.bytes) * 3'600'000 / ms}});
  }
  return rows;
}

nlohmann::ordered_json Report::json() const {
  nlohmann::ordered_json json;
  json["version"] = 1;
  json["session"] = {{"url", session_.url},
                     {"seed", session_.seed},
                     {"started", to_iso8601(session_.wall)},
                     {"start_monotonic_ns", session_.start.time_since_epoch().count()},
                     {"duration_ms", ms(end_)}};
  json["summary"] = summary();
  json["on_screen"] = nlohmann::ordered_json::array();
  for (const ScreenSpan& span : on_screen_) {
    nlohmann::ordered_json row = {{"from_ms", ms(span.from)}, {"to_ms", ms(span.to)}, {"kind", to_string(span.kind)}};
    if (span.kind == ScreenSpan::Kind::card) {
      row["card"] = name_of(span.card);
    } else {
      row["source"] = source_name(span.source);
    }
    json["on_screen"].push_back(std::move(row));
  }
  json["events"] = nlohmann::ordered_json::array();
  for (const Event& event : events_) json["events"].push_back(to_json<nlohmann::ordered_json>(event, session_.start));
  return json;
}

Result<void> Report::write(const std::string& path) const {
  // Names and details may hold bytes that are no UTF-8; a report is written all the same.
  const std::string text = json().dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
  const std::string beside = path + ".part";
  std::ofstream file(beside, std::ios::binary | std::ios::trunc);
  file << text << '\n';
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(beside, path, error);
  if (!file || error) return fail(ErrorCode::file_output_failed, fmt::format("cannot write {}", path));
  return {};
}

std::string redacted_url(const std::string& url) {
  std::string result = url.substr(0, url.find_first_of("?#"));
  const std::size_t host = result.find("://");
  if (host == std::string::npos) return result;
  const std::size_t path = result.find('/', host + 3);
  const std::size_t at = result.substr(0, path).rfind('@');
  if (at != std::string::npos && at > host) result.erase(host + 3, at + 1 - (host + 3));
  return result;
}

}  // namespace understudy::desktop
