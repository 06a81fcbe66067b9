#include <array>
#include <utility>

#include "core/status/document.h"

namespace understudy::status {
namespace {

constexpr std::array<std::pair<ChannelStatus, std::string_view>, 13> kNames{{
    {ChannelStatus::creating, "creating"},
    {ChannelStatus::deploying, "deploying"},
    {ChannelStatus::starting, "starting"},
    {ChannelStatus::waiting, "waiting"},
    {ChannelStatus::ingesting, "ingesting"},
    {ChannelStatus::playing, "playing"},
    {ChannelStatus::scheduled, "scheduled"},
    {ChannelStatus::stopping, "stopping"},
    {ChannelStatus::stopped, "stopped"},
    {ChannelStatus::error, "error"},
    {ChannelStatus::deleting, "deleting"},
    {ChannelStatus::deleted, "deleted"},
    {ChannelStatus::unknown, "unknown"},
}};

}  // namespace

ChannelStatus parse_channel_status(std::string_view code) {
  for (const auto& entry : kNames) {
    if (entry.second == code) return entry.first;
  }
  return ChannelStatus::unknown;
}

std::string_view to_string(ChannelStatus status) {
  for (const auto& entry : kNames) {
    if (entry.first == status) return entry.second;
  }
  return "unknown";
}

bool is_playable(ChannelStatus status) { return status == ChannelStatus::playing; }

bool is_terminal(ChannelStatus status) {
  return status == ChannelStatus::stopped || status == ChannelStatus::deleting || status == ChannelStatus::deleted;
}

}  // namespace understudy::status
