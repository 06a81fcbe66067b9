#include "channel_model.h"

#include <fmt/format.h>

namespace understudy::test {
namespace {

/// The number in the settings of a channel or an alias; −1 where its two places differ.
std::int64_t value_of(const Json& view) {
  const std::string announcement = view.value(Json::json_pointer("/customization/announcement"), "");
  const std::int64_t number = view.value(Json::json_pointer("/metadata/value"), std::int64_t{-2});
  return announcement == "value " + std::to_string(number) ? number : -1;
}

}  // namespace

Json settings_with(std::int64_t value) {
  return {{"metadata", {{"value", value}}}, {"customization", {{"announcement", "value " + std::to_string(value)}}}};
}

std::string Write::method() const {
  switch (kind) {
    case Kind::patch:
    case Kind::patch_alias: return "PATCH";
    case Kind::remove:
    case Kind::remove_alias: return "DELETE";
    default: return "POST";
  }
}

std::string Write::path() const {
  const std::string one = "/channels/" + channel;
  switch (kind) {
    case Kind::create: return "/channels";
    case Kind::patch:
    case Kind::remove: return one;
    case Kind::start: return one + "/start";
    case Kind::stop: return one + "/stop";
    case Kind::add_alias: return one + "/aliases";
    case Kind::enable: return one + "/aliases/" + alias + "/enable";
    case Kind::disable: return one + "/aliases/" + alias + "/disable";
    case Kind::patch_alias:
    case Kind::remove_alias: return one + "/aliases/" + alias;
  }
  return one;
}

Json Write::body() const {
  if (kind == Kind::patch || kind == Kind::patch_alias) return settings_with(value);
  if (kind != Kind::create && kind != Kind::add_alias) return nullptr;
  Json body = settings_with(value);
  body["id"] = kind == Kind::create ? channel : alias;
  if (kind == Kind::create) {
    body["ingestLocation"] = "europe-west";
    // For those that are started: as cheap as a channel can be.
    body["origin"] = {{"width", 64}, {"height", 48}, {"fps", 10}, {"segment_s", 2}, {"window", 3}};
  }
  return body;
}

ChannelModel Write::applied_to(ChannelModel m) const {
  switch (kind) {
    case Kind::create: m.exists = true; break;
    case Kind::remove:
      m.deleted = true;
      m.started = false;
      return m;
    case Kind::start: m.started = true; return m;
    case Kind::stop: m.started = false; return m;
    case Kind::enable: m.aliases[alias].active = true; return m;
    case Kind::disable: m.aliases[alias].active = false; return m;
    case Kind::remove_alias: m.aliases[alias].deleted = true; return m;
    case Kind::add_alias:
    case Kind::patch_alias: m.aliases[alias].value = value; return m;
    case Kind::patch: break;
  }
  m.value = value;
  return m;
}

Observation observe(Client& client, const std::string& id) {
  Observation seen;
  const Answer channel = client.call("GET", "/channels/" + id);
  const Answer document = client.call("GET", "/playout/" + id);
  if (channel.status == 0 || document.status == 0) return seen;
  seen.state.exists = document.status == 200;
  seen.state.deleted = seen.state.exists && channel.status == 404;
  const std::string code = channel.status == 200 ? channel.json().value(Json::json_pointer("/status/code"), "") : "";
  if (code == "deleting" || code == "deleted") seen.state.deleted = true;
  if (channel.status == 200 && !seen.state.deleted) {
    seen.state.value = value_of(channel.json());
    if (seen.state.value < 0) seen.torn = channel.body;
    seen.state.started = code != "stopped" && code != "stopping" && code != "creating";
    const Answer aliases = client.call("GET", "/channels/" + id + "/aliases");
    if (aliases.status == 0) return seen;
    for (const Json& view : aliases.json()) {
      const AliasModel alias{false, view.value("active", false), value_of(view)};
      if (alias.value < 0) seen.torn = view.dump();
      seen.state.aliases[view.value("channelId", "")] = alias;
    }
  }
  seen.answered = true;
  return seen;
}

std::string to_text(const ChannelModel& m) {
  if (!m.exists) return "absent";
  if (m.deleted) return "deleted";
  std::string text = fmt::format("{} with value {}", m.started ? "started" : "stopped", m.value);
  for (const auto& [id, alias] : m.aliases) {
    if (!alias.deleted)
      text += fmt::format(", {} {} with value {}", id, alias.active ? "active" : "inactive", alias.value);
  }
  return text;
}

}  // namespace understudy::test
