#include "origin/origin.h"

#include <algorithm>

#include "origin/av.h"

namespace understudy::server {
namespace {

constexpr std::size_t kMaxChannels = 1000;
constexpr int kPortAttempts = 50;

}  // namespace

std::unique_ptr<OriginPort> make_origin(boost::asio::io_context& io, OriginOptions options) {
  return std::make_unique<Origin>(io, std::move(options));
}

Origin::Origin(boost::asio::io_context& io, OriginOptions options) : io_(io), options_(std::move(options)), timer_(io) {
  av_log_set_level(AV_LOG_ERROR);
  wall_now();  // fixes the clock's anchor before any thread asks
}

Origin::~Origin() { stop_all(); }

void Origin::stop_all() {
  timer_.cancel();
  script_.clear();
  channels_.clear();
  slots_.clear();
}

Result<Origin::Entry*> Origin::entry(const std::string& id) {
  const auto found = channels_.find(id);
  if (found != channels_.end()) return &found->second;
  if (id.empty() || id.find('/') != std::string::npos) return fail(ErrorCode::invalid_config, "not a channel id");
  if (channels_.size() >= kMaxChannels) return fail(ErrorCode::limit_exceeded, "more than 1000 channels");
  Entry e;
  e.channel = std::make_unique<OriginChannel>(io_, id, static_cast<std::uint8_t>(created_));
  try {
    bind(e);
  } catch (const boost::system::system_error& error) {
    return fail(ErrorCode::internal, std::string("no port for the channel: ") + error.what());
  }
  ++created_;
  return &channels_.emplace(id, std::move(e)).first->second;
}

/// Takes the first port of the range that is free, so that a stranger on one of them does no harm.
void Origin::bind(Entry& e) {
  for (int attempt = 0;; ++attempt) {
    while (slots_.count(e.slot) != 0) ++e.slot;
    const auto port = static_cast<std::uint16_t>(options_.base_port == 0 ? 0 : options_.base_port + e.slot);
    try {
      e.port = e.channel->listen(options_.address, port);
      slots_.insert(e.slot);
      return;
    } catch (const boost::system::system_error&) {
      if (attempt == kPortAttempts || port == 0) throw;
      ++e.slot;
    }
  }
}

Result<void> Origin::check_settings(const std::string& settings_json) {
  auto parsed = parse_settings(settings_json, options_.source);
  if (!parsed) return Unexpected{parsed.error()};
  return {};
}

Result<void> Origin::start_channel(const std::string& id, const std::string& settings_json) {
  auto settings = parse_settings(settings_json, options_.source);
  if (!settings) return Unexpected{settings.error()};
  auto found = entry(id);
  if (!found) return Unexpected{found.error()};
  Entry& e = **found;
  if (e.channel->running() && e.settings == *settings) return {};
  e.settings = *settings;
  e.started_once = true;
  e.channel->start(e.settings, wall_now());
  wake();
  return {};
}

void Origin::stop_channel(const std::string& id) {
  const auto found = channels_.find(id);
  if (found != channels_.end()) found->second.channel->stop();
}

void Origin::remove_channel(const std::string& id) {
  const auto found = channels_.find(id);
  if (found == channels_.end()) return;
  slots_.erase(found->second.slot);
  channels_.erase(found);
}

EncoderState Origin::channel_state(const std::string& id) {
  const auto found = channels_.find(id);
  return found == channels_.end() ? EncoderState{} : found->second.channel->state(wall_now());
}

std::string Origin::playout_url(const std::string& id) {
  auto found = entry(id);
  if (!found) return {};
  return "http://" + options_.public_host + ":" + std::to_string((*found)->port) + "/" + id + "/index.m3u8";
}

Result<std::string> Origin::set_faults(const std::string& id, const std::string& json) {
  auto found = entry(id);
  if (!found) return Unexpected{found.error()};
  OriginChannel& channel = *(*found)->channel;
  const WallTime now = wall_now();
  channel.settle(now);
  auto added = channel.faults().add(json, now);
  if (!added) return Unexpected{added.error()};
  faults_edited(channel);
  return channel.faults().to_json(wall_now());
}

std::string Origin::faults(const std::string& id) {
  const auto found = channels_.find(id);
  return found == channels_.end() ? "[]" : found->second.channel->faults().to_json(wall_now());
}

void Origin::clear_faults(const std::string& id) {
  const auto found = channels_.find(id);
  if (found == channels_.end()) return;
  const WallTime now = wall_now();
  found->second.channel->settle(now);
  found->second.channel->faults().clear(now);
  faults_edited(*found->second.channel);
}

void Origin::faults_edited(OriginChannel& channel) {
  channel.apply_faults(wall_now());
  wake();
}

Result<void> Origin::run_script(const std::string& text) {
  auto steps = parse_script(text);
  if (!steps) return Unexpected{steps.error()};
  script_ = std::move(*steps);
  script_next_ = 0;
  script_begin_ = wall_now();
  wake();
  return {};
}

void Origin::run_step(const ScriptStep& step) {
  switch (step.action) {
    case ScriptStep::Action::fault: (void)set_faults(step.channel, step.faults); return;
    case ScriptStep::Action::restore: clear_faults(step.channel); return;
    case ScriptStep::Action::stop: stop_channel(step.channel); return;
    case ScriptStep::Action::start: break;
  }
  const auto found = channels_.find(step.channel);
  if (found == channels_.end() || !found->second.started_once || found->second.channel->running()) return;
  found->second.channel->start(found->second.settings, wall_now());
}

/// Does what is due and sleeps until the next script step or change of a fault.
void Origin::wake() {
  if (waking_) return;  // a step of the script edits faults, which wakes
  waking_ = true;
  const WallTime now = wall_now();
  while (script_next_ < script_.size() && script_begin_ + script_[script_next_].at <= now) {
    const ScriptStep step = script_[script_next_++];
    run_step(step);
  }
  waking_ = false;
  std::optional<WallTime> next;
  const auto consider = [&](std::optional<WallTime> t) {
    if (t && (!next || *t < *next)) next = t;
  };
  if (script_next_ < script_.size()) consider(script_begin_ + script_[script_next_].at);
  for (auto& [id, e] : channels_) {
    e.channel->apply_faults(now);
    consider(e.channel->faults().next_change(now));
  }
  timer_.cancel();
  if (!next) return;
  timer_.expires_after(*next - now);
  timer_.async_wait([this](boost::system::error_code ec) {
    if (!ec) wake();
  });
}

}  // namespace understudy::server
