#include "model/lifecycle.h"

#include <utility>

namespace understudy::companion {
namespace {

Channel with_status(Channel channel, ChannelStatus status, std::string message, const Now& now, std::int64_t revision) {
  channel.status = status;
  channel.message = std::move(message);
  channel.revision = revision;
  channel.updated = now.text;
  return channel;
}

ChannelStatus status_of(EncoderState::Kind kind) {
  switch (kind) {
    case EncoderState::Kind::idle: return ChannelStatus::deploying;
    case EncoderState::Kind::starting: return ChannelStatus::starting;
    case EncoderState::Kind::waiting: return ChannelStatus::waiting;
    case EncoderState::Kind::ingesting: return ChannelStatus::ingesting;
    case EncoderState::Kind::playing: return ChannelStatus::playing;
    case EncoderState::Kind::failed: return ChannelStatus::error;
  }
  return ChannelStatus::error;
}

Duration ingest_timeout(const Channel& channel) {
  return std::chrono::seconds(channel.settings.value("ingestTimeout", kDefaultIngestTimeout));
}

bool timed_out(const Channel& channel, const EncoderState& encoder, std::optional<Instant>& waiting_since,
               Instant now) {
  if (encoder.kind != EncoderState::Kind::waiting) {
    waiting_since.reset();
    return false;
  }
  if (!waiting_since) waiting_since = now;
  const Duration limit = ingest_timeout(channel);
  return limit > Duration::zero() && now - *waiting_since >= limit;
}

std::optional<Channel> finish(const Channel& channel, bool idle, const Now& now, std::int64_t revision) {
  switch (channel.status) {
    case ChannelStatus::creating: return with_status(channel, ChannelStatus::stopped, "", now, revision);
    case ChannelStatus::stopping:
      if (idle) return with_status(channel, ChannelStatus::stopped, channel.message, now, revision);
      return std::nullopt;
    case ChannelStatus::deleting:
      if (idle) return with_status(channel, ChannelStatus::deleted, "", now, revision);
      return std::nullopt;
    default: return std::nullopt;
  }
}

}  // namespace

Channel started(const Channel& channel, const Now& now, std::int64_t revision) {
  if (channel.wanted && channel.status != ChannelStatus::error) return channel;
  Channel next = with_status(channel, ChannelStatus::deploying, "", now, revision);
  next.wanted = true;
  next.stop_reason = StopReason::none;
  return next;
}

Channel stopped(const Channel& channel, StopReason reason, const Now& now, std::int64_t revision) {
  if (!channel.wanted) return channel;
  const char* message = reason == StopReason::timeout ? "no ingest within the ingest timeout" : "";
  Channel next = with_status(channel, ChannelStatus::stopping, message, now, revision);
  next.wanted = false;
  next.stop_reason = reason;
  return next;
}

Channel removed(const Channel& channel, const Now& now, std::int64_t revision) {
  if (channel.status == ChannelStatus::deleting || channel.status == ChannelStatus::deleted) return channel;
  Channel next = with_status(channel, ChannelStatus::deleting, "", now, revision);
  next.wanted = false;
  next.stop_reason = StopReason::operator_;
  return next;
}

Channel resumed(const Channel& channel, const Now& now, std::int64_t revision) {
  if (!channel.wanted || channel.status == ChannelStatus::deploying) return channel;
  return with_status(channel, ChannelStatus::deploying, "", now, revision);
}

std::optional<Channel> advance(const Channel& channel, const EncoderState& encoder,
                               std::optional<Instant>& waiting_since, const Now& now, std::int64_t revision) {
  if (!channel.wanted) {
    waiting_since.reset();
    return finish(channel, encoder.kind == EncoderState::Kind::idle, now, revision);
  }
  if (timed_out(channel, encoder, waiting_since, now.monotonic)) {
    return stopped(channel, StopReason::timeout, now, revision);
  }
  const ChannelStatus status = status_of(encoder.kind);
  if (status == channel.status && encoder.message == channel.message) return std::nullopt;
  return with_status(channel, status, encoder.message, now, revision);
}

}  // namespace understudy::companion
