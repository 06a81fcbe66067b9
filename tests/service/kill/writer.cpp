#include "writer.h"

#include <fmt/format.h>

#include <algorithm>

namespace understudy::test {
namespace {

constexpr std::size_t kLiveChannels = 6;  // per writer
constexpr std::size_t kAliases = 12;      // per channel, deleted ones counted: below the service's bound of 64
constexpr int kLookBack = 5;              // deleted channels that are looked at again after each restart

/// Aliases that were deleted are not shown any more.
ChannelModel as_shown(ChannelModel model) {
  if (!model.exists || model.deleted) return {.exists = model.exists, .deleted = model.deleted};
  std::erase_if(model.aliases, [](const auto& entry) { return entry.second.deleted; });
  return model;
}

}  // namespace

void Tally::violate(const std::string& what) {
  const std::lock_guard lock(mutex_);
  if (violations_.size() < 20) violations_.push_back(what);
}

std::vector<std::string> Tally::violations() {
  const std::lock_guard lock(mutex_);
  return violations_;
}

Writer::Writer(int number, std::uint64_t seed, Tally& tally, std::function<void()> on_sent)
    : prefix_(fmt::format("w{}", number)), random_(seed), tally_(tally), on_sent_(std::move(on_sent)) {}

bool Writer::run(std::uint16_t port, const std::function<bool()>& enough) {
  Client client(port);
  if (!verify(client)) return false;
  while (!enough()) {
    const Write write = draw();
    if (!client.send(write.method(), write.path(), write.body())) return true;
    tally_.sent.fetch_add(1);
    unknown_ = write;
    on_sent_();
    const Answer answer = client.receive();
    if (answer.status == 0) return true;
    unknown_.reset();
    if (!answer.ok()) {
      tally_.violate(fmt::format("{} {} was refused: {} {}", write.method(), write.path(), answer.status, answer.body));
      return true;
    }
    tally_.acknowledged.fetch_add(1);
    channels_[write.channel] = write.applied_to(channels_[write.channel]);
    if (write.kind == Write::Kind::create) live_.push_back(write.channel);
    if (write.kind == Write::Kind::remove) std::erase(live_, write.channel);
    if (below(4) == 0 && !check_revision(client, write.channel)) return true;
  }
  return true;
}

bool Writer::verify(Client& client) {
  std::vector<std::string> ids = live_;
  int back = 0;
  for (auto it = channels_.rbegin(); it != channels_.rend() && back < kLookBack; ++it) {
    if (it->second.deleted) ids.push_back(it->first), ++back;
  }
  // First the one that is in doubt: whoever dies before the end of this loop has settled it or not touched it.
  if (unknown_ && std::find(ids.begin(), ids.end(), unknown_->channel) == ids.end()) ids.push_back(unknown_->channel);
  for (const std::string& id : ids) {
    const Observation seen = observe(client, id);
    if (!seen.answered) return false;
    judge(id, seen);
    if (seen.state.exists && !check_revision(client, id)) return false;
  }
  return true;
}

void Writer::judge(const std::string& id, const Observation& seen) {
  tally_.observed.fetch_add(1);
  const ChannelModel before = channels_[id];
  if (!seen.torn.empty()) tally_.violate(fmt::format("{}: half of a write is visible: {}", id, seen.torn));
  const bool doubtful = unknown_ && unknown_->channel == id;
  if (doubtful) {
    const ChannelModel after = unknown_->applied_to(before);
    if (as_shown(after) == seen.state) {
      tally_.unknown_applied.fetch_add(1);
      channels_[id] = after;
      if (unknown_->kind == Write::Kind::create) live_.push_back(id);
      if (unknown_->kind == Write::Kind::remove) std::erase(live_, id);
      unknown_.reset();
      return;
    }
  }
  if (as_shown(before) != seen.state) {
    tally_.violate(fmt::format("{}: acknowledged was: {}; found: {}{}", id, to_text(as_shown(before)),
                               to_text(seen.state), doubtful ? "; one write was in doubt" : ""));
  }
  if (!doubtful) return;
  tally_.unknown_lost.fetch_add(1);
  unknown_.reset();
  if (!before.exists) channels_.erase(id);
}

/// False where the service is gone.
bool Writer::check_revision(Client& client, const std::string& id) {
  const Answer answer = client.call("GET", "/playout/" + id);
  if (answer.status == 0) return false;
  Json document = answer.json();
  const std::int64_t revision = document.value("revision", std::int64_t{-1});
  document.erase("playout");  // its address is another one in each life of the service: its ports are picked anew
  Seen& last = revisions_[id];
  if (revision < last.revision) tally_.violate(fmt::format("{}: revision {} after {}", id, revision, last.revision));
  if (revision == last.revision && document != last.document)
    tally_.violate(fmt::format("{}: two documents with revision {}: {} and {}", id, revision, last.document.dump(),
                               document.dump()));
  last = {revision, std::move(document)};
  return true;
}

Write Writer::draw() {
  if (live_.empty() || (live_.size() < kLiveChannels && below(4) == 0)) {
    return {Write::Kind::create, fmt::format("{}-{}", prefix_, ++made_), "", ++value_};
  }
  const std::string& id = live_[static_cast<std::size_t>(below(static_cast<int>(live_.size())))];
  return draw_for(id, channels_[id]);
}

Write Writer::draw_for(const std::string& id, const ChannelModel& channel) {
  using Kind = Write::Kind;
  ++value_;
  const int dice = below(100);
  if (channel.started && dice < 20) return {Kind::stop, id, "", value_};
  if (dice < 1) return {Kind::start, id, "", value_};
  if (dice < 4) return {Kind::remove, id, "", value_};
  if (dice < 14 && channel.aliases.size() < kAliases)
    return {Kind::add_alias, id, fmt::format("{}-a{}", id, channel.aliases.size() + 1), value_};
  std::vector<std::string> aliases;
  for (const auto& [name, alias] : channel.aliases)
    if (!alias.deleted) aliases.push_back(name);
  if (dice < 60 || aliases.empty()) return {Kind::patch, id, "", value_};
  const std::string& alias = aliases[static_cast<std::size_t>(below(static_cast<int>(aliases.size())))];
  if (dice < 80) return {Kind::patch_alias, id, alias, value_};
  if (dice < 95) return {channel.aliases.at(alias).active ? Kind::disable : Kind::enable, id, alias, value_};
  return {Kind::remove_alias, id, alias, value_};
}

}  // namespace understudy::test
