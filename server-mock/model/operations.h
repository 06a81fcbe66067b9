// The management operations as pure functions: the directory and a request in, the changed channel or a refusal out.
// The caller stores the channel and only then publishes it, so what was acknowledged is durable and what failed never
// happened.
#pragma once

#include <string>

#include "model/directory.h"
#include "model/outcome.h"

namespace understudy::companion {

/// What the pure model cannot make itself.
struct Fresh {
  std::string id;  // for a channel or alias that has no wish; unique
  std::string stream_key;
};

/// 1–64 of A–Z a–z 0–9 . _ -, not starting with a dot or a dash: readable in a URL without escapes.
bool is_valid_id(const std::string& id);

/// `body` as for PATCH, and: `ingestLocation` (required, as documented), `id` (a wish; never one that was used before).
Outcome<Channel> create_channel(const Directory& directory, const Json& body, const Fresh& fresh, const Now& now);
Outcome<Channel> patch_channel(const Directory& directory, const std::string& id, const Json& patch, const Now& now);
/// `body` may carry `ingestTimeout` in seconds and the deprecated `rtmpPullUrl`, which is ignored.
Outcome<Channel> start_channel(const Directory& directory, const std::string& id, const Json& body, const Now& now);
Outcome<Channel> stop_channel(const Directory& directory, const std::string& id, const Now& now);
Outcome<Channel> remove_channel(const Directory& directory, const std::string& id, const Now& now);

/// The channel with one alias more, at the end of its list.
Outcome<Channel> create_alias(const Directory& directory, const std::string& channel, const Json& body,
                              const Fresh& fresh, const Now& now);
Outcome<Channel> patch_alias(const Directory& directory, const std::string& channel, const std::string& alias,
                             const Json& patch, const Now& now);
Outcome<Channel> set_alias_active(const Directory& directory, const std::string& channel, const std::string& alias,
                                  bool active, const Now& now);
Outcome<Channel> remove_alias(const Directory& directory, const std::string& channel, const std::string& alias,
                              const Now& now);

/// The alias of a channel, deleted ones left out; a refusal where either is not there.
Outcome<Named> find_channel(const Directory& directory, const std::string& id);
Outcome<Named> find_alias(const Directory& directory, const std::string& channel, const std::string& alias);

}  // namespace understudy::companion
