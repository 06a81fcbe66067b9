// Events as JSON, one form for reports, logs and pages (player-desktop/report.schema.json describes it).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "understudy/event.h"

namespace understudy {

/// The source's name as the event knows it, else "source 3".
std::string name_of(const Event& event, SourceId id);

/// "2026-01-02T03:04:05.678Z"
std::string to_iso8601(WallTime time);

/// `at_ms` counts from `start`. Json: nlohmann::ordered_json, for people; nlohmann::json, for programs: WebAssembly should not
/// carry a second copy of the library.
template <class Json>
Json to_json(const Event& event, Instant start);

extern template nlohmann::ordered_json to_json(const Event& event, Instant start);
extern template nlohmann::json to_json(const Event& event, Instant start);

}  // namespace understudy
