// The status document: what one viewer needs to know of one channel or alias, as the companion service publishes it at
// `GET /playout/{id}`. Both sides include this file, so they can't disagree. Format (JSON, camelCase, unknown members ignored):
//
//   {"version": 1, "id": "ch-1a", "kind": "channel" | "alias", "active": true, "revision": 42,
//    "generatedAt": "2026-01-02T03:04:05.678Z", "ttlMs": 2000,
//    "channel": {"id": "ch-1", "status": {"code": "playing", "message": ""}, "stopReason": "operator" | "timeout"},
//    "playout": {"hls": "https://…/index.m3u8"},
//    "prelive": {"announcement": "…", "posterImg": "https://…/poster.png"},
//    "failover": {"mode": "prioritized" | "flat", "policy": {"pollMs": 2000, …},
//                 "members": [{"src": "ch-2", "channel": "ch-2", "enabled": true, "active": true, "priority": 1,
//                              "status": {"code": "playing", "message": ""}, "playout": {"hls": "…"}}]}}
//
// `channel` is the root channel: an alias has no status of its own (FAILOVER.md 1). `members` excludes the primary.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/config.h"
#include "understudy/result.h"

namespace understudy::status {

enum class ChannelStatus {
  creating, deploying, starting, waiting, ingesting, playing, scheduled, stopping, stopped, error, deleting, deleted,
  unknown,  // a string that we do not know: "not available now"
};

ChannelStatus parse_channel_status(std::string_view code);
std::string_view to_string(ChannelStatus status);
/// Only `playing` is playable.
bool is_playable(ChannelStatus status);
/// stopped, deleting, deleted: what stops a player.
bool is_terminal(ChannelStatus status);

enum class StopReason { none, operator_, timeout };

struct PlayoutUrls {
  std::string hls;  // absolute; empty: not published
  friend bool operator==(const PlayoutUrls&, const PlayoutUrls&) = default;
};

struct MemberState {
  std::string src;      // channel or alias id
  std::string channel;  // its root channel
  bool enabled = false;
  bool active = true;   // false: a deactivated alias
  int priority = 1;     // lower = preferred
  ChannelStatus status = ChannelStatus::unknown;
  PlayoutUrls playout;
  friend bool operator==(const MemberState&, const MemberState&) = default;
};

struct Prelive {
  std::string announcement;  // plain text
  std::string poster_url;
  friend bool operator==(const Prelive&, const Prelive&) = default;
};

struct StatusDocument {
  std::string id;
  bool is_alias = false;
  bool active = true;
  std::int64_t revision = 0;
  std::int64_t ttl_ms = 0;  // 0: not stated; else 1–30000 (capped)
  std::string generated_at;
  std::string channel_id;
  ChannelStatus status = ChannelStatus::unknown;
  std::string status_message;
  StopReason stop_reason = StopReason::none;
  PlayoutUrls playout;
  Prelive prelive;
  Policy policy;
  std::vector<MemberState> members;  // by priority, then in document order

  friend bool operator==(const StatusDocument&, const StatusDocument&) = default;
};

inline constexpr std::size_t kMaxDocumentBytes = 256u << 10;
inline constexpr std::size_t kMaxMembers = 16;
inline constexpr std::size_t kMaxAnnouncementBytes = 4096;

/// Error: bad_status_document or limit_exceeded, naming the member. Policy values out of range are clamped, not refused: a bad
/// policy field must not take a playable stream off the air. URLs must be http or https.
Result<StatusDocument> parse_document(std::string_view json);

/// The inverse; what the companion service sends.
std::string to_json(const StatusDocument& document);

}  // namespace understudy::status
