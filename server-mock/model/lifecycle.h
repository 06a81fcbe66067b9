// The life of a channel, as pure transitions:
//
//   creating ─▶ stopped ─start─▶ deploying ─▶ starting ─▶ waiting ─▶ ingesting ─▶ playing        (error: encoder gave
//   up)
//                  ▲                 └────────────── as the encoder says ──────────┘
//                  └── stopping ◀─stop─┘ or, after `ingestTimeout` seconds of waiting, by itself (stopReason timeout)
//   any ─delete─▶ deleting ─▶ deleted
//
// A status that the encoder passes within one tick may be skipped. An encoder that loses its source goes back to
// `waiting`.
#pragma once

#include <optional>

#include "model/channel.h"
#include "origin_port.h"

namespace understudy::companion {

using server::EncoderState;

inline constexpr std::int64_t kDefaultIngestTimeout = 3600;  // seconds; 0: never

/// The three requests. Each gives the channel as it is afterwards; unchanged where it is already so.
Channel started(const Channel& channel, const Now& now, std::int64_t revision);
Channel stopped(const Channel& channel, StopReason reason, const Now& now, std::int64_t revision);
Channel removed(const Channel& channel, const Now& now, std::int64_t revision);

/// After a restart of the service: what was started is started again, from `deploying`.
Channel resumed(const Channel& channel, const Now& now, std::int64_t revision);

/// One tick: what the encoder's state means. Nothing: no change. `waiting_since` is the caller's to keep per channel:
/// since when the encoder has had no ingest. It is not stored, so a restart of the service starts the ingest timeout
/// anew.
std::optional<Channel> advance(const Channel& channel, const EncoderState& encoder,
                               std::optional<Instant>& waiting_since, const Now& now, std::int64_t revision);

}  // namespace understudy::companion
