// What is shown of the model: the management API's objects, and the document that players poll.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/status/document.h"
#include "model/directory.h"

namespace understudy::companion {

Json status_view(const Channel& channel);
/// The documented V1 channel object, with what was set by PATCH (its examples leave that out, clients want it).
Json channel_view(const Channel& channel, const std::string& playout_url);
Json alias_view(const Channel& channel, const Alias& alias);

/// How long an answer is fresh, in `ttlMs` and in Cache-Control.
inline constexpr std::int64_t kPlayoutTtlMs = 1000;

using PlayoutUrlOf = std::function<std::string(const std::string& channel_id)>;

/// What `GET /playout/{id}` says; nothing for an id that never was.
std::optional<status::StatusDocument> playout_document(const Directory& directory, const std::string& id,
                                                       const PlayoutUrlOf& playout_url_of);

}  // namespace understudy::companion
