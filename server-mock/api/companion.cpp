#include "api/companion.h"

#include <fmt/format.h>

#include <utility>

#include "api/answers.h"
#include "api/conditional.h"
#include "api/fresh.h"
#include "model/lifecycle.h"
#include "model/operations.h"
#include "model/views.h"

namespace understudy::companion {

Companion::Companion(CompanionDeps deps, Credentials credentials)
    : deps_(std::move(deps)), credentials_(std::move(credentials)) {
  for (Channel& channel : deps_.store.load()) directory_.put(std::move(channel));
  std::vector<Channel> running;
  for (const auto& [id, channel] : directory_.channels()) {
    if (channel.wanted) running.push_back(channel);
  }
  for (Channel& channel : running) {
    channel = resumed(channel, deps_.now(), directory_.next_revision());
    directory_.put(channel);
  }
  deps_.store.save(running);
  for (const Channel& channel : running) {
    if (const Result<void> started = start_encoder(channel); !started) {
      deps_.log(fmt::format("channel {}: did not start again: {}", channel.id, started.error().detail));
    }
  }
}

void Companion::tick() {
  const Now now = deps_.now();
  std::vector<Channel> changed;
  for (const auto& entry : directory_.channels()) {
    const Channel& channel = entry.second;
    if (channel.status == ChannelStatus::deleted) continue;
    const std::int64_t revision = directory_.next_revision() + static_cast<std::int64_t>(changed.size());
    auto next = advance(channel, deps_.origin.channel_state(channel.id), waiting_since_[channel.id], now, revision);
    if (!next) continue;
    if (channel.wanted && !next->wanted) deps_.origin.stop_channel(channel.id);
    changed.push_back(std::move(*next));
  }
  if (changed.empty()) return;
  try {
    deps_.store.save(changed);
  } catch (const StoreError& e) {
    // Nobody was promised these: players learn what the encoders do even where the disk is full.
    deps_.log(fmt::format("status changes were not stored: {}", e.what()));
  }
  for (Channel& channel : changed) {
    if (channel.status == ChannelStatus::deleted) waiting_since_.erase(channel.id);
    directory_.put(std::move(channel));
  }
}

Outcome<bool> Companion::make_demo_channels() {
  const auto make = [&](const char* id, Json body) -> std::optional<Refused> {
    if (directory_.find(id)) return std::nullopt;
    body["id"] = id;
    body["ingestLocation"] = "europe-west";
    const Outcome<Channel> channel = companion::create_channel(directory_, body, fresh_ids(), deps_.now());
    if (!channel) return channel.refused();
    const Channel running = started(*channel, deps_.now(), directory_.next_revision());
    if (commit(running)) return Refused{Refusal::wrong_state, fmt::format("{}: could not be stored", id)};
    if (const Result<void> encoder = start_encoder(running); !encoder) {
      return Refused{Refusal::invalid_origin, encoder.error().detail};
    }
    return std::nullopt;
  };
  // Two encoders of one content clock that agree on nothing else: the splice has to find the frame by itself.
  const Json second_encoder = {{"label", "Channel B"}, {"channel_index", 1},     {"pts_base", 900'000},
                               {"gop_s", 1},           {"media_sequence", 5000}, {"segment_phase_s", 0.7}};
  if (auto refused = make("ch-b", {{"metadata", {{"name", "Channel B"}}}, {"origin", second_encoder}})) return *refused;
  if (auto refused = make("ch-a", {{"metadata", {{"name", "Channel A"}}},
                                   {"origin", {{"label", "Channel A"}, {"channel_index", 0}}},
                                   {"customization", {{"announcement", "Channel A has not started yet."}}},
                                   {"fallback", {{"src", "ch-b"}, {"enabled", true}}}})) {
    return *refused;
  }
  return true;
}

std::optional<Response> Companion::commit(const Channel& channel) {
  try {
    deps_.store.save(channel);
  } catch (const StoreError& e) {
    deps_.log(fmt::format("channel {}: not stored: {}", channel.id, e.what()));
    return problem(503, "store-failed", "The change could not be stored", "nothing was changed; try again later");
  }
  directory_.put(channel);
  return std::nullopt;
}

std::optional<Response> Companion::commit(const Outcome<Channel>& channel) {
  return channel ? commit(*channel) : problem(channel.refused());
}

std::optional<Refused> Companion::check_origin(const Channel& channel) {
  const Result<void> checked = deps_.origin.check_settings(channel.settings.value("origin", Json::object()).dump());
  if (checked) return std::nullopt;
  return Refused{Refusal::invalid_origin, "origin: " + checked.error().detail};
}

Result<void> Companion::start_encoder(const Channel& channel) {
  Result<void> started =
      deps_.origin.start_channel(channel.id, channel.settings.value("origin", Json::object()).dump());
  rendered_.clear();  // the playout URL may be known only now
  if (started) return started;
  Channel failed = channel;
  failed.status = ChannelStatus::error;
  failed.message = started.error().detail;
  failed.wanted = false;
  failed.revision = directory_.next_revision();
  failed.updated = deps_.now().text;
  commit(failed);
  return started;
}

const Companion::Rendered* Companion::rendered(const std::string& id) {
  if (!directory_.find(id)) return nullptr;
  Rendered& entry = rendered_[id];
  if (entry.body && entry.version == directory_.version()) return &entry;
  const auto document =
      playout_document(directory_, id, [&](const std::string& channel) { return deps_.origin.playout_url(channel); });
  std::string body = status::to_json(*document);
  entry = {directory_.version(), strong_etag(document->revision, body),
           std::make_shared<const std::string>(std::move(body))};
  return &entry;
}

}  // namespace understudy::companion
