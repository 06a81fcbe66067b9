// The table behind settings.h: every member that a client may set, in the order of the documented V1 objects, then
// ours.
#pragma once

#include <cstdint>

namespace understudy::companion {

enum class Kind { boolean, integer, number, text, url, one_of, texts, objects, object };

enum class On : std::uint8_t { both, channel, alias };

struct Rule {
  const char* path;
  Kind kind;
  On on = On::both;
  double min = 0;
  double max = 0;            // integer, number: range; text, url: bytes at most
  const char* choices = "";  // one_of: separated by '|'
};

inline constexpr Rule kRules[] = {
    {"metadata", Kind::object},
    {"channelMode", Kind::text, On::channel, 0, 64},
    {"ingestLocation", Kind::one_of, On::channel, 0, 0, "us-east|us-west|europe-west"},
    {"ingestType", Kind::one_of, On::channel, 0, 0, "push|pull"},
    {"ingestProtocol", Kind::one_of, On::channel, 0, 0, "rtmp|srt"},
    {"ingestPullUrl", Kind::text, On::channel, 0, 4096},
    {"ingestTimeout", Kind::integer, On::channel, 0, 2147483647},
    {"streamConfig.abr", Kind::boolean, On::channel},
    {"streamConfig.bitrate", Kind::number, On::channel, 0, 1e9},
    {"streamConfig.resolution", Kind::one_of, On::channel, 0, 0, "1080p|720p|576p|360p"},
    {"streamConfig.fps", Kind::number, On::channel, 1, 120},
    {"streamConfig.drm.enabled", Kind::boolean, On::channel},
    {"streamConfig.bitrateMode", Kind::one_of, On::channel, 0, 0, "constant|variable"},
    {"streamConfig.audio", Kind::objects, On::channel, 0, 16},
    {"publicationConfig.geoBlocking.enabled", Kind::boolean},
    {"publicationConfig.geoBlocking.mode", Kind::one_of, On::both, 0, 0, "whitelist|blacklist"},
    {"publicationConfig.geoBlocking.countries", Kind::texts, On::both, 0, 256},
    {"publicationConfig.ipBlocking.enabled", Kind::boolean},
    {"publicationConfig.ipBlocking.mode", Kind::one_of, On::both, 0, 0, "whitelist|blacklist"},
    {"publicationConfig.ipBlocking.cidrs", Kind::texts, On::both, 0, 256},
    {"fallback.enabled", Kind::boolean},
    {"fallback.src", Kind::text, On::both, 0, 256},
    {"customization.targetLatency", Kind::number, On::both, 0, 5},
    {"customization.posterImg", Kind::url, On::both, 0, 4096},
    {"customization.announcement", Kind::text, On::both, 0, 4096},
    {"customization.logo", Kind::url, On::both, 0, 4096},
    {"customization.autoplay", Kind::boolean},
    {"customization.colors.primary", Kind::text, On::both, 0, 64},
    {"customization.colors.secondary", Kind::text, On::both, 0, 64},
    {"customization.colors.tertiary", Kind::text, On::both, 0, 64},
    {"hls.enabled", Kind::boolean, On::alias},
    {"failover.mode", Kind::one_of, On::both, 0, 0, "prioritized|flat"},
    {"failover.policy.recovery", Kind::one_of, On::both, 0, 0, "CURRENT_PREFERRED|PRIMARY_PREFERRED"},
    {"failover.policy.standby", Kind::one_of, On::both, 0, 0, "cold|warm|hot"},
    {"failover.members", Kind::objects, On::both, 0, 16},
    {"origin", Kind::object, On::channel},
};

}  // namespace understudy::companion
