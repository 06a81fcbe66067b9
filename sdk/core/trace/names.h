// Names of enumerators in a trace. Enums that have public names use those. Private to trace/.
#pragma once

#include <string_view>

#include "core/session/io.h"
#include "understudy/config.h"

namespace understudy::trace {

/// One past the last value to look at when reading a name.
template <class E>
inline constexpr int kEnd = 0;
template <>
inline constexpr int kEnd<EventType> = static_cast<int>(EventType::error) + 1;
template <>
inline constexpr int kEnd<Reason> = static_cast<int>(Reason::network_down) + 1;
template <>
inline constexpr int kEnd<SourceState> = static_cast<int>(SourceState::disabled) + 1;
template <>
inline constexpr int kEnd<Alignment> = static_cast<int>(Alignment::live_edge) + 1;
template <>
inline constexpr int kEnd<ErrorCode> = 6000;
template <>
inline constexpr int kEnd<loading::Purpose> = static_cast<int>(loading::Purpose::poster) + 1;
template <>
inline constexpr int kEnd<loading::Stream> = static_cast<int>(loading::Stream::audio) + 1;
template <>
inline constexpr int kEnd<session::DeadlineReason> = static_cast<int>(session::DeadlineReason::controller) + 1;
template <>
inline constexpr int kEnd<Recovery> = static_cast<int>(Recovery::primary_preferred) + 1;
template <>
inline constexpr int kEnd<GroupMode> = static_cast<int>(GroupMode::flat) + 1;
template <>
inline constexpr int kEnd<Standby> = static_cast<int>(Standby::hot) + 1;

inline std::string_view name_of(EventType v) { return to_string(v); }
inline std::string_view name_of(Reason v) { return to_string(v); }
inline std::string_view name_of(SourceState v) { return to_string(v); }
inline std::string_view name_of(Alignment v) { return to_string(v); }
inline std::string_view name_of(ErrorCode v) { return to_string(v); }

constexpr std::string_view name_of(loading::Purpose v) {
  switch (v) {
    case loading::Purpose::status: return "status";
    case loading::Purpose::multivariant_playlist: return "multivariant_playlist";
    case loading::Purpose::media_playlist: return "media_playlist";
    case loading::Purpose::init_section: return "init_section";
    case loading::Purpose::segment: return "segment";
    case loading::Purpose::poster: return "poster";
  }
  return "unknown";
}

constexpr std::string_view name_of(loading::Stream v) { return v == loading::Stream::main ? "main" : "audio"; }

constexpr std::string_view name_of(session::DeadlineReason v) {
  switch (v) {
    case session::DeadlineReason::idle: return "idle";
    case session::DeadlineReason::status_poll: return "status_poll";
    case session::DeadlineReason::loading: return "loading";
    case session::DeadlineReason::monitor: return "monitor";
    case session::DeadlineReason::controller: return "controller";
  }
  return "unknown";
}

constexpr std::string_view name_of(Recovery v) {
  return v == Recovery::current_preferred ? "current_preferred" : "primary_preferred";
}
constexpr std::string_view name_of(GroupMode v) { return v == GroupMode::prioritized ? "prioritized" : "flat"; }
constexpr std::string_view name_of(Standby v) {
  switch (v) {
    case Standby::cold: return "cold";
    case Standby::warm: return "warm";
    case Standby::hot: return "hot";
  }
  return "unknown";
}

}  // namespace understudy::trace
