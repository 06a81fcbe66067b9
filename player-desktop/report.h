// Collects a session's story while it runs and writes it at the end: report.json (report.schema.json) and a few lines
// of text.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "screen_log.h"
#include "understudy/event.h"
#include "understudy/player.h"
#include "understudy/result.h"

namespace understudy::desktop {

/// A switch as the report tells it.
struct SwitchRow {
  std::string from;
  std::string to;
  Reason reason = Reason::none;
  Instant at{};
  SwitchFacts facts;
};

struct SessionFacts {
  std::string url;  // without query and user info
  std::uint64_t seed = 0;
  Instant start{};
  WallTime wall{};
};

class Report {
 public:
  explicit Report(SessionFacts session) : session_(std::move(session)) {}

  /// The newest 100000 are kept; a session that long has told its story in them.
  void add(const Event& event);
  void finish(PlayerStats stats, std::vector<ScreenSpan> on_screen, Instant end);

  Instant start() const { return session_.start; }
  const std::vector<Event>& events() const { return events_; }
  const std::vector<SwitchRow>& switches() const { return switches_; }
  const std::vector<ScreenSpan>& on_screen() const { return on_screen_; }
  const PlayerStats& stats() const { return stats_; }
  std::string source_name(SourceId id) const;
  /// Source's name, "ch-a (picture held)" or "card: pre_live".
  std::string span_label(const ScreenSpan& span) const;

  nlohmann::ordered_json json() const;
  /// Written beside and renamed, so that a reader never sees half of it. Error: file_output_failed.
  Result<void> write(const std::string& path) const;

 private:
  nlohmann::ordered_json summary() const;
  nlohmann::ordered_json standby() const;
  double ms(Instant at) const;

  SessionFacts session_;
  std::vector<Event> events_;
  std::vector<SwitchRow> switches_;
  std::map<SourceId, std::string> names_;
  PlayerStats stats_;
  std::vector<ScreenSpan> on_screen_;
  Instant end_{};
};

/// Without query, fragment and user info: those may hold secrets.
std::string redacted_url(const std::string& url);

}  // namespace understudy::desktop
