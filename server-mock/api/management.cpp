// The handlers of the management API. Each: the model's pure operation, commit, then the encoder. Success codes are
// those of the documented V1 API.
#include "api/answers.h"
#include "api/companion.h"
#include "api/fresh.h"
#include "model/operations.h"
#include "model/views.h"

namespace understudy::companion {
namespace {

const Json& origin_part(const Channel& channel) {
  static const Json kEmpty = Json::object();
  const auto found = channel.settings.find("origin");
  return found == channel.settings.end() ? kEmpty : *found;
}

Response origin_problem(const Error& error) {
  if (error.code == ErrorCode::invalid_config) return problem({Refusal::invalid_origin, error.detail});
  return problem(503, "origin-failed", "The origin could not do this", error.detail);
}

}  // namespace

Response Companion::list_channels(const Call&) {
  Json list = Json::array();
  for (const auto& entry : directory_.channels()) {
    if (entry.second.status == ChannelStatus::deleted) continue;
    list.push_back(channel_view(entry.second, deps_.origin.playout_url(entry.first)));
  }
  return json_answer(200, list);
}

Response Companion::create_channel(const Call& call) {
  const Outcome<Channel> channel = companion::create_channel(directory_, call.body, fresh_ids(), deps_.now());
  if (channel) {
    if (auto refused = check_origin(*channel)) return problem(*refused);
  }
  if (auto failed = commit(channel)) return *failed;
  return json_answer(200, channel_view(*channel, deps_.origin.playout_url(channel->id)));
}

Response Companion::show_channel(const Call& call) {
  const Outcome<Named> named = find_channel(directory_, call.id);
  if (!named) return problem(named.refused());
  return json_answer(200, channel_view(*named->channel, deps_.origin.playout_url(call.id)));
}

Response Companion::patch_channel(const Call& call) {
  const Named before = directory_.find_live(call.id);
  const Json origin_before = before ? origin_part(*before.channel) : Json::object();
  const Outcome<Channel> channel = companion::patch_channel(directory_, call.id, call.body, deps_.now());
  if (!channel) return problem(channel.refused());
  const bool origin_changed = origin_part(*channel) != origin_before;
  if (origin_changed) {
    if (auto refused = check_origin(*channel)) return problem(*refused);
  }
  if (auto failed = commit(channel)) return *failed;
  if (origin_changed && channel->wanted) {
    if (const Result<void> restarted = start_encoder(*channel); !restarted) return origin_problem(restarted.error());
  }
  return empty_answer();
}

Response Companion::delete_channel(const Call& call) {
  if (auto failed = commit(companion::remove_channel(directory_, call.id, deps_.now()))) return *failed;
  deps_.origin.remove_channel(call.id);
  return empty_answer();
}

Response Companion::start_channel(const Call& call) {
  const Named named = directory_.find_live(call.id);
  const bool running = named && named.channel->wanted;
  const bool broken = named && named.channel->status == ChannelStatus::error;
  const Outcome<Channel> channel = companion::start_channel(directory_, call.id, call.body, deps_.now());
  if (auto failed = commit(channel)) return *failed;
  if (running && !broken) return empty_answer();
  if (broken) deps_.origin.stop_channel(call.id);  // an encoder that gave up does not start again by itself
  waiting_since_.erase(call.id);
  if (const Result<void> started = start_encoder(*channel); !started) return origin_problem(started.error());
  return empty_answer();
}

Response Companion::stop_channel(const Call& call) {
  if (auto failed = commit(companion::stop_channel(directory_, call.id, deps_.now()))) return *failed;
  deps_.origin.stop_channel(call.id);
  return empty_answer();
}

Response Companion::show_status(const Call& call) {
  const Outcome<Named> named = find_channel(directory_, call.id);
  return named ? json_answer(200, status_view(*named->channel)) : problem(named.refused());
}

Response Companion::list_aliases(const Call& call) {
  const Outcome<Named> named = find_channel(directory_, call.id);
  if (!named) return problem(named.refused());
  Json list = Json::array();
  for (const Alias& alias : named->channel->aliases) {
    if (!alias.deleted) list.push_back(alias_view(*named->channel, alias));
  }
  return json_answer(200, list);
}

Response Companion::create_alias(const Call& call) {
  const Outcome<Channel> channel = companion::create_alias(directory_, call.id, call.body, fresh_ids(), deps_.now());
  if (auto failed = commit(channel)) return *failed;
  return json_answer(200, alias_view(*channel, channel->aliases.back()));
}

Response Companion::show_alias(const Call& call) {
  const Outcome<Named> named = find_alias(directory_, call.id, call.alias);
  return named ? json_answer(200, alias_view(*named->channel, *named->alias)) : problem(named.refused());
}

Response Companion::patch_alias(const Call& call) {
  const auto channel = companion::patch_alias(directory_, call.id, call.alias, call.body, deps_.now());
  if (auto failed = commit(channel)) return *failed;
  return empty_answer();
}

Response Companion::delete_alias(const Call& call) {
  const Outcome<Named> named = find_alias(directory_, call.id, call.alias);
  if (!named) return problem(named.refused());
  const Json deleted = alias_view(*named->channel, *named->alias);
  if (auto failed = commit(companion::remove_alias(directory_, call.id, call.alias, deps_.now()))) return *failed;
  return json_answer(200, deleted);
}

Response Companion::enable_alias(const Call& call) { return set_alias_active(call, true); }

Response Companion::disable_alias(const Call& call) { return set_alias_active(call, false); }

Response Companion::set_alias_active(const Call& call, bool active) {
  const auto channel = companion::set_alias_active(directory_, call.id, call.alias, active, deps_.now());
  if (auto failed = commit(channel)) return *failed;
  return empty_answer();
}

Response Companion::list_faults(const Call& call) {
  const Outcome<Named> named = find_channel(directory_, call.id);
  return named ? json_answer(200, deps_.origin.faults(call.id)) : problem(named.refused());
}

Response Companion::add_faults(const Call& call) {
  const Outcome<Named> named = find_channel(directory_, call.id);
  if (!named) return problem(named.refused());
  const Result<std::string> faults = deps_.origin.set_faults(call.id, call.request.body);
  return faults ? json_answer(200, *faults) : origin_problem(faults.error());
}

Response Companion::clear_faults(const Call& call) {
  const Outcome<Named> named = find_channel(directory_, call.id);
  if (!named) return problem(named.refused());
  deps_.origin.clear_faults(call.id);
  return empty_answer();
}

}  // namespace understudy::companion
