#include "messages.h"

#include <nlohmann/json.hpp>

#include "player/event_json.h"

namespace understudy::wasm {
namespace {

using Json = nlohmann::json;

/// Texts come from the network; what is not UTF-8 in them is replaced.
std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

const char* name_of(Card::Kind kind) {
  switch (kind) {
    case Card::Kind::none: return "none";
    case Card::Kind::joining: return "joining";
    case Card::Kind::pre_live: return "pre_live";
    case Card::Kind::stopped: return "stopped";
    case Card::Kind::offline: return "offline";
    case Card::Kind::error: return "error";
  }
  return "none";
}

Json sources_json(const std::vector<SourceInfo>& sources) {
  Json rows = Json::array();
  for (const SourceInfo& source : sources) {
    Json row = {{"id", source.id.value}, {"name", source.name}, {"state", to_string(source.state)}};
    if (source.lag_ms) row["lagMs"] = *source.lag_ms;
    if (source.skew_ms) row["skewMs"] = *source.skew_ms;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::string event_message(const Event& event, Instant start) {
  return text_of({{"type", "event"}, {"event", to_json<Json>(event, start)}});
}

std::string state_message(PlayerState state, const Card& card) {
  return text_of(
      {{"type", "state"},
       {"state", to_string(state)},
       {"card", {{"kind", name_of(card.kind)}, {"announcement", card.announcement}, {"detail", card.detail}}}});
}

std::string stats_message(const PlayerStats& s, bool audible) {
  Json json = {{"state", to_string(s.state)},
               {"playheadMs", to_ms(s.playhead.time_since_epoch())},
               {"bufferMs", s.buffer_ms},
               {"liveOffsetMs", s.live_offset_ms},
               {"firstFrameMs", s.first_frame_ms},
               {"framesPresented", s.frames_presented},
               {"framesLost", s.frames_lost},
               {"framesRepeated", s.frames_repeated},
               {"framesDroppedLate", s.frames_dropped_late},
               {"longestGapMs", s.longest_gap_ms},
               {"stalls", s.stalls},
               {"audioUnderrunFrames", s.audio_underrun_frames},
               {"bytesTotal", s.bytes_total},
               {"bytesHedged", s.bytes_hedged},
               {"bytesStandby", s.standby[1].bytes + s.standby[2].bytes},  // warm and hot
               {"ratePpm", s.rate_ppm},
               {"width", s.width},
               {"height", s.height},
               {"videoCodec", s.video_codec},
               {"audioCodec", s.audio_codec},
               {"audio", audible ? "running" : "wallclock"}};
  if (s.on_air) json["onAir"] = s.on_air->value;
  json["sources"] = sources_json(s.sources);
  return text_of({{"type", "stats"}, {"stats", std::move(json)}});
}

std::string fatal_message(const Error& error) {
  return text_of(
      {{"type", "fatal"},
       {"error", {{"code", static_cast<int>(error.code)}, {"name", to_string(error.code)}, {"detail", error.detail}}}});
}

}  // namespace understudy::wasm
