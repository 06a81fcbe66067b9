// Channels and their aliases as values. What a client may set is kept as JSON, `settings`, in the spelling of the
// management API (checked by settings.h before it gets here), so that a GET returns what was PATCHed; what the service
// decides is typed.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/status/document.h"
#include "understudy/time.h"

/// The companion half of understudy-server: model/, store/ and api/. The other half is understudy::server.
namespace understudy::companion {

using Json = nlohmann::json;
using status::ChannelStatus;
using status::StopReason;

struct Alias {
  std::string id;
  bool active = true;
  bool deleted = false;  // kept: a deleted id keeps answering players, as an inactive alias
  std::string created;
  Json settings = Json::object();
  std::int64_t revision = 0;  // of the last change that players see; from one counter for all channels
  std::string updated;        // when that was
};

struct Channel {
  std::string id;
  std::string created;  // ISO 8601, UTC
  std::string stream_key;
  Json settings = Json::object();
  ChannelStatus status = ChannelStatus::creating;
  std::string message;
  StopReason stop_reason = StopReason::none;
  bool wanted = false;  // started and not stopped since; survives a restart
  std::int64_t revision = 0;
  std::string updated;
  std::vector<Alias> aliases;
};

/// The time of a request or a tick: a monotonic one for timeouts, text for what is shown.
struct Now {
  Instant monotonic;
  std::string text;
};

}  // namespace understudy::companion
