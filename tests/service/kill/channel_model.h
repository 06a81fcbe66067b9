// What a writer knows of one of its channels: what was acknowledged, and at most one request of which it does not know
// whether it happened. Every write sets the same number in two settings, so that one that was applied by half shows.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "../client.h"

namespace understudy::test {

struct AliasModel {
  bool deleted = false;
  bool active = true;
  std::int64_t value = 0;
  friend bool operator==(const AliasModel&, const AliasModel&) = default;
};

struct ChannelModel {
  bool exists = false;
  bool deleted = false;
  bool started = false;
  std::int64_t value = 0;
  std::map<std::string, AliasModel> aliases;
  friend bool operator==(const ChannelModel&, const ChannelModel&) = default;
};

/// One management request and what it does to the model.
struct Write {
  enum class Kind { create, patch, remove, start, stop, add_alias, patch_alias, enable, disable, remove_alias };
  Kind kind = Kind::create;
  std::string channel;
  std::string alias;
  std::int64_t value = 0;

  std::string method() const;
  std::string path() const;
  Json body() const;
  ChannelModel applied_to(ChannelModel before) const;
};

/// The settings that carry `value`, as a client sends them.
Json settings_with(std::int64_t value);

struct Observation {
  bool answered = false;  // false: the service was gone in the middle
  ChannelModel state;
  std::string torn;  // what is half there; empty: nothing
};

/// The channel as the management API shows it.
Observation observe(Client& client, const std::string& id);

std::string to_text(const ChannelModel& model);

}  // namespace understudy::test
